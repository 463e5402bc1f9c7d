"""Run inside ``odoo shell``: uninstall the module that MODULE names, as its button does."""
import os

env['ir.module.module'].search([  # noqa: F821 (a global of the shell)
    ('name', '=', os.environ['MODULE'])]).button_immediate_uninstall()
