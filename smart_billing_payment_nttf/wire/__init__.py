"""Pure: bytes <-> records of the agency. No Odoo, no clock, no float, no input or output."""
