"""Pure core: values in, values out. No Odoo, no clock, no float, no input or output."""
