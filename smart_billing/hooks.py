def pre_init_hook(env):
    """Make the PostgreSQL extension available that the coverage constraint needs.

    ``btree_gist`` lets one exclusion constraint compare integers for equality and day ranges for
    overlap (invariant 1: no day is billed twice). It is a trusted extension since PostgreSQL 13:
    the owner of the database may create it.
    """
    env.cr.execute('CREATE EXTENSION IF NOT EXISTS btree_gist')
