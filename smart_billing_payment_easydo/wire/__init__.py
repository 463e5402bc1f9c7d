"""Pure: messages of the card gateway. No Odoo, no clock, no input or output."""
