from datetime import timezone

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, groupby

from odoo.addons.smart_billing.core.errors import DomainError

from ..explain import explain
from ..wire import direct_debit, file_names

# How near a mandate is to being usable: the nearest one explains why there is none.
_NEARNESS = ('active', 'suspended', 'pending', 'applied', 'ended')


class PaymentProvider(models.Model):
    """The way out (請求): calendar, checks and the request file."""

    _inherit = 'payment.provider'  # pylint: disable=consider-merging-classes-inherited

    def _sb_collection_codes(self):
        return super()._sb_collection_codes() | {'nttf'}

    # === CALENDAR === #

    def _sb_batch_for(self, date_due):
        if self.code != 'nttf':
            return super()._sb_batch_for(date_due)
        return self._nttf_batch_from(date_due)

    def _sb_batch_after(self, batch):
        if self.code != 'nttf':
            return super()._sb_batch_after(batch)
        return self._nttf_batch_from(fields.Date.add(batch.date_collect, days=1))

    def _nttf_batch_from(self, earliest):
        """The batch of the first debit day from then on whose file can still be sent.

        Where the service takes one file a debit day, a day whose file is made already is passed
        over; requests may join a batch that the service refused, because it will be made anew.
        """
        profile = self._nttf_profile()
        made = self._nttf_batches_from(earliest) if profile.one_file_per_date else {}
        # A rehearsal's business date stands for the day of sending, whatever the time.
        sent_on = self.company_id.sb_business_date or profile._sending_day(self._nttf_now())
        for day in profile._debit_days_from(earliest, sent_on):
            batch = made.get(day.debit)
            if batch is None or batch.state == 'draft':
                return self._sb_gathering_batch(
                    day.debit, date_cutoff=day.cutoff, date_result=day.result,
                    date_payout=day.payout)
            if batch.state == 'rejected':
                return batch

    def _nttf_sending_day(self):
        """The day as which a file sent now counts; a rehearsal's business date goes first."""
        now = fields.Datetime.now().replace(tzinfo=timezone.utc)
        return self.company_id.sb_business_date or self._nttf_profile()._sending_day(now)

    def _nttf_batches_from(self, earliest):
        """The living batch of each debit day."""
        batches = self.env['smart.billing.collection.batch'].search([
            ('provider_id', '=', self.id), ('date_collect', '>=', earliest),
            ('state', '!=', 'cancelled')], order='id')
        # One that gathers goes first; one that was refused counts only where it stands alone.
        order = {'draft': 0, 'rejected': 2}
        made = {}
        for batch in batches.sorted(lambda batch: order.get(batch.state, 1)):
            made.setdefault(batch.date_collect, batch)
        return made

    # === CHECKS === #

    def _sb_customer_number(self, move):
        if self.code != 'nttf':
            return super()._sb_customer_number(move)
        return move.sb_account_id.code

    def _sb_collection_kind(self, move):
        return 'debit' if self.code == 'nttf' else super()._sb_collection_kind(move)

    def _sb_check_requests(self, requests, date_collect):
        if self.code != 'nttf':
            return super()._sb_check_requests(requests, date_collect)
        mandates = self._nttf_mandates(requests.account_id)
        problems, rows = {}, []
        for request in requests:
            mandate = mandates.get(request.account_id.id)
            problem = self._nttf_mandate_problem(request, mandate, date_collect)
            if problem:
                problems[request.id] = problem
            else:
                rows.append(self._nttf_row(request, mandate))
        problems.update(self._nttf_row_problems(requests, mandates, rows))
        good = requests.filtered(lambda request: request.id not in problems)
        problems.update(self._nttf_second_problems(good))
        return problems

    def _nttf_mandates(self, accounts):
        """The mandate of each account that comes nearest to being usable, in one query."""
        mandates = self.env['smart.billing.mandate'].sudo().search([
            ('account_id', 'in', accounts.ids), ('provider_id', '=', self.id)], order='id desc')
        nearest = {}
        for mandate in mandates:
            known = nearest.get(mandate.account_id.id)
            if known is None or (
                    _NEARNESS.index(mandate.state) < _NEARNESS.index(known.state)):
                nearest[mandate.account_id.id] = mandate
        return nearest

    def _nttf_mandate_problem(self, request, mandate, date_collect):
        """Why nothing may be debited through the mandate on that day, or None."""
        account = request.account_id.display_name
        if not mandate or mandate.state == 'ended':
            return self.env._(
                "Billing account %(account)s has no direct-debit mandate. Register one, or choose "
                "another collection service on the account.", account=account)
        if mandate.state == 'suspended':
            return self.env._(
                "Mandate %(mandate)s is suspended (%(reason)s). Clear the cause with the customer "
                "and activate it again, or register a new one.", mandate=mandate.display_name,
                reason=mandate.suspension_reason)
        if mandate.state != 'active':
            return self.env._(
                "Mandate %(mandate)s is not active yet. Activate it when the bank has confirmed.",
                mandate=mandate.display_name)
        if mandate.date_start and date_collect < mandate.date_start:
            return self.env._(
                "Mandate %(mandate)s is valid from %(date)s only. The request waits for a later "
                "debit day.", mandate=mandate.display_name, date=mandate.date_start)
        if mandate.date_end and date_collect > mandate.date_end:
            return self.env._(
                "Mandate %(mandate)s was valid until %(date)s. Register a new one.",
                mandate=mandate.display_name, date=mandate.date_end)
        return None

    def _nttf_second_problems(self, requests):
        """A customer number may come once in a file, so a second good request waits.

        Requests with a problem do not count: they would hold up the customer's others for ever.
        """
        others = self.env['smart.billing.collection.request'].search_fetch([
            ('batch_id', 'in', requests.batch_id.ids), ('id', 'not in', requests.ids),
            '|', ('state', 'in', ('sealed', 'sent', 'unknown')),
            '&', ('state', '=', 'open'), ('problem', '=', False),
        ], ['batch_id', 'customer_number', 'move_id'])
        taken = {(other.batch_id.id, other.customer_number): other for other in others}
        problems = {}
        for request in requests.sorted('id'):
            other = taken.setdefault((request.batch_id.id, request.customer_number), request)
            if other != request:
                problems[request.id] = self.env._(
                    "Customer number %(number)s is debited for %(invoice)s on that day already. "
                    "This request goes to the next debit day by itself.",
                    number=request.customer_number, invoice=other.move_id.name)
        return problems

    def _nttf_row_problems(self, requests, mandates, rows):
        """What the format says against rows, each with its record's name."""
        found = direct_debit.check_rows(rows, self._nttf_wire_profile())
        account_of = {request.id: request.account_id.id for request in requests}
        names = {request.id: request.move_id.name for request in requests}
        problems = {}
        for key, errors in groupby(found, key=lambda pair: pair[0]):
            sentences = ' '.join(
                explain(self.env, error) or error.code for _key, error in errors)
            problems[key] = self.env._(
                "%(invoice)s, %(mandate)s: %(problem)s", invoice=names[key],
                mandate=mandates[account_of[key]].display_name, problem=sentences)
        return problems

    def _nttf_row(self, request, mandate):
        """Return a request with its mandate as the pure code takes it."""
        return direct_debit.DebitRow(
            key=request.id,
            bank_code=mandate.bank_code or '',
            bank_name=mandate.bank_kana or '',
            branch_code=mandate.branch_code or '',
            branch_name=mandate.branch_kana or '',
            account_type=mandate.account_type or '',
            account_number=mandate.account_number or '',
            holder=mandate.holder_kana or '',
            amount=self._nttf_yen(request),
            new_code=mandate.new_code,
            customer_number=request.customer_number,
        )

    def _nttf_yen(self, request):
        """The amount in whole yen; the format knows no other money."""
        if request.currency_id.decimal_places:
            raise UserError(self.env._(
                "%(provider)s collects yen only, but %(invoice)s is in %(currency)s.",
                provider=self.name, invoice=request.move_id.name,
                currency=request.currency_id.name))
        return round(request.amount)

    # === THE FILE === #

    def _sb_encode_batch(self, batch, requests):
        if self.code != 'nttf':
            return super()._sb_encode_batch(batch, requests)
        mandates = self._nttf_mandates(requests.account_id)
        rows = [self._nttf_row(request, mandates[request.account_id.id])
                for request in requests.sorted('customer_number')]
        consignor = self._nttf_consignor()
        try:
            content = direct_debit.encode(
                consignor, batch.date_collect, rows, self._nttf_wire_profile())
        except DomainError as error:
            raise UserError(self.env._(
                "Batch %(batch)s of %(provider)s: %(problem)s", batch=batch.name,
                provider=self.name, problem=self._sb_explain(error))) from error
        self._nttf_note_mandates(requests, mandates)
        name = file_names.render(
            self._nttf_profile().upload_template, consignor.code, batch.date_collect, batch.part)
        return name, content

    def _nttf_note_mandates(self, requests, mandates):
        """Remember under which mandate each request was sent, in one statement."""
        requests.flush_recordset(['mandate_id'])
        pairs = [(request.id, mandates[request.account_id.id].id) for request in requests]
        self.env.execute_query(SQL(
            """ UPDATE smart_billing_collection_request AS request
                   SET mandate_id = pair.mandate_id
                  FROM UNNEST(%s, %s) AS pair(request_id, mandate_id)
                 WHERE request.id = pair.request_id
             RETURNING request.id """,
            [request_id for request_id, _mandate_id in pairs],
            [mandate_id for _request_id, mandate_id in pairs]))
        requests.invalidate_recordset(['mandate_id'])

    def _sb_explain_domain_error(self, error):
        if self.code != 'nttf':
            return super()._sb_explain_domain_error(error)
        return explain(self.env, error) or super()._sb_explain_domain_error(error)
