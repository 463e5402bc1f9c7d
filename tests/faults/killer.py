"""Points at which a worker kills itself, as a power cut would: no handler, no clean-up.

`before`/`after` and a number: around the n-th commit of the chain. `write`: with half of the file
on its way to the agency. `before_rename`/`after_rename`: around the moment at which it is handed
over, always before the transaction that would have noted it.
"""
import os
import signal

import paramiko

from odoo.sql_db import Cursor

from .facts import TRANSFER_POINTS


class Killer:
    """Counts commits, keeps a label of each, and kills this process at its point."""

    def __init__(self, database, point=None, number=0, label=None):
        self._database = database
        self.labels = []
        self._point = point
        self._number = number
        self._label = label or (lambda cursor: '')
        self._armed = False

    def arm(self):
        """From now on commits in this database count (Odoo notifies its workers in another)."""
        self._armed = True
        self._patch(Cursor, 'commit', self._around_commit)
        if self._point in TRANSFER_POINTS:
            self._patch(paramiko.SFTPClient, 'rename', self._around_rename)
            self._patch(paramiko.SFTPFile, 'write', self._around_write)

    def disarm(self):
        self._armed = False

    @staticmethod
    def _patch(owner, name, around):
        original = getattr(owner, name)
        setattr(owner, name, lambda *arguments: around(original, *arguments))

    def _around_commit(self, commit, cursor):
        if not self._armed or cursor.dbname != self._database:
            return commit(cursor)
        cursor.flush()
        self.labels.append(self._label(cursor))
        if len(self.labels) == self._number:
            if self._point == 'before':
                _die()
            # Before anything that Odoo does after a commit: notifications may get lost.
            cursor.postcommit._funcs.appendleft(_die)
        return commit(cursor)

    def _around_rename(self, rename, client, old, new):
        if self._point == 'before_rename':
            _die()
        result = rename(client, old, new)
        if self._point == 'after_rename':
            _die()
        return result

    def _around_write(self, write, file, data):
        if self._point != 'write':
            return write(file, data)
        write(file, data[:len(data) // 2])
        file.flush()
        _die()


def _die():
    os.kill(os.getpid(), signal.SIGKILL)
