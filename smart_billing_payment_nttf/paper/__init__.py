"""Payment slips on paper (払込票): values in, PDF bytes out, without Odoo."""
