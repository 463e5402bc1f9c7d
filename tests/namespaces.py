"""Import the pure code of the addons under its production name, without Odoo.

``import odoo.addons.smart_billing.core.periods`` would run the addon's ``__init__``, which
imports the models. Empty namespace modules stand in for Odoo and the addons: ``core`` and
``wire`` are found, and a model imported from there fails loudly.
"""

import sys
import types
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ADDONS = ('smart_billing', 'smart_billing_payment_nttf', 'smart_billing_payment_easydo')


def _namespace(name, path=None):
    module = types.ModuleType(name)
    module.__path__ = [str(path)] if path else []
    sys.modules[name] = module
    parent, _, child = name.rpartition('.')
    if parent:
        setattr(sys.modules[parent], child, module)


def install():
    """Put the empty namespaces in place, in a process that runs without Odoo."""
    _namespace('odoo')
    _namespace('odoo.addons')
    for addon in ADDONS:
        _namespace(f'odoo.addons.{addon}', ROOT / addon)
