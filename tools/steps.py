"""Running set-up steps: short progress on the terminal, full log in a file, shown when it fails."""

import contextlib
import fcntl
import os
import subprocess
import sys
import time

from . import paths

LOG_TAIL = 60


class SetupError(Exception):
    """Set-up cannot go on; the message says what is wrong and what to do about it."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def show_tail(log, lines=LOG_TAIL):
    """Print the end of a log file, so that a failure is never hidden behind a path."""
    with open(log, encoding='utf-8', errors='replace') as stream:
        tail = stream.readlines()[-lines:]
    say(f'--- last {len(tail)} lines of {log}')
    for line in tail:
        say(line.rstrip('\n'))
    say('--- end of log')


def run_logged(title, command, log_name, env=None, cwd=None):
    """Run a command with its output in a log; on failure show the log and raise SetupError."""
    log = paths.state_dir('logs') / f'{log_name}.log'
    say(f'* {title} …')
    start = time.monotonic()
    with open(log, 'ab') as stream:
        stream.write(f'$ {" ".join(map(str, command))}\n'.encode())
        stream.flush()
        try:
            code = subprocess.call(
                [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=stream,
                stderr=subprocess.STDOUT, env=env, cwd=cwd)
        except OSError as error:
            raise SetupError(f'{title}: cannot run {command[0]}: {error}') from error
    if code:
        show_tail(log)
        raise SetupError(f'{title}: failed with exit code {code}; the log is {log}')
    say(f'  {title}: {time.monotonic() - start:.1f} s')


@contextlib.contextmanager
def locked(path, what):
    """Hold a file lock, so that two set-ups at the same time do one after the other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, 'a') as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f'  waiting for another process that prepares {what} …')
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def is_root():
    return os.geteuid() == 0
