import base64

from odoo import models

from odoo.addons.smart_billing.core.errors import FileError
from odoo.addons.smart_billing.core.zengin import customer_key

from ..explain import explain, result_reason
from ..wire import direct_debit, file_names

# A batch of which a result is possible; 'sending' too: the result proves that it was received.
_ANSWERABLE = ('sending', 'sent', 'answered')


class PaymentProvider(models.Model):
    """The way in (収納): result files, and what follows from them."""

    _inherit = 'payment.provider'  # pylint: disable=consider-merging-classes-inherited

    def _sb_decode_file(self, file, content):
        if self.code != 'nttf':
            return super()._sb_decode_file(file, content)
        profile = self._nttf_wire_profile()
        result = direct_debit.read_result(content, profile)
        batch = self._nttf_find_batch(file.name, result)
        sent = direct_debit.read_request(base64.b64decode(batch.sudo().file_content))
        if batch.state == 'sending':
            batch._mark_sent()
        by_customer = {
            customer_key(request.customer_number): request for request in batch.request_ids
            if request.state not in ('open', 'cancelled')}
        return batch, [self._nttf_receipt(batch, outcome, by_customer.get(outcome.customer))
                       for outcome in direct_debit.match(result, sent)]

    def _nttf_find_batch(self, file_name, result):
        """The batch that a result answers, by the file's name, or by header and totals.

        A header has no year: the stored batches say which year is meant.
        """
        header = result.header
        key = file_names.parse(self._nttf_profile().result_template, file_name)
        named_day = key.date if key else None
        direct_debit.check_header(header, self.nttf_consignor_code or '', named_day)
        candidates = self.env['smart.billing.collection.batch'].search([
            ('provider_id', '=', self.id), ('state', '!=', 'cancelled'),
            *([('date_collect', '=', named_day)] if named_day else []),
            *([('part', '=', key.part)] if key and key.part else []),
        ]).filtered(lambda batch: f'{batch.date_collect:%m%d}' == header.debit_date)
        answerable = candidates.filtered(lambda batch: batch.state in _ANSWERABLE)
        if len(answerable) > 1:
            answerable = self._nttf_same_totals(answerable, result)
        if len(answerable) == 1:
            return answerable
        if len(answerable) > 1:
            raise FileError('batch_ambiguous', 1, 54, debit_date=header.debit_date)
        if candidates:
            raise FileError('batch_not_sent', 1, 54, batch=candidates[0].name)
        raise FileError('no_such_batch', 1, 54, debit_date=header.debit_date)

    def _nttf_same_totals(self, batches, result):
        """Of several parts or years, those not answered yet that asked for these totals."""
        wanted = (result.trailer.count, result.trailer.amount)
        return batches.filtered(
            lambda batch: batch.state != 'answered'
            and (batch.request_count, round(batch.amount)) == wanted)

    def _nttf_receipt(self, batch, outcome, request):
        """Return a record of the file as values of a receipt."""
        record = outcome.record
        return {
            'line': record.line,
            'request_id': request.id if request else False,
            'customer_number': record.customer_number,
            'payer_name': record.holder_name,
            'amount': record.amount,
            'date': batch.date_collect,
            'kind': outcome.kind,
            'result_code': record.result_code.strip(),
            'reason': result_reason(self.env, outcome.reason),
            'problem': outcome.problem and explain(self.env, outcome.problem),
        }

    # === CONSEQUENCES === #

    def _sb_after_results(self, receipts):
        """A result tells something about the mandate too: codes 2, 3 and 4 stop it."""
        if self.code != 'nttf':
            return super()._sb_after_results(receipts)
        settled = receipts.filtered(lambda r: r.state in ('posted', 'applied') and r.request_id)
        for batch in settled.request_id.batch_id:
            collected = settled.filtered(
                lambda r, b=batch: r.kind == 'collected' and r.request_id.batch_id == b)
            collected.request_id.mandate_id._confirm_debit(batch.sealed_on)
        self._nttf_suspend_mandates(settled.filtered(lambda r: r.kind == 'failed'))
        return None

    def _nttf_suspend_mandates(self, receipts):
        """Suspend what the bank no longer debits; receipts with the same words together."""
        for code in set(receipts.mapped('result_code')):
            if not direct_debit.stops_mandate(code):
                continue
            stopped = receipts.filtered(lambda r, c=code: r.result_code == c)
            mandates = stopped.request_id.mandate_id.filtered(lambda m: m.state == 'active')
            mandates._suspend(self.env._(
                "%(reason)s (result code %(code)s of %(date)s)", reason=stopped[0].reason,
                code=code, date=stopped[0].date))
