"""Connections to the agency. Knows paths and bytes, no records of Odoo."""
