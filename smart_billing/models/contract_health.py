from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..core import facts
from ..engine import planning

# More accounts than these get no activity of their own; the list shows them all.
MOST_ACTIVITIES = 50


class Contract(models.Model):
    """Contracts that should have been billed and were not (請求漏れの点検)."""

    _inherit = 'smart.billing.contract'

    overdue_since = fields.Date(
        string="Not billed since", readonly=True, copy=False, index='btree_not_null',
        help="First day on which something fell due that is on no invoice, as the daily check "
             "found it: longer ago than the company allows.")
    overdue_reason = fields.Text(
        string="Why it is not billed", compute='_compute_overdue_reason')

    def _compute_overdue_reason(self):
        """What the account's last run says of it."""
        Line = self.env['smart.billing.run.account']
        last = {account: Line.browse(line_id) for account, line_id in Line._read_group(
            [('account_id', 'in', self.account_id.ids)], ['account_id'], ['id:max'])}
        labels = dict(Line._fields['state']._description_selection(self.env))
        for contract in self:
            line = last.get(contract.account_id)
            if not contract.overdue_since:
                contract.overdue_reason = False
            elif not line:
                contract.overdue_reason = self.env._("No billing run took the account.")
            else:
                contract.overdue_reason = line.reason or self.env._(
                    "Run %(run)s of %(day)s: %(state)s", run=line.run_id.name,
                    day=format_date(self.env, line.run_id.date_target), state=labels[line.state])

    # === CHECK === #

    @api.model
    def _cron_check_overdue(self, chunk=200):
        """Find contracts that are past due without an invoice, and tell who looks after them."""
        for [company] in self._read_group([('state', '!=', 'draft')], ['company_id']):
            if not company.sb_overdue_days:
                continue
            self.with_context(lang=company._sb_lang())._check_overdue(company, chunk)
            if not self.env['ir.cron']._commit_progress(1):
                break

    def _check_overdue(self, company, chunk=200):
        limit = company._sb_today() - timedelta(days=company.sb_overdue_days)
        self._note_overdue_planned(company, limit)
        accounts = self._read_group([
            ('company_id', '=', company.id), ('state', '!=', 'draft'),
            ('next_due_date', '=', False)], ['account_id'])
        account_ids = sorted(account.id for [account] in accounts)
        for start in range(0, len(account_ids), chunk):
            self._note_overdue_unplanned(company, account_ids[start:start + chunk], limit)
        self.invalidate_model(['overdue_since'])
        self._remind(company)

    def _note_overdue_planned(self, company, limit):
        """Contracts whose next due day a run has worked out: one statement."""
        self.env.flush_all()
        self.env.execute_query(SQL(
            """ UPDATE smart_billing_contract c SET overdue_since = checked.since
                  FROM (SELECT c.id, CASE WHEN c.next_due_date <= %s AND a.active
                                               AND a.carried_since IS NULL
                                          THEN c.next_due_date END AS since
                          FROM smart_billing_contract c
                          JOIN smart_billing_account a ON a.id = c.account_id
                         WHERE c.company_id = %s AND c.next_due_date IS NOT NULL) AS checked
                 WHERE c.id = checked.id AND c.overdue_since IS DISTINCT FROM checked.since
             RETURNING c.id """, limit, company.id))

    def _note_overdue_unplanned(self, company, account_ids, limit):
        """Contracts that the next run must look at again: the planner says what is due."""
        planned, failed = planning.plan_each(company, account_ids, limit)
        since = {}
        for result in planned.values():
            for due in result.items:
                if due.contract and due.kind != facts.CREDIT:
                    since[due.contract] = min(due.due, since.get(due.contract, due.due))
        contracts = self.search([
            ('account_id', 'in', account_ids), ('account_id.active', '=', True),
            ('account_id.carried_since', '=', False),
            ('state', '!=', 'draft'), ('next_due_date', '=', False)])
        for contract in contracts:
            day = since.get(contract.id)
            if contract.account_id.id in failed and contract.date_start <= limit:
                day = contract.overdue_since or limit
            if contract.overdue_since != (day or False):
                contract.overdue_since = day

    def _remind(self, company):
        """One open activity an account, for the person who looks after billing."""
        user = company.sb_responsible_id
        if not user:
            return
        kind = self.env.ref('smart_billing.activity_overdue')
        accounts = self.search([
            ('company_id', '=', company.id), ('overdue_since', '!=', False)],
            order='overdue_since, id').account_id
        told = self.env['mail.activity'].search([
            ('res_model', '=', 'smart.billing.account'), ('activity_type_id', '=', kind.id)])
        known = set(told.mapped('res_id'))
        for account in accounts.filtered(lambda a: a.id not in known)[:MOST_ACTIVITIES]:
            account.activity_schedule(
                'smart_billing.activity_overdue', user_id=user.id,
                note=account.contract_ids.filtered('overdue_since')[:1].overdue_reason)
        # What was billed meanwhile needs nobody's attention any more.
        own = set(self.env['smart.billing.account'].browse(known).exists().filtered(
            lambda account: account.company_id == company).ids)
        told.filtered(lambda one: one.res_id in own - set(accounts.ids)).unlink()
