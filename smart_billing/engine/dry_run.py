"""Try something in the real database and undo it, so that a preview is the real thing (試算)."""
from contextlib import contextmanager

from odoo import api
from odoo.tools.misc import Callbacks

# The parts of a cursor that belong to the work in progress rather than to the connection.
_IN_PROGRESS = ('transaction', 'precommit', 'postcommit')


@contextmanager
def undone(env):
    """Yield an environment of its own; whatever is written with it is undone at the end.

    Rolling a savepoint back empties the cache of its transaction. In an onchange that cache is
    all there is of the record on the form, so the trial gets a cache beside it, and its own hooks
    at commit, which are forgotten.
    """
    env.flush_all()
    cr = env.cr
    outer = {name: getattr(cr, name) for name in _IN_PROGRESS}
    savepoint = cr.savepoint(flush=False)
    try:
        cr.transaction, cr.precommit, cr.postcommit = None, Callbacks(), Callbacks()
        yield api.Environment(cr, env.uid, {
            **env.context, 'tracking_disable': True, 'sb_dry_run': True}, env.su)
    finally:
        for name, value in outer.items():
            setattr(cr, name, value)
        savepoint.close(rollback=True)
