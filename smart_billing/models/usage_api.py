from zoneinfo import ZoneInfo

from odoo import api, models
from odoo.exceptions import UserError

from ..core.usage_rows import TIMESTAMP, DayReader, Row, UsageError, read_measurement
from ..engine import usage_load
from ..engine.usage_words import explain

KEYS = ('contract', 'contract_id', 'metric', 'quantity', 'date', 'external_id', 'subject',
        'action', 'reason')

# Rows that are checked and written together; the memory of a load does not grow beyond it.
SET = 20000


class Usage(models.Model):
    """The door for front systems: usage by plain values, exactly once by its external id."""

    _inherit = 'smart.billing.usage'

    @api.model
    def load_usage(self, rows):
        """Load measurements, or corrections of them, in bulk (利用量の登録). For RPC and JSON-2.

        Contracts and metrics are those of the caller's company.
        The whole call is one transaction. A bad row writes nothing and does not stop the others;
        the same call again changes nothing, so a caller that got no answer simply repeats it.

        :param list[dict] rows: each with

            - `contract`: external reference or number of the contract, or `contract_id`
            - `metric`: code of the metric
            - `quantity`: a number or decimal text, 0 or above
            - `date`: the measured day (2026-10-31), or a moment with its offset
              (2026-10-31T23:30:00+09:00), which counts on its day in the company's time zone
            - `external_id`: identity in the metering system, unique on the contract
            - optional `subject`: the user, device or site that was measured
            - optional `action`: `correct` replaces a known row by these values, `withdraw` takes
              it back (contract and external_id suffice); optional `reason` for the history
        :return: {'ids': [id of the usage or False, for each row], 'problems': [{'row', 'code',
            'reason'}], 'loaded': rows written, 'corrected': rows replaced, 'known': rows that
            were known with the same values, 'unbilled': rows written whose metric no plan of
            their contract bills}
        """
        self.check_access('create')
        ids = [False] * len(rows)
        counts = dict.fromkeys(('loaded', 'corrected', 'known', 'unbilled'), 0)
        answer = {'ids': ids, 'problems': [], **counts}
        for start in range(0, len(rows), SET):
            outcome = self._load_rows(self.env.company, [
                self._plain_row(row) for row in rows[start:start + SET]], start)
            for row, usage_id in outcome.ids.items():
                ids[row] = usage_id
            answer['problems'] += [
                {'row': problem.line, 'code': problem.code,
                 'reason': explain(self.env, problem.code, problem.context)}
                for problem in sorted(outcome.problems, key=lambda problem: problem.line)]
            for count in counts:
                answer[count] += getattr(outcome, count)
        return answer

    @api.model
    def record_usage(self, contract, metric, quantity, date, external_id, subject=None,
                     action=None, reason=None):
        """Load one measurement or correction (利用量の登録); the parameters are those of
        :meth:`load_usage`. The same call again gives the same usage.

        :return: id of the usage
        :raise UserError: the row is refused
        """
        answer = self.load_usage([{
            'contract': contract, 'metric': metric, 'quantity': quantity, 'date': date,
            'external_id': external_id, 'subject': subject, 'action': action, 'reason': reason}])
        for problem in answer['problems']:
            raise UserError(problem['reason'])
        return answer['ids'][0]

    def _plain_row(self, values):
        """A dict of the API as a Row, or the UsageError that it deserves."""
        if not isinstance(values, dict):
            return UsageError('usage_no_row')
        unknown = sorted(map(str, values.keys() - set(KEYS)))
        if unknown:
            return UsageError('usage_key', key=unknown[0], known=', '.join(KEYS))
        contract = values.get('contract_id')
        if contract is None:
            # A number that a front system uses as a reference is no id of ours.
            contract = values.get('contract') and str(values['contract'])
        elif type(contract) is not int:
            return UsageError(
                'usage_no_contract', contract=contract, company=self.env.company.name)
        return Row(
            contract=contract, metric=values.get('metric'), quantity=values.get('quantity'),
            day=values.get('date'), external_id=values.get('external_id'),
            subject=values.get('subject'), action=values.get('action'),
            reason=values.get('reason'))

    def _load_rows(self, company, rows, first=0):
        """Understand, check and write rows that are numbered from `first`.

        :param rows: Row, or the UsageError in its place
        :return: engine.usage_load.Outcome
        """
        self.check_access('create')
        zone = ZoneInfo(company.partner_id.tz or 'Asia/Tokyo')
        read_day = DayReader(('iso', 'slash', TIMESTAMP), zone)
        understood, problems = [], []
        for number, row in enumerate(rows, first):
            try:
                if isinstance(row, UsageError):
                    raise row
                understood.append(read_measurement(number, row, read_day))
            except UsageError as error:
                problems.append(usage_load.Problem(number, error.code, error.context))
        outcome = usage_load.load(company.with_env(self.env), understood)
        outcome.problems += problems
        return outcome
