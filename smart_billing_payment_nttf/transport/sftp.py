"""SFTP to the agency: host key pinned, one listing a folder and session, never a file twice.

A file is written under a temporary name and handed over by a rename. Until the rename nothing has
been sent, whatever broke; when the answer to the rename is lost the outcome is unknown, and only
a look into the folders answers it. Errors carry codes; secrets are in no message and no log.
"""

import base64
import hashlib
import io
import posixpath
import socket
from dataclasses import dataclass, field

import paramiko

from odoo.addons.smart_billing.core.errors import DomainError

_CHUNK = 32768
_KEY_CLASSES = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)
_BROKEN = (paramiko.SSHException, EOFError, ConnectionError, TimeoutError)


class Refused(DomainError):
    """Certain: the agency has not got the file by this call."""


class Unknown(DomainError):
    """The line broke at the moment of handing over: the folders must be looked at."""


@dataclass(frozen=True)
class Endpoint:
    """Where and as whom to log in. `host_key` is a public key line or a SHA256:… fingerprint."""

    host: str
    port: int
    user: str
    host_key: str
    password: str = field(default='', repr=False)
    private_key: str = field(default='', repr=False)
    timeout: float = 30


@dataclass(frozen=True)
class Entry:
    """One file of a listing."""

    name: str
    size: int
    modified: int


@dataclass(frozen=True)
class Upload:
    """A file to hand over, and where it may already be."""

    folder: str
    name: str
    temporary: str
    content: bytes = field(repr=False)
    archive: str = ''


def fingerprint(key: paramiko.PKey) -> str:
    """Return a host key as administrators compare it: SHA256:…"""
    digest = hashlib.sha256(key.asbytes()).digest()
    return 'SHA256:' + base64.b64encode(digest).decode().rstrip('=')


def read_host_key(host: str, port: int, timeout: float = 10) -> tuple[str, str]:
    """Ask a server for its host key; return the public key line and its fingerprint."""
    transport = _open_transport(host, port, timeout)
    try:
        _start(transport, timeout)
        key = transport.get_remote_server_key()
        return f'{key.get_name()} {key.get_base64()}', fingerprint(key)
    finally:
        transport.close()


def _open_transport(host: str, port: int, timeout: float) -> paramiko.Transport:
    try:
        sock = socket.create_connection((host, port), timeout=timeout)
    except OSError as error:
        raise Refused('unreachable', host=host, port=port,
                      reason=error.strerror or type(error).__name__) from error
    try:
        return paramiko.Transport(sock)
    except _BROKEN as error:
        sock.close()
        raise Refused('connection_lost', host=host, port=port) from error


def _start(transport: paramiko.Transport, timeout: float) -> None:
    host, port = transport.getpeername()[:2]
    try:
        transport.start_client(timeout=timeout)
    except paramiko.ssh_exception.IncompatiblePeer as error:
        raise Refused('host_key_type', host=host, port=port) from error
    except _BROKEN as error:
        raise Refused('connection_lost', host=host, port=port) from error


class Session:
    """One connection, used as a context manager."""

    def __init__(self, endpoint: Endpoint):
        self._endpoint = endpoint
        self._listings: dict[str, dict[str, Entry]] = {}
        self._transport = None
        self._sftp = None

    # === LOGGING IN === #

    def __enter__(self):
        endpoint = self._endpoint
        if not endpoint.host_key.strip():
            raise Refused('host_key_missing', host=endpoint.host)
        self._transport = _open_transport(endpoint.host, endpoint.port, endpoint.timeout)
        try:
            self._prefer_pinned_type()
            _start(self._transport, endpoint.timeout)
            self._check_host_key()
            self._log_in()
            self._sftp = paramiko.SFTPClient.from_transport(self._transport)
            self._sftp.get_channel().settimeout(endpoint.timeout)
        except _BROKEN as error:
            self._transport.close()
            raise Refused('connection_lost', host=endpoint.host, port=endpoint.port) from error
        except DomainError:
            self._transport.close()
            raise
        return self

    def __exit__(self, *_exception):
        self._transport.close()

    def _prefer_pinned_type(self) -> None:
        """A server with several keys must show the pinned one, or a good server looks changed."""
        kind = self._endpoint.host_key.split()[0]
        options = self._transport.get_security_options()
        wanted = {'ssh-rsa': ('rsa-sha2-512', 'rsa-sha2-256')}.get(kind, (kind,))
        usable = tuple(name for name in options.key_types if name in wanted)
        if usable:
            options.key_types = usable

    def _check_host_key(self) -> None:
        key = self._transport.get_remote_server_key()
        pinned = self._endpoint.host_key.split()
        shown = fingerprint(key)
        if len(pinned) > 1:
            same = pinned[:2] == [key.get_name(), key.get_base64()]
        else:
            same = pinned[0].rstrip('=') == shown
        if not same:
            raise Refused('host_key_changed', host=self._endpoint.host, found=shown)

    def _log_in(self) -> None:
        endpoint = self._endpoint
        try:
            if endpoint.private_key:
                self._transport.auth_publickey(endpoint.user, _private_key(endpoint.private_key))
            else:
                self._transport.auth_password(endpoint.user, endpoint.password)
        except paramiko.AuthenticationException as error:
            raise Refused('login_refused', host=endpoint.host, user=endpoint.user) from error

    # === LOOKING === #

    def listing(self, folder: str) -> dict[str, Entry]:
        """Return the files of a folder by name; asked once a session."""
        if folder not in self._listings:
            try:
                found = self._sftp.listdir_attr(folder)
            except _BROKEN as error:
                raise Refused('connection_lost', host=self._endpoint.host,
                              port=self._endpoint.port) from error
            except OSError as error:
                raise Refused('folder_refused', folder=folder) from error
            self._listings[folder] = {
                entry.filename: Entry(entry.filename, entry.st_size or 0, entry.st_mtime or 0)
                for entry in found}
        return self._listings[folder]

    def fetch(self, folder: str, name: str) -> bytes:
        """Return a whole file, or refuse: half a file is no file."""
        path = posixpath.join(folder, name)
        try:
            with self._sftp.open(path, 'rb') as remote:
                size = remote.stat().st_size
                remote.prefetch(size)
                content = remote.read()
        except _BROKEN as error:
            raise Refused('cut_in_download', file=name) from error
        except OSError as error:
            raise Refused('read_refused', file=name) from error
        if len(content) != size:
            raise Refused('cut_in_download', file=name)
        return content

    def has(self, upload: Upload) -> bool:
        """Tell whether the agency holds exactly these bytes under the final name.

        Other bytes under that name are refused: nothing is overwritten and nothing is assumed.
        """
        for folder in filter(None, (upload.folder, upload.archive)):
            entry = self.listing(folder).get(upload.name)
            if entry is None:
                continue
            if entry.size == len(upload.content) and (
                    self.fetch(folder, upload.name) == upload.content):
                return True
            raise Refused('name_taken', file=upload.name, folder=folder)
        return False

    # === HANDING OVER === #

    def hand_over(self, upload: Upload) -> bool:
        """Bring the file under its final name, unless it is there; tell whether this call did."""
        if self.has(upload):
            return False
        self._fill(upload)
        self._rename(upload)
        return True

    def _fill(self, upload: Upload) -> None:
        """Write the temporary file, further from where an earlier attempt was cut."""
        path = posixpath.join(upload.folder, upload.temporary)
        try:
            start = self._resume_at(upload)
            with self._sftp.open(path, 'r+b' if start else 'wb') as remote:
                remote.seek(start)
                for offset in range(start, len(upload.content), _CHUNK):
                    remote.write(upload.content[offset:offset + _CHUNK])
            written = self._sftp.stat(path).st_size
        except _BROKEN as error:
            raise Refused('cut_in_upload', file=upload.name) from error
        except OSError as error:
            raise Refused('write_refused', file=upload.name) from error
        if written != len(upload.content):
            raise Refused('cut_in_upload', file=upload.name)

    def _resume_at(self, upload: Upload) -> int:
        """Where to go on: behind what is there, if that is the beginning of the same bytes."""
        entry = self.listing(upload.folder).get(upload.temporary)
        if entry is None or not 0 < entry.size <= len(upload.content):
            return 0
        present = self.fetch(upload.folder, upload.temporary)
        return len(present) if upload.content.startswith(present) else 0

    def _rename(self, upload: Upload) -> None:
        old = posixpath.join(upload.folder, upload.temporary)
        try:
            self._sftp.rename(old, posixpath.join(upload.folder, upload.name))
        except _BROKEN as error:
            raise Unknown('cut_at_rename', file=upload.name) from error
        except OSError as error:
            if not self._transport.is_active():
                raise Unknown('cut_at_rename', file=upload.name) from error
            # The server has answered: the file still has its temporary name.
            raise Refused('rename_refused', file=upload.name) from error


def _private_key(text: str) -> paramiko.PKey:
    """Return a private key in OpenSSH or PEM form, whatever its kind."""
    for key_class in _KEY_CLASSES:
        try:
            return key_class.from_private_key(io.StringIO(text))
        except paramiko.PasswordRequiredException as error:
            raise Refused('private_key_locked') from error
        except (paramiko.SSHException, ValueError, IndexError):
            continue
    raise Refused('private_key_unreadable')
