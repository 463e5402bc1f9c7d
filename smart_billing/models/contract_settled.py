import logging

from odoo import fields, models

from ..engine import settled, settled_check

_logger = logging.getLogger(__name__)


class Contract(models.Model):
    """What of a contract's history the runs need not look at any more (請求済み履歴)."""

    _inherit = 'smart.billing.contract'

    settled_until = fields.Date(
        readonly=True, copy=False,
        help="Full periods that end on or before this day are billed as they should be; the next "
             "run need not look at them. A cache that every earlier change pulls back: empty means "
             "'look at everything'.")

    def _forget_settled(self, day=None):
        """Whatever the next run believed about these contracts, it looks again.

        :param day: what was entered counts from this day; None: from the first day on
        """
        settled.pull_back(self.env, dict.fromkeys(self.ids, day))

    def action_look_at_everything(self):
        """The next run compares all that was ever billed of these contracts (履歴の再確認)."""
        self._forget_settled()
        self.account_id.one_off_ids._forget_settled()
        return True


class BillingAccount(models.Model):
    _inherit = 'smart.billing.account'

    settled_checked_on = fields.Date(
        readonly=True, copy=False, index=True,
        help="When it was last checked that the noted history gives the same bill as all of it.")

    def _cron_check_settled(self, limit=200):
        """Check the cache against the whole history, the accounts checked longest ago first."""
        progress = self.env['ir.cron']._commit_progress
        for [company] in self._read_group([], ['company_id']):
            today = company._sb_today()
            due = [('company_id', '=', company.id), '|', ('settled_checked_on', '=', False),
                   ('settled_checked_on', '<', today)]
            left = progress(remaining=self.search_count(due))
            while left and (accounts := self.search(
                    due, limit=limit, order='settled_checked_on NULLS FIRST, id')):
                accounts._check_settled(today)
                left = progress(len(accounts))

    def _check_settled(self, today):
        """Empty the cache of contracts for which it would give another bill; say so.

        :return: those contracts
        """
        wrong = self.env['smart.billing.contract']
        for company, accounts in self.grouped('company_id').items():
            contract_ids, one_off_ids = settled_check.wrongly_settled(
                company, accounts.ids, today)
            wrong |= wrong.browse(contract_ids)
            self.env['smart.billing.one.off'].browse(one_off_ids)._forget_settled()
        for contract in wrong:
            _logger.warning(
                "contract %s: what was noted as settled until %s was not", contract.id,
                contract.settled_until)
            contract.message_post(body=self.env._(
                "What was noted as billed until %(day)s was not as it should be. The next run "
                "looks at the whole history of the contract.", day=contract.settled_until))
        wrong._forget_settled()
        self.settled_checked_on = today
        return wrong
