"""Credentials at rest (invariant 9): encrypted with a key that is not in the database.

The key lies beside the filestore, so that a copy of the database alone opens nothing. Whoever
restores a database without the key enters the credentials again; everything else works.
"""
import os
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from odoo.exceptions import UserError
from odoo.tools import config

KEY_FILE = 'smart_billing.key'


def seal(text):
    """Return a secret as it may be stored."""
    return Fernet(_key()).encrypt(text.encode()).decode() if text else False


def unseal(env, token):
    """Return a stored secret, or say that it must be entered again."""
    if not token:
        return ''
    try:
        return Fernet(_key()).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise UserError(env._(
            "The stored credentials belong to another server's key. Enter them again, or restore "
            "the file %(file)s of the data folder from the backup.", file=KEY_FILE)) from error


def _key():
    """The server's own key, made when it is first asked for."""
    path = Path(config['data_dir']) / KEY_FILE
    if not path.exists():
        _make_key(path)
    return path.read_bytes()


def _make_key(path):
    """Write a new key; of several processes one wins, and all read that one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f'{KEY_FILE}.{os.getpid()}')
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'wb') as file:
        file.write(Fernet.generate_key())
    # Unlike a rename, a link never replaces the key that another process has just made.
    with suppress(FileExistsError):
        os.link(beside, path)
    beside.unlink()
