"""Who may log in over SSH, and the server's own key. All secrets are made here, at the first
start of a state folder, and stay in it; none is written in the code."""
from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable
from pathlib import Path

import paramiko
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .books import write_atomically
from .settings import SettingError


def make_key(path: Path) -> None:
    """A fresh Ed25519 key in OpenSSH's own format, readable by its owner alone."""
    data = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption())
    path.touch(mode=0o600, exist_ok=True)
    path.write_bytes(data)


def public_text(key: paramiko.PKey) -> str:
    return f'{key.get_name()} {key.get_base64()}'


def fingerprint(key: paramiko.PKey) -> str:
    digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode()
    return f'SHA256:{digest.rstrip("=")}'


class HostKey:
    """The server's key: kept over restarts, changed only when the driver orders it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / 'host_key'
        self._first = folder / 'host_key.first'
        if not self._path.exists():
            make_key(self._path)
        self.key = paramiko.Ed25519Key.from_private_key_file(str(self._path))

    def change(self) -> None:
        """Another key for every connection from now on; the first one is kept aside."""
        if not self._first.exists():
            self._path.rename(self._first)
        make_key(self._path)
        self.key = paramiko.Ed25519Key.from_private_key_file(str(self._path))

    def restore(self) -> None:
        if self._first.exists():
            self._first.replace(self._path)
            self.key = paramiko.Ed25519Key.from_private_key_file(str(self._path))

    def as_json(self) -> dict[str, str]:
        return {'host_key': public_text(self.key), 'fingerprint': fingerprint(self.key)}


class Logins:
    """Password and keys of each consignor; the user name leads to the consignor's code."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / 'logins.json'
        self._known = json.loads(self._file.read_bytes()) if self._file.exists() else {}

    def add(self, code: str, username: str = '', password: str = '',
            authorized_keys: Iterable[str] = ()) -> None:
        """A login for this consignor; what is not given is made up."""
        username = username or f'c{code}'
        taken = self._known.get(username)
        if taken and taken['consignor'] != code:
            raise SettingError(f'user name {username!r} is taken')
        private = self._folder / f'client_key_{code}'
        if not private.exists():
            make_key(private)
        own = public_text(paramiko.Ed25519Key.from_private_key_file(str(private)))
        self._known[username] = {
            'consignor': code, 'password': password or secrets.token_urlsafe(16),
            'keys': [own, *authorized_keys], 'private_key_file': str(private)}
        write_atomically(self._file, json.dumps(self._known, indent=1).encode())
        self._file.chmod(0o600)

    def has(self, code: str) -> bool:
        return any(login['consignor'] == code for login in self._known.values())

    def by_password(self, username: str, password: str) -> str:
        """The consignor's code, or '' when the login is refused."""
        login = self._known.get(username)
        if login and secrets.compare_digest(login['password'].encode(), password.encode()):
            return login['consignor']
        return ''

    def by_key(self, username: str, key: paramiko.PKey) -> str:
        login = self._known.get(username)
        # A comment may follow type and key in an authorized_keys line.
        known = {' '.join(line.split()[:2]) for line in login['keys']} if login else set()
        return login['consignor'] if public_text(key) in known else ''

    def as_json(self) -> list[dict[str, str]]:
        return [{'username': name, 'consignor': login['consignor'],
                 'password': login['password'], 'private_key_file': login['private_key_file']}
                for name, login in sorted(self._known.items())]
