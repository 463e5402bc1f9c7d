"""The agency's SFTP server: real TCP, real SSH; each consignor sees its own four folders.

/upload   request files: written as *.tmp or *.part, then renamed to *.dat, which hands them over
/result   result files         /reject  refused files and their reports
/archive  accepted files, as received
"""
from __future__ import annotations

import logging
import os
import socket
import threading
import time
from pathlib import Path

import paramiko
from paramiko.common import AUTH_FAILED, AUTH_SUCCESSFUL, OPEN_SUCCEEDED
from paramiko.sftp import (
    SFTP_FAILURE,
    SFTP_NO_SUCH_FILE,
    SFTP_OK,
    SFTP_OP_UNSUPPORTED,
    SFTP_PERMISSION_DENIED,
)

from . import faults
from .acceptance import REQUEST_SUFFIX
from .agency import FOLDERS, Agency
from .logins import HostKey, Logins

_log = logging.getLogger(__name__)
TEMPORARY = ('.tmp', '.part')
_WRITING = os.O_WRONLY | os.O_RDWR


class Gate(paramiko.ServerInterface):
    """Login: password or public key. Knows afterwards which consignor is there."""

    def __init__(self, agency: Agency, logins: Logins, sock: socket.socket) -> None:
        self.agency = agency
        self.logins = logins
        self.sock = sock
        self.code = ''
        self.is_cut = False

    def cut(self) -> None:
        """Drop the line at once, without a word of SSH."""
        self.is_cut = True      # what has arrived already, unread, must not happen any more
        self.sock.shutdown(socket.SHUT_RDWR)

    def get_allowed_auths(self, username: str) -> str:
        return 'password,publickey'

    def check_auth_password(self, username: str, password: str) -> int:
        return self._admit(self.logins.by_password(username, password))

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return self._admit(self.logins.by_key(username, key))

    def _admit(self, code: str) -> int:
        # Only a login that would have succeeded uses up the fault: a client may try
        # several keys first.
        if not code or self.agency.faults.strike(faults.REFUSE_LOGIN):
            return AUTH_FAILED
        self.code = code
        return AUTH_SUCCESSFUL

    def check_channel_request(self, kind: str, chanid: int) -> int:
        if kind == 'session':
            return OPEN_SUCCEEDED
        return super().check_channel_request(kind, chanid)


class Handle(paramiko.SFTPHandle):
    """An open file. Offsets come from the client: writing further on resumes an upload."""

    def __init__(self, gate: Gate, fd: int, flags: int) -> None:
        super().__init__(flags)
        self._gate = gate
        self._fd = fd
        self._moved = 0
        self._is_full = False

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def write(self, offset: int, data: bytes) -> int:
        queue = self._gate.agency.faults
        slow_down(queue)
        # A full disk stays full for this file: clients send the next block before they have
        # read the answer to this one, and must not end up with a hole.
        self._is_full = self._is_full or queue.strike(faults.DISK_FULL) is not None
        if self._gate.is_cut or self._is_full:
            return SFTP_FAILURE
        fault = queue.peek(faults.CUT_UPLOAD)
        cut = fault is not None and self._moved + len(data) >= fault.after
        if cut:
            data = data[:max(fault.after - self._moved, 0)]
        os.pwrite(self._fd, data, offset)
        self._moved += len(data)
        if cut:
            queue.strike(faults.CUT_UPLOAD)
            self._gate.cut()
            return SFTP_FAILURE
        return SFTP_OK

    def read(self, offset: int, length: int) -> bytes | int:
        queue = self._gate.agency.faults
        slow_down(queue)
        data = os.pread(self._fd, length, offset)
        fault = queue.peek(faults.CUT_DOWNLOAD)
        if fault and offset + len(data) >= fault.after and data:
            queue.strike(faults.CUT_DOWNLOAD)
            self._gate.cut()
            return SFTP_FAILURE
        return data

    def stat(self) -> paramiko.SFTPAttributes:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self._fd))

    def chattr(self, attr: paramiko.SFTPAttributes) -> int:
        return SFTP_OK      # clients set times and modes out of habit; they mean nothing here


def slow_down(queue: faults.Faults) -> None:
    fault = queue.strike(faults.SLOW)
    if fault:
        time.sleep(fault.seconds)


class Folders(paramiko.SFTPServerInterface):
    """The four folders of the consignor that logged in. Nothing else exists."""

    def __init__(self, gate: Gate, *args: object, **kwargs: object) -> None:
        super().__init__(gate, *args, **kwargs)
        self._gate = gate
        self._agency = gate.agency
        self._home = gate.agency.home(gate.code)

    def _place(self, path: str) -> tuple[str, str] | None:
        """(folder, name) of a path; ('', '') is the root; None: there is no such place."""
        parts = [part for part in self.canonicalize(path).split('/') if part]
        if not parts:
            return '', ''
        if parts[0] not in FOLDERS or len(parts) > 2 or parts[-1].startswith('.'):
            return None
        return parts[0], parts[1] if len(parts) == 2 else ''

    def _real(self, path: str) -> Path | None:
        place = self._place(path)
        return None if place is None else self._home.joinpath(*filter(None, place))

    def _is_temporary(self, path: str) -> bool:
        folder, name = self._place(path) or ('', '')
        return folder == 'upload' and name.endswith(TEMPORARY)

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes] | int:
        slow_down(self._agency.faults)
        real = self._real(path)
        if real is None or not real.is_dir():
            return SFTP_NO_SUCH_FILE
        found = []
        for entry in sorted(real.iterdir()):
            try:
                status = entry.stat()
            except FileNotFoundError:
                continue        # moved away meanwhile
            if not entry.name.startswith('.'):
                found.append(paramiko.SFTPAttributes.from_stat(status, entry.name))
        return found

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        real = self._real(path)
        if real is None or not real.exists():
            return SFTP_NO_SUCH_FILE
        return paramiko.SFTPAttributes.from_stat(real.stat())

    lstat = stat

    def open(self, path: str, flags: int,
             attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:
        real = self._real(path)
        if real is None:
            return SFTP_NO_SUCH_FILE
        if (flags & _WRITING or flags & os.O_CREAT) and not self._is_temporary(path):
            return SFTP_PERMISSION_DENIED
        try:
            fd = os.open(real, flags, 0o600)
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        return Handle(self._gate, fd, flags)

    def remove(self, path: str) -> int:
        real = self._real(path)
        if real is None or not real.is_file():
            return SFTP_NO_SUCH_FILE
        folder = self._place(path)[0]
        if not (self._is_temporary(path)
                or folder == 'result' and self._agency.settings.client_may_delete):
            return SFTP_PERMISSION_DENIED
        real.unlink()
        return SFTP_OK

    def rename(self, oldpath: str, newpath: str) -> int:
        """A temporary name becomes the final one: from here on the agency owns the file."""
        folder, name = self._place(newpath) or ('', '')
        if not self._is_temporary(oldpath) or folder != 'upload' or not name:
            return SFTP_PERMISSION_DENIED
        source, target = self._real(oldpath), self._real(newpath)
        if not source.is_file():
            return SFTP_NO_SUCH_FILE
        slow_down(self._agency.faults)
        if self._agency.faults.strike(faults.CUT_BEFORE_RENAME):
            self._gate.cut()
            return SFTP_FAILURE
        with self._agency.lock:
            if target.exists() or self._was_taken(name):
                return SFTP_FAILURE     # SFTP 3: rename never replaces; a taken name is gone
            source.rename(target)
            if name.endswith(REQUEST_SUFFIX):
                self._agency.arrived(self._gate.code, name)
        if self._agency.faults.strike(faults.CUT_AFTER_RENAME):
            self._gate.cut()
        return SFTP_OK

    def _was_taken(self, name: str) -> bool:
        return self._agency.was_accepted(self._gate.code, name.removesuffix(REQUEST_SUFFIX))

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        return self.rename(oldpath, newpath)

    def chattr(self, path: str, attr: paramiko.SFTPAttributes) -> int:
        return SFTP_OK if self._is_temporary(path) else SFTP_PERMISSION_DENIED

    def mkdir(self, path: str, attr: paramiko.SFTPAttributes) -> int:
        return SFTP_PERMISSION_DENIED

    def rmdir(self, path: str) -> int:
        return SFTP_PERMISSION_DENIED

    def symlink(self, target_path: str, path: str) -> int:
        return SFTP_OP_UNSUPPORTED

    def readlink(self, path: str) -> int:
        return SFTP_OP_UNSUPPORTED


class Server:
    """Accepts connections on 127.0.0.1 until closed; a thread for each."""

    def __init__(self, agency: Agency, logins: Logins, host_key: HostKey, port: int) -> None:
        self.agency = agency
        self.logins = logins
        self.host_key = host_key
        self._listener = socket.create_server(('127.0.0.1', port), backlog=20)
        self.port = self._listener.getsockname()[1]

    def start(self) -> None:
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                sock, _address = self._listener.accept()
            except OSError:
                return      # closed
            if self.agency.faults.strike(faults.DROP_CONNECTION):
                sock.close()
                continue
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        transport = paramiko.Transport(sock)
        transport.add_server_key(self.host_key.key)
        transport.set_subsystem_handler('sftp', paramiko.SFTPServer, Folders)
        try:
            transport.start_server(server=Gate(self.agency, self.logins, sock))
        except (paramiko.SSHException, EOFError, OSError) as error:
            _log.info('connection ended during the handshake: %s', error)
            transport.close()
