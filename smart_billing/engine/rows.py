"""Rows of plain values, as front systems and files send them (取込データ).

Good rows load in sets, a bad one makes nothing, is named with the reason, and stops no other.
"""
import math

import psycopg2

from odoo import fields
from odoo.exceptions import UserError, ValidationError

from .words import database_refusal

# Rows that are tried in one piece.
CHUNK = 500


def load(env, rows, make):
    """Make records of rows, in as few pieces as the bad ones allow.

    :param make: callable (rows) -> one id a row; raises when one of them cannot be
    :return: {'ids': [id or False for each row], 'problems': [{'row', 'reason'}]}
    """
    ids, problems = [], []
    for start in range(0, len(rows), CHUNK):
        _load_piece(env, rows[start:start + CHUNK], make, start, ids, problems)
    return {'ids': ids, 'problems': problems}


def _load_piece(env, rows, make, start, ids, problems):
    """All rows in a savepoint; if one is bad, each half by itself."""
    try:
        with env.cr.savepoint():
            made = make(rows)
            env.flush_all()
        ids += made
        return
    except (UserError, ValidationError, psycopg2.IntegrityError) as error:
        env.invalidate_all(flush=False)
        if len(rows) == 1:
            ids.append(False)
            problems.append({'row': start, 'reason': _reason(env, error)})
            return
    half = len(rows) // 2
    _load_piece(env, rows[:half], make, start, ids, problems)
    _load_piece(env, rows[half:], make, start + half, ids, problems)


def _reason(env, error):
    """What the database refused says its constraint's own sentence."""
    if isinstance(error, psycopg2.IntegrityError):
        return database_refusal(env, error)
    return str(error)


def told(env, row, known, needed=(), prefixes=()):
    """The values that a row really has; an unknown or missing column is refused.

    :param set known: names of columns
    :param needed: names without which a row says nothing
    :param prefixes: beginnings of columns that are known, too ('option:' of 'option:backup')
    """
    row = {key: value for key, value in row.items()
           if value is not None and value != '' and key is not None}
    unknown = sorted(key for key in row if key not in known and not key.startswith(
        tuple(prefixes)))
    if unknown:
        raise UserError(env._(
            "Unknown column %(column)s. Known are: %(known)s.",
            column=unknown[0], known=', '.join(sorted(known))))
    for key in needed:
        if key not in row:
            raise UserError(env._("Column %(column)s is missing.", column=key))
    return row


def number(env, row, key, default=None):
    """A finite number, written as people and programs write it."""
    if key not in row:
        return default
    return as_number(env, key, row[key])


def as_number(env, key, value):
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = math.nan
    if not math.isfinite(found):
        raise UserError(env._(
            "Column %(column)s: '%(value)s' is not a number.", column=key, value=value))
    return found


def day(env, row, key):
    """A day as 2026-10-31 or 2026/10/31; False without one."""
    if key not in row:
        return False
    try:
        return fields.Date.to_date(str(row[key]).strip().replace('/', '-'))
    except ValueError as error:
        raise UserError(env._(
            "Column %(column)s: '%(value)s' is not a day; write it as 2026-10-31.",
            column=key, value=row[key])) from error


def flag(env, row, key):
    """Yes or no, as spreadsheets and programs write it."""
    value = str(row.get(key, '')).strip().lower()
    if value in ('', '0', 'false', 'no'):
        return False
    if value in ('1', 'true', 'yes'):
        return True
    raise UserError(env._(
        "Column %(column)s: '%(value)s' is neither 1 nor 0.", column=key, value=row[key]))


def names(row, key):
    """Several names in one column: a list, or text with commas or semicolons."""
    value = row.get(key, ())
    parts = value.replace(';', ',').split(',') if isinstance(value, str) else value
    return [str(part).strip() for part in parts if str(part).strip()]


def pairs(env, row, key, prefix, default):
    """Named numbers: {'backup': 2}, ['backup'], 'backup:2, support' or columns 'option:backup'.

    :param float default: the number of a name without one; None: each name needs its number
    :return: {name: float}
    """
    value = row.get(key, ())
    if isinstance(value, dict):
        found = dict(value)
    else:
        found = {}
        for part in names(row, key):
            name, _colon, text = part.partition(':')
            found[name.strip()] = text.strip() or default
    found.update({column[len(prefix):].strip(): value for column, value in row.items()
                  if column.startswith(prefix)})
    return {name: as_number(env, f'{prefix}{name}', value) for name, value in found.items()}
