"""Errors of the pure core: a code and a context, never prose.

The addons turn codes into sentences in the user's language, in one place each. A context holds
names, positions and lengths; it never holds a secret, and account numbers in it are masked when
the error is printed, because printed errors end up in logs.
"""

from collections.abc import Iterable
from typing import NamedTuple

MASKED_KEYS = frozenset({'account', 'account_number', 'account_no'})


def mask(value: object) -> str:
    """Return the value with everything but its last three characters hidden."""
    text = str(value)
    return '*' * max(len(text) - 3, 0) + text[-3:] if len(text) > 3 else '*' * len(text)


def describe(context: dict) -> str:
    """Return the context as ``key=value`` pairs, fit for a log."""
    return ' '.join(
        f'{key}={mask(value) if key in MASKED_KEYS else value}' for key, value in context.items()
    )


class DomainError(ValueError):
    """Base of every error that the pure core raises on purpose."""

    def __init__(self, code: str, **context: object):
        super().__init__(code)
        self.code = code
        self.context = context

    def __str__(self) -> str:
        return f'{self.code} {describe(self.context)}'.rstrip()


class KanaError(DomainError):
    """A text cannot be written in the bank character set (全銀カナ)."""


class FieldError(DomainError):
    """A value does not fit its field; the context names record, field, position and remedy."""


class CalendarError(DomainError):
    """A day, a rule or a yearless date has no answer."""


class Problem(NamedTuple):
    """One thing wrong with an imported file; several are reported together."""

    code: str
    line: int
    offset: int
    context: dict


class FileError(DomainError):
    """A file is refused whole. Carries every problem found; the first one gives the code."""

    def __init__(self, code: str, line: int, offset: int,
                 problems: Iterable[Problem] = (), **context: object):
        super().__init__(code, line=line, offset=offset, **context)
        self.line = line
        self.offset = offset
        self.problems = tuple(problems) or (Problem(code, line, offset, context),)

    def __reduce__(self):
        return _rebuild_file_error, (self.problems, type(self))

    @classmethod
    def from_problems(cls, problems: Iterable[Problem]) -> 'FileError':
        """Build the refusal of a file from all its problems, at least one."""
        problems = tuple(problems)
        first = problems[0]
        return cls(first.code, first.line, first.offset, problems, **first.context)


def _rebuild_file_error(problems: tuple[Problem, ...], cls: type) -> FileError:
    return cls.from_problems(problems)
