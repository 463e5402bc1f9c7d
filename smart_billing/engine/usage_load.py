"""Write usage in sets (利用量の取込): whatever the door, by these rules and exactly once.

The unique index on (contract, identity, number of the replaced version) is the law: the version
that counts has the number 0.  A row whose identity is known with the same values changes nothing;
with other values it is refused, unless it declares itself a correction, which keeps the old
version and puts a new one in its place.

Nothing here commits: a set that meets another process fails as a whole and is tried again.
"""
from collections import Counter
from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL

from ..core.usage_rows import MEASURE, WITHDRAW, waves
from . import usage_late
from .settled import pull_back
from .usage_lookup import (
    contracts_by_key,
    holders,
    metrics_billed,
    metrics_by_code,
    successors,
)

_COLUMNS = (
    'contract_id', 'metric_id', 'quantity', 'date_measured', 'date_counted', 'subject',
    'external_id', 'replaced', 'withdrawn', 'entry_number', 'reason', 'import_id', 'line',
    'user_id', 'date_received',
)


class Problem(NamedTuple):
    """A row that was not taken, and why: a code and its context, no prose."""

    line: int
    code: str
    context: dict


class Version(NamedTuple):
    """A stored row of one identity; `replaced` 0 is the one that counts."""

    id: int
    metric: int
    quantity: Decimal
    measured: object
    counted: object
    subject: str | None
    withdrawn: bool
    replaced: int
    number: int


class Outcome:
    """What became of the rows of one load.

    `unbilled` are rows that were written though no charge of the contract's plans bills their
    metric: they wait for a change of the plan, or they are a mistake.
    """

    def __init__(self):
        self.ids = {}
        self.problems = []
        self.loaded = self.known = self.corrected = self.unbilled = 0

    def refuse(self, line, code, **context):
        self.problems.append(Problem(line, code, context))


def load(company, rows, source=None):
    """Check and write measurements.

    :param rows: core.usage_rows.Measurement, each with a line of its own
    :param source: the `smart.billing.usage.import` they come from
    :return: Outcome; bad rows are told and do not stop the others
    """
    loader = _Loader(company, source)
    loader.load(rows)
    return loader.outcome


class _RollBack(Exception):
    """Leaves the savepoint of a trial; never seen outside."""


def attempt(company, rows, source=None):
    """What `load` would do with these rows; it is undone again. :return: Outcome"""
    try:
        with company.env.cr.savepoint():
            outcome = load(company, rows, source)
            raise _RollBack
    except _RollBack:
        company.env.invalidate_all(flush=False)
    return outcome


class _Loader:
    def __init__(self, company, source):
        self.company, self.source, self.env = company, source, company.env
        self.today = company._sb_today()
        self.outcome = Outcome()
        self.metrics = metrics_by_code(company)
        self.contracts = {}
        # Earliest day on which something changed, by contract.
        self.touched = {}
        # Rows written, by contract and metric.
        self.written = Counter()

    def load(self, rows):
        self.env.flush_all()
        for wave in waves(self._usable(rows)):
            self._measure([row for row in wave if row.action == MEASURE])
            self._correct([row for row in wave if row.action != MEASURE])
        billed = metrics_billed(self.env, self.touched)
        self.outcome.unbilled = sum(
            count for identity, count in self.written.items() if identity not in billed)
        pull_back(self.env, self.touched)
        self.env['smart.billing.usage'].invalidate_model()

    # what can be said of a row alone ------------------------------------------------------------

    def _usable(self, rows):
        """Rows whose contract and metric exist, in the contract's days; contracts by their id."""
        found = contracts_by_key(self.company, {row.contract for row in rows})
        self.contracts = {contract.id: contract for contract in found.values()}
        continued = self._continued(rows, found)
        usable = []
        for row in rows:
            contract = continued.get(row.line, found.get(row.contract))
            if contract is None:
                self.outcome.refuse(row.line, 'usage_no_contract', contract=row.contract,
                                    company=self.company.name)
            elif contract.is_draft:
                self.outcome.refuse(row.line, 'usage_draft', contract=contract.name)
            elif row.action == WITHDRAW or self._is_in_place(row, contract):
                usable.append(row._replace(contract=contract.id))
        return usable

    def _continued(self, rows, found):
        """Rows of contracts that go on with other payers belong to the one that knows them.

        An identity that nobody knows yet belongs to the contract of its day.

        :return: {line: contract} of these rows
        """
        heirs = successors(self.company, self.contracts)
        self.contracts.update({heir.id: heir for heir in heirs.values()})
        lines = {}
        for row in rows if heirs else ():
            contract = found.get(row.contract)
            chain = [contract] if contract else []
            while chain and chain[-1].id in heirs:
                chain.append(heirs[chain[-1].id])
            if len(chain) > 1:
                lines[row.line] = (row, chain)
        known = holders(
            self.env, self.contracts, {row.external_id for row, _chain in lines.values()})
        return {line: self._holder(row, chain, known.get(row.external_id, ()))
                for line, (row, chain) in lines.items()}

    def _holder(self, row, chain, knowing):
        for contract in chain:
            if contract.id in knowing:
                return contract
        return next((contract for contract in reversed(chain[1:])
                     if row.day is not None and row.day >= contract.start), chain[0])

    def _is_in_place(self, row, contract):
        metric = self.metrics.get(row.metric)
        if metric is None:
            self.outcome.refuse(row.line, 'usage_no_metric', metric=row.metric,
                                company=self.company.name)
        elif row.day < contract.start:
            self.outcome.refuse(row.line, 'usage_before_start', contract=contract.name,
                                day=row.day, start=contract.start)
        elif metric.needs_subject and row.subject is None:
            self.outcome.refuse(row.line, 'usage_no_subject', metric=row.metric)
        elif metric.days_ahead and (row.day - self.today).days > metric.days_ahead:
            self.outcome.refuse(row.line, 'usage_ahead', metric=row.metric, day=row.day,
                                days=metric.days_ahead)
        else:
            return True
        return False

    # measurements -------------------------------------------------------------------------------

    def _measure(self, rows):
        """New identities are written, known ones compared."""
        if not rows:
            return
        counted = {row.line: row.day for row in rows}
        odd = [row for row in rows if self._needs_policy(row)]
        known = self._versions(odd)
        self._apply_policies([row for row in odd if _identity(row) not in known], counted)
        rows = [row for row in rows if row.line in counted]
        written = self._insert([self._values(row, counted[row.line]) for row in rows])
        self.outcome.ids.update(written)
        self.outcome.loaded += len(written)
        for row in rows:
            if row.line in written:
                self._touch(row.contract, counted[row.line])
                self.written[row.contract, self.metrics[row.metric].id] += 1
        others = [row for row in rows if row.line not in written]
        known = self._versions(others)
        for row in others:
            self._compare(row, known[_identity(row)])

    def _needs_policy(self, row):
        end = self.contracts[row.contract].end
        return (end is not None and row.day >= end
                or self.metrics[row.metric].late_policy != usage_late.OWN_PERIOD)

    def _apply_policies(self, rows, counted):
        """Usage after the end, and of periods that are billed (解約後・締め後の利用).

        :param counted: {line: day on which it counts}; changed, a refused row is taken out
        """
        for row in rows:
            counted[row.line] = self._day_in_contract(row)
        late = [row for row in rows if counted[row.line]
                and self.metrics[row.metric].late_policy != usage_late.OWN_PERIOD]
        earliest = {}
        for row in late:
            day = counted[row.line]
            earliest[row.contract] = min(day, earliest.get(row.contract, day))
        closed = usage_late.Closed(self.company, earliest, self.today)
        for row in late:
            counted[row.line] = self._open_day(row, counted[row.line], closed)
        for row in rows:
            if counted[row.line] is None:
                del counted[row.line]

    def _open_day(self, row, day, closed):
        """The day, or what the metric says of it when its period is closed; None: refused."""
        contract, metric = self.contracts[row.contract], self.metrics[row.metric]
        open_day = closed.first_open_day(contract, metric, day)
        if open_day == day:
            return day
        if metric.late_policy == usage_late.REFUSE:
            self.outcome.refuse(row.line, 'usage_closed', contract=contract.name, day=day,
                                metric=row.metric)
            return None
        # Where no period is open any more, it counts for its own.
        return open_day if contract.end is None or open_day < contract.end else day

    def _day_in_contract(self, row):
        """The measured day, or what the metric says about days after the end (解約後の利用)."""
        contract = self.contracts[row.contract]
        if contract.end is None or row.day < contract.end:
            return row.day
        policy = self.metrics[row.metric].after_end
        if policy == usage_late.LAST_DAY and contract.end > contract.start:
            return usage_late.day_before(contract.end)
        if policy == usage_late.KEEP:
            return row.day
        self.outcome.refuse(row.line, 'usage_after_end', contract=contract.name, day=row.day,
                            end=contract.end)
        return None

    def _compare(self, row, versions):
        """The same identity again: the same values are known, others are refused."""
        metric = self.metrics[row.metric].id
        for version in versions:
            if _says(version, row, metric):
                self.outcome.known += 1
                self.outcome.ids[row.line] = _standing(versions).id
                return
        standing = _standing(versions)
        codes = {metric.id: code for code, metric in self.metrics.items()}
        self.outcome.refuse(
            row.line, 'usage_other_values', external_id=row.external_id,
            contract=self.contracts[row.contract].name, day=standing.measured,
            metric=codes.get(standing.metric, ''), quantity=standing.quantity)

    # corrections --------------------------------------------------------------------------------

    def _correct(self, rows):
        """Replace known identities by what the rows say; the old versions stay, numbered."""
        known = self._versions(rows)
        replaced, values = [], []
        for row in rows:
            versions = known.get(_identity(row))
            if not versions:
                self.outcome.refuse(row.line, 'usage_nothing_to_correct',
                                    external_id=row.external_id,
                                    contract=self.contracts[row.contract].name)
                continue
            standing = _standing(versions)
            new = self._correction(row, standing)
            if new is None:
                continue
            replaced.append((standing.id, len(versions)))
            values.append(new)
            self._touch(row.contract, min(standing.counted, new[5]))
        if values:
            self._number(replaced)
            written = self._insert(values)
            self.outcome.ids.update(written)
            self.outcome.corrected += len(written)

    def _correction(self, row, standing):
        """:return: the values of the new version, or None when nothing is to be written"""
        if row.action == WITHDRAW:
            if standing.withdrawn:
                return self._is_known(row, standing)
            return self._values(
                row._replace(quantity=Decimal(0), day=standing.measured, subject=standing.subject),
                standing.counted, standing.metric, standing.number)
        metric = self.metrics[row.metric].id
        if not standing.withdrawn and _says(standing, row, metric):
            return self._is_known(row, standing)
        if (row.day, metric) == (standing.measured, standing.metric):
            return self._values(row, standing.counted, metric, standing.number)
        counted = self._day_in_contract(row)
        return counted and self._values(row, counted, metric, standing.number)

    def _is_known(self, row, standing):
        self.outcome.known += 1
        self.outcome.ids[row.line] = standing.id

    def _number(self, replaced):
        """The versions that do not count any more make room for the new ones."""
        values = SQL(', ').join(SQL('(%s, %s)', *pair) for pair in replaced)
        self.env.execute_query(SQL(
            """ UPDATE smart_billing_usage u SET replaced = old.number
                  FROM (VALUES %s) AS old (id, number)
                 WHERE u.id = old.id RETURNING u.id """, values))

    # rows ---------------------------------------------------------------------------------------

    def _values(self, row, counted, metric_id=None, number=None):
        """:param number: that of the first version, whose place in the order a correction takes"""
        return (row.contract, metric_id or self.metrics[row.metric].id, row.quantity, row.day,
                row.subject, counted, row.external_id, row.action == WITHDRAW, number, row.reason,
                row.line)

    def _insert(self, values):
        """One statement for all; an identity that is there already is left as it is.

        :return: {line: id} of what was written
        """
        if not values:
            return {}
        (contracts, metrics, quantities, measured, subjects, counted, ids, withdrawn, numbers,
         reasons, lines) = zip(*values, strict=True)
        rows = self.env.execute_query(SQL(
            """ INSERT INTO smart_billing_usage (%(columns)s)
                SELECT contract, metric, quantity, measured, counted, subject, identity, 0,
                       withdrawn, number, reason, %(source)s, line, %(user)s, %(now)s
                  FROM unnest(%(contracts)s::int[], %(metrics)s::int[], %(quantities)s::numeric[],
                              %(measured)s::date[], %(counted)s::date[], %(subjects)s::text[],
                              %(ids)s::text[], %(withdrawn)s::bool[], %(numbers)s::int[],
                              %(reasons)s::text[], %(lines)s::int[])
                    AS new (contract, metric, quantity, measured, counted, subject, identity,
                            withdrawn, number, reason, line)
           ON CONFLICT (contract_id, external_id, replaced) DO NOTHING
             RETURNING line, id """,
            columns=SQL(', ').join(SQL.identifier(name) for name in _COLUMNS),
            source=self.source.id if self.source else None,
            # Each foreign key costs as much as the row itself; a file knows who uploaded it.
            user=None if self.source else self.env.uid, now=self.env.cr.now(),
            contracts=_array(contracts),
            metrics=_array(metrics), quantities=_array(quantities), measured=_array(measured),
            counted=_array(counted), subjects=_texts(subjects), ids=_texts(ids),
            withdrawn=_array(withdrawn), numbers=_array(numbers), reasons=_texts(reasons),
            lines=_array(lines)))
        return dict(rows)

    def _versions(self, rows):
        """:return: {(contract id, identity): [Version]} of the identities of these rows"""
        if not rows:
            return {}
        contracts, ids = zip(*{_identity(row) for row in rows}, strict=True)
        versions = {}
        for contract_id, external_id, quantity, *rest in self.env.execute_query(SQL(
                """ SELECT u.contract_id, u.external_id, u.quantity::text, u.id, u.metric_id,
                           u.date_measured, u.date_counted, u.subject, u.withdrawn, u.replaced,
                           COALESCE(u.entry_number, u.id)
                      FROM unnest(%s::int[], %s::text[]) AS asked (contract, identity)
                      JOIN smart_billing_usage u
                        ON u.contract_id = asked.contract AND u.external_id = asked.identity
                  ORDER BY u.id """, _array(contracts), _texts(ids))):
            versions.setdefault((contract_id, external_id), []).append(
                Version(rest[0], rest[1], Decimal(quantity), *rest[2:]))
        return versions

    def _touch(self, contract_id, day):
        known = self.touched.get(contract_id)
        if known is None or day < known:
            self.touched[contract_id] = day


def _identity(row):
    return row.contract, row.external_id


def _standing(versions):
    return next(version for version in versions if not version.replaced)


def _says(version, row, metric_id):
    return ((version.metric, version.quantity, version.measured, version.subject)
            == (metric_id, row.quantity, row.day, row.subject) and not version.withdrawn)


def _array(values):
    """An array literal: far cheaper to parse than a list of as many expressions."""
    return '{' + ','.join(['NULL' if value is None else str(value) for value in values]) + '}'


def _texts(values):
    return '{' + ','.join(
        'NULL' if value is None
        else '"' + value.replace('\\', '\\\\').replace('"', '\\"') + '"'
        for value in values) + '}'
