"""Why a line settles the past: what was entered after its days were billed (遡及精算の理由).

The planner says what has to be given back or billed; it does not say because of which change. The
change is found beside it: of everything that was entered on the contract (or its account, plan or
price) since the days were billed, the one that counts from the line's first day, else the last
one before it.
"""
from datetime import date, datetime, timedelta
from typing import NamedTuple

from odoo.tools import SQL, format_date

from ..core import facts

DAY_CHANGE = 'billing_day'
REVISION = 'price_revision'
AGREED = 'agreed_price'
RELEASED = 'released'
LATE_USAGE = 'late_usage'
WITHDRAWN = 'withdrawn'

# Rows carry the time at which their transaction began: what was entered in one that was open
# while the days were billed looks older than them.
_OPEN_TRANSACTION = timedelta(hours=1)


class Cause(NamedTuple):
    """One change; `note` is the operators' own text and is not shown to the customer."""

    kind: str
    day: date | None = None
    entered: datetime | None = None
    sequence: int = 0
    note: str = ''
    document: str = ''

    def text(self, env):
        """For the invoice: what changed and from when; '' where the customer never saw it."""
        if self.kind == RELEASED:
            return self.document and env._(
                "invoice %(invoice)s was cancelled", invoice=self.document)
        label = _label(env, self.kind)
        if not self.day:
            return label
        return env._(
            "%(change)s from %(day)s", change=label, day=format_date(env, self.day))

    def explained(self, env):
        """For the company's people: with the reason that was typed in."""
        return ': '.join(filter(None, (self.text(env), self.note))) or None


def _label(env, kind):
    others = {
        DAY_CHANGE: env._("Change of billing day"),
        REVISION: env._("Price revision"),
        AGREED: env._("Agreed price"),
        LATE_USAGE: env._("Usage reported later"),
        WITHDRAWN: env._("Charge withdrawn"),
    }
    kinds = env['smart.billing.contract.event']._fields['kind']._description_selection(env)
    return others.get(kind) or dict(kinds)[kind]


class _Line(NamedTuple):
    """A due item that settles the past, and since when a change may be its cause."""

    account: int
    due: facts.DueItem
    since: datetime


def causes_of(env, planned):
    """:return: {DueItem: Cause} of the lines of a chunk that settle the past"""
    causes, lines = {}, []
    for line in _settling(env, planned):
        plain = _plain_cause(line.due)
        if plain:
            causes[line.due] = plain
        elif line.due.contract:
            lines.append(line)
    if lines:
        known = _changes(env, lines)
        for line in lines:
            cause = _nearest(_changes_of(known, line), line.due)
            if cause:
                causes[line.due] = cause
    return causes


def _settling(env, planned):
    """Credits, and charges that the account's previous run would have billed had it known."""
    credits = [due.credits for result in planned.values() for due in result.items if due.credits]
    written = dict(env.execute_query(SQL(
        'SELECT id, create_date FROM smart_billing_item WHERE id IN %s', tuple(credits)),
    )) if credits else {}
    previous = {account_id: (target, started) for account_id, target, started
                in env.execute_query(SQL(
                    """ SELECT a.id, r.date_target, r.create_date
                          FROM smart_billing_account a JOIN smart_billing_run r
                            ON r.id = a.last_run_id
                         WHERE a.id IN %s """, tuple(planned)))} if planned else {}
    for account_id, result in planned.items():
        target, started = previous.get(account_id, (date.min, None))
        for due in result.items:
            if due.credits:
                yield _Line(account_id, due, written[due.credits] - _OPEN_TRANSACTION)
            elif due.due <= target:
                yield _Line(account_id, due, started - _OPEN_TRANSACTION)


def _plain_cause(due):
    """Where the kind of line tells it."""
    if due.kind == facts.USAGE:
        return Cause(LATE_USAGE)
    if due.one_off and due.kind == facts.CREDIT:
        return Cause(WITHDRAWN)
    return None


def _changes(env, lines):
    """:return: {(what it is entered on, its id): [(plan, charge, Cause)]}; one query"""
    contracts = tuple({line.due.contract for line in lines})
    accounts = tuple({line.account for line in lines})
    plans = tuple({line.due.plan for line in lines if line.due.plan} or {0})
    rows = env.execute_query(SQL(
        """ SELECT 'contract', contract_id, NULL::integer, NULL::varchar, kind, date_effective,
                   create_date, id, reason, NULL
              FROM smart_billing_contract_event
             WHERE contract_id IN %(contracts)s AND create_date >= %(since)s AND kind != 'start'
         UNION ALL
            SELECT 'account', account_id, NULL, NULL, %(day_change)s, date_effective, create_date,
                   id, NULL, NULL
              FROM smart_billing_account_day_change
             WHERE account_id IN %(accounts)s AND create_date >= %(since)s
         UNION ALL
            SELECT 'plan', plan_id, plan_id, NULL, %(revision)s, existing_from, write_date, id,
                   NULL, NULL
              FROM smart_billing_plan_version
             WHERE plan_id IN %(plans)s AND existing_from IS NOT NULL
               AND write_date >= %(since)s
         UNION ALL
            SELECT CASE WHEN contract_id IS NULL THEN 'account' ELSE 'contract' END,
                   COALESCE(contract_id, account_id), plan_id, charge_code, %(agreed)s, date_from,
                   write_date, id, reason, NULL
              FROM smart_billing_price_override
             WHERE account_id IN %(accounts)s AND write_date >= %(since)s
         UNION ALL
            SELECT 'contract', i.contract_id, i.plan_id, i.charge_code, %(released)s, i.date_from,
                   i.write_date, i.id, NULL, m.name
              FROM smart_billing_item i LEFT JOIN account_move m ON m.id = i.move_id
             WHERE NOT i.live AND i.contract_id IN %(contracts)s AND i.write_date >= %(since)s
        """,
        contracts=contracts, accounts=accounts, plans=plans, day_change=DAY_CHANGE,
        revision=REVISION, agreed=AGREED, released=RELEASED,
        since=min(line.since for line in lines)))
    known = {}
    for scope, record, plan, charge, kind, day, entered, sequence, note, document in rows:
        known.setdefault((scope, record), []).append(
            (plan, charge, Cause(kind, day, entered, sequence, note or '', document or '')))
    return known


def _changes_of(known, line):
    """The changes that may be the cause of a line."""
    due = line.due
    code = due.charge.partition('/')[0]
    for owner in (('contract', due.contract), ('account', line.account), ('plan', due.plan)):
        for plan, charge, cause in known.get(owner, ()):
            if (cause.entered >= line.since and plan in (None, due.plan)
                    and charge in (None, code, due.charge)):
                yield cause


def _nearest(causes, due):
    """The change that counts from the line's first day; else the last before; else the first."""
    causes = list(causes)
    on_the_day = [cause for cause in causes if cause.day == due.date_from]
    before = [cause for cause in causes if cause.day < due.date_from]
    after = [cause for cause in causes if due.date_from < cause.day]
    if on_the_day:
        return max(on_the_day, key=_order)
    if before:
        return max(before, key=lambda cause: (cause.day, *_order(cause)))
    return min(after, key=lambda cause: (cause.day, *_order(cause)), default=None)


def _order(cause):
    # What a person entered says more than the invoice that was cancelled because of it.
    return (cause.kind != RELEASED, cause.entered, cause.sequence)
