"""Where things live: the clone, the per-user cache shared by all clones, the clone's own state."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ADDONS = ('smart_billing', 'smart_billing_payment_nttf', 'smart_billing_payment_easydo')
# They join the addons to modules of Odoo that not everybody has, and install by themselves there.
GLUE = ('smart_billing_pint',)
ALL_ADDONS = (*ADDONS, *GLUE)
REQUIREMENTS = ROOT / 'tools' / 'requirements'
STATE = ROOT / '.state'
LOGS = STATE / 'logs'


def cache_dir():
    """The per-user cache (XDG): everything downloaded, usable by any clone."""
    base = os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache'
    return Path(base).expanduser() / 'smart-billing'


def state_dir(*parts):
    """A directory of this clone's own state, made when it is missing."""
    path = STATE.joinpath(*parts)
    path.mkdir(parents=True, exist_ok=True)
    return path


def present_addons(names=ADDONS):
    """The project's addons that are in this checkout."""
    return [name for name in names if (ROOT / name / '__manifest__.py').is_file()]
