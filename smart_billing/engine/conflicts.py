"""Two processes at the same records: one gives way and looks again, nothing fails."""
from contextlib import contextmanager

import psycopg2.errors

from odoo.exceptions import LockError

CONFLICTS = (psycopg2.errors.SerializationFailure, psycopg2.errors.DeadlockDetected,
             psycopg2.errors.LockNotAvailable, LockError)


@contextmanager
def giving_way(env):
    """Undo what this transaction began when another process got there first.

    For jobs that do one committed step after the other: the next turn sees what the other did.
    """
    try:
        yield
    except CONFLICTS:
        env.cr.rollback()
        env.invalidate_all(flush=False)
