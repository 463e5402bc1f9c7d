from odoo import models
from odoo.exceptions import UserError

from ..core import checks
from ..core.errors import DomainError
from ..engine import facts
from .contract_event import KINDS

# kind of event -> (what it must say, what it may say beside that)
SAYS = {
    'change_plan': ({'plan_id'}, {'at_period_end'}),
    'change_quantity': ({'quantity'}, set()),
    'suspend': (set(), set()),
    'resume': (set(), set()),
    'cancel': (set(), {'at_period_end', 'at_term_end', 'cancel_reason_id'}),
    'keep': (set(), set()),
    'renew': (set(), {'date_end'}),
    'transfer': ({'account_id'}, set()),
    'add_option': ({'option_code'}, {'quantity'}),
    'drop_option': ({'option_code'}, set()),
    'add_discount': ({'discount_id'}, set()),
    'end_discount': ({'discount_id'}, set()),
}

# Kinds that set the same thing: of two for one day the one entered later holds.
SAME_THING = [
    {'change_plan'}, {'change_quantity'}, {'suspend', 'resume'}, {'add_option', 'drop_option'},
    {'add_discount', 'end_discount'},
]


class Contract(models.Model):
    """How a contract changes: by dated events, checked before they count."""

    _inherit = 'smart.billing.contract'

    def add_event(self, kind, date_effective=None, at_period_end=False, plan_id=None,
                  quantity=None, reason=None, at_term_end=False, option_code=None,
                  discount_id=None, coupon_code=None, date_end=None, cancel_reason_id=None,
                  account_id=None, ref=None):
        """Enter one event on each contract (契約変更). The door of forms, RPC and imports alike.

        :param str kind: change_plan, change_quantity, suspend, resume, cancel, keep (withdraw the
            cancellation), renew, transfer, add_option, drop_option, add_discount or end_discount
        :param date_effective: day from which it counts (default: today), past or future
        :param bool at_period_end: for change_plan and cancel: count from the end of the period
            that runs on that day
        :param int plan_id: for change_plan
        :param float quantity: for change_quantity and add_option (default 1)
        :param str reason: free text for the history
        :param bool at_term_end: for cancel: count from the end of the term that runs on that day
        :param str option_code: for add_option and drop_option: code of the optional charge
        :param int discount_id: for add_discount and end_discount
        :param str coupon_code: in place of `discount_id`
        :param date_end: for renew: first day after the prolonged term (default: one more term)
        :param int cancel_reason_id: for cancel: one of the configured reasons
        :param int account_id: for transfer: the billing account that goes on with it
        :param str ref: identity of the event in the front system; what is known is not repeated
        :return: True
        :raise UserError: the event makes no sense on one of the contracts; none is changed then
        """
        values = {
            'plan_id': plan_id, 'quantity': quantity, 'at_period_end': at_period_end,
            'at_term_end': at_term_end, 'option_code': option_code, 'discount_id': discount_id,
            'date_end': date_end, 'cancel_reason_id': cancel_reason_id, 'account_id': account_id,
        }
        if coupon_code and not discount_id:
            values['discount_id'] = self._discount_by_coupon(coupon_code).id
        said = {name: value for name, value in values.items()
                if value is not None and value is not False}
        self._enter(kind, date_effective, reason=reason, ref=ref, **said)
        return True

    def _enter(self, kind, date_effective=None, reason=None, ref=None, **values):
        """Check what an event says and enter it on each contract that does not know its `ref`.

        :param ref: one for all contracts, or {contract id: ref}
        :return: the events, new and known ones
        """
        refs = ref if isinstance(ref, dict) else dict.fromkeys(self.ids, ref)
        self._check_said(kind, values)
        draft = self.filtered(lambda contract: not contract.event_ids)
        if draft:
            raise UserError(self.env._(
                "Contract %(contract)s is a draft. Confirm it before it is changed.",
                contract=draft[0].name))
        known = self._events_by_ref(refs)
        new = self - known.contract_id
        new._check_not_transferred(date_effective)
        if kind == 'transfer':
            return known + new._transfer_to(
                self.env['smart.billing.account'].browse(values['account_id']), date_effective,
                reason=reason, refs=refs)
        new._check_values(values)
        if kind == 'add_option':
            values.setdefault('quantity', 1)
        return known + self.env['smart.billing.contract.event'].create([{
            'contract_id': contract.id,
            'kind': kind,
            'date_effective': date_effective or contract.company_id._sb_today(),
            'reason': reason,
            'ref': refs.get(contract.id),
            **values,
        } for contract in new])

    def _events_replaced_by(self, kind, date_effective, option_code=None, discount_id=None):
        """The events that lose their force to one of this kind and day (同日の変更).

        A cancellation replaces the one that stands, whatever its day.
        """
        if kind == 'cancel':
            events = self.env['smart.billing.contract.event']
            return events.union(*(contract._cancellation() for contract in self))
        kinds = next((group for group in SAME_THING if kind in group), set())
        return self.event_ids.filtered(
            lambda event: event.kind in kinds and event.date_effective == date_effective
            and event.option_code == (option_code or False)
            and event.discount_id.id == (discount_id or False))

    def _check_said(self, kind, values):
        """Every kind says what it needs and nothing that would be silently ignored."""
        needed, possible = SAYS.get(kind) or self._refuse_kind(kind)
        Event = self.env['smart.billing.contract.event']
        labels = {**Event.fields_get(attributes=['string']),
                  **self.fields_get(['account_id'], ['string'])}
        context = {'kind': dict(Event._fields['kind']._description_selection(self.env))[kind]}
        missing = sorted(needed - values.keys())
        if missing:
            raise UserError(self.env._(
                "%(kind)s: '%(field)s' is missing.",
                field=labels[missing[0]]['string'], **context))
        ignored = sorted(values.keys() - needed - possible)
        if ignored:
            raise UserError(self.env._(
                "%(kind)s: '%(field)s' has no meaning here. Leave it empty.",
                field=labels[ignored[0]]['string'], **context))
        if {'at_period_end', 'at_term_end'} <= values.keys():
            raise UserError(self.env._(
                "%(kind)s: it counts from the end of the period or from the end of the term, not "
                "from both. Choose one.", **context))

    def _refuse_kind(self, kind):
        raise UserError(self.env._(
            "There is no change of the kind '%(kind)s'. Known are: %(known)s.",
            kind=kind, known=', '.join(name for name, _label in KINDS if name in SAYS)))

    def _check_values(self, values):
        """Whether what an event names exists for these contracts."""
        if values.get('plan_id'):
            self.env['smart.billing.plan'].browse(values['plan_id'])._check_usable()
        if values.get('quantity', 1) <= 0:
            raise UserError(self.env._(
                "The quantity %(quantity)s is not above zero. To stop charging, suspend or cancel "
                "the contract.", quantity=values['quantity']))
        if values.get('option_code'):
            self._check_option(values['option_code'])

    def _check_option(self, code):
        """Each contract needs a plan, now or to come, that offers the option."""
        offered = self._options_offered()
        for contract in self:
            codes = offered.get(contract.id, set())
            if code not in codes:
                raise UserError(self.env._(
                    "The plans of contract %(contract)s offer no option '%(code)s'. They offer: "
                    "%(codes)s.", contract=contract.name, code=code,
                    codes=', '.join(sorted(codes)) or self.env._("none")))

    def _options_offered(self):
        """:return: {contract id: codes of the optional charges of its plans}; two queries"""
        plans = {}
        for contract, plan in self.env['smart.billing.contract.event']._read_group(
                [('contract_id', 'in', self.ids), ('plan_id', '!=', False)],
                ['contract_id', 'plan_id']):
            plans.setdefault(contract.id, set()).add(plan.id)
        codes = self.env['smart.billing.plan'].browse(set().union(*plans.values()))._option_codes()
        return {contract_id: set().union(*(codes.get(plan_id, ()) for plan_id in own))
                for contract_id, own in plans.items()}

    def _option_charges(self):
        """The optional charges of the contracts' plans; of several versions the newest one's."""
        charges = self.env['smart.billing.charge'].search(
            [('plan_id', 'in', self.event_ids.plan_id.ids), ('optional', '=', True)])
        newest = {(charge.plan_id, charge.code): charge for charge in charges.sorted(
            lambda charge: charge.version_id.date_from)}
        return charges.browse([charge.id for charge in newest.values()])

    def _discount_by_coupon(self, coupon_code):
        """The discount that customers ask for by this code, in the contracts' company."""
        discount = self.env['smart.billing.discount'].search([
            ('company_id', 'in', (self.company_id or self.env.company).ids),
            ('coupon_code', '=ilike', coupon_code.strip().replace('%', r'\%').replace('_', r'\_')),
        ], limit=1)
        if not discount:
            raise UserError(self.env._(
                "There is no discount with the coupon code %(code)s.", code=coupon_code))
        return discount

    def _events_by_ref(self, refs):
        """The events that were entered before, by {contract id: ref}."""
        Event = self.env['smart.billing.contract.event']
        wanted = list(filter(None, refs.values()))
        return Event.search(
            [('contract_id', 'in', self.ids), ('ref', 'in', wanted)]).filtered(
            lambda event: event.ref == refs.get(event.contract_id.id)) if wanted else Event

    # === CHECKS === #

    def _check_timeline(self):
        """Refuse a timeline that makes no sense, in words, before it is committed."""
        known = facts.read_contracts(self.env, self.ids)
        accounts = facts.read_billing_days(self.env, self.ids)
        for contract in self:
            try:
                checks.check_timeline(known[contract.id], accounts[contract.id])
            except DomainError as error:
                raise UserError(contract._explain_timeline(error)) from error

    def _timelines(self):
        """:return: {contract id: core.timeline.Timeline} of those that are confirmed

        :raise UserError: the events of one of them do not make a timeline
        """
        known = facts.read_contracts(self.env, self.ids)
        build = facts.timeline_builder(self.env, tuple(known))
        lines = {}
        for contract_id, told in known.items():
            try:
                lines[contract_id] = build(told)
            except DomainError as error:
                raise UserError(self.browse(contract_id)._explain_timeline(error)) from error
        return lines

    def _explain_timeline(self, error):
        """The timeline's complaint as a sentence with the contract and the remedy."""
        context = {'contract': self.name, **error.context}
        context.update({key: '' for key in ('start', 'day', 'end', 'since', 'quantity', 'option')
                        if key not in context})
        if error.context.get('plan'):
            plan = self.env['smart.billing.plan'].browse(error.context['plan'])
            context['plan'] = plan.display_name
        if error.context.get('discount'):
            discount = self.env['smart.billing.discount'].browse(error.context['discount'])
            context['discount'] = discount.display_name
        sentences = {
            **self._sentences_of_mistakes(context),
            'event_before_start': self.env._(
                "Contract %(contract)s starts on %(start)s; an event on %(day)s lies before it. "
                "Give a day on or after the start.", **context),
            'resume_without_suspend': self.env._(
                "Contract %(contract)s is not suspended on %(day)s, so it cannot be resumed then. "
                "Enter the suspension first.", **context),
            'event_after_end': self.env._(
                "Contract %(contract)s has ended on %(end)s; an event on %(day)s comes too late. "
                "Start a new contract instead.", **context),
            'start_missing': self.env._(
                "Contract %(contract)s has no start.", **context),
            'no_version': self.env._(
                "Contract %(contract)s: plan %(plan)s has no version that is valid on %(day)s. "
                "Choose a later day or add a version to the plan.",
                **{'plan': '', **context}),
        }
        return sentences.get(error.code) or self.env._(
            "Contract %(contract)s: %(error)s", contract=self.name, error=str(error))

    def _sentences_of_mistakes(self, context):
        """:return: {code of core.checks: sentence} of entries that fit nothing before them"""
        context = {'discount': '', **context}
        return {
            'started_twice': self.env._(
                "Contract %(contract)s has started already; it cannot start again on %(day)s. "
                "Make a new contract.", **context),
            'since_after_start': self.env._(
                "Contract %(contract)s starts on %(start)s, so it cannot continue one that begins "
                "on %(since)s. Give a day up to the start.", **context),
            'end_before_start': self.env._(
                "Contract %(contract)s starts on %(start)s, after its end on %(end)s. Correct one "
                "of the two days.", **context),
            'negative_quantity': self.env._(
                "Contract %(contract)s: the quantity %(quantity)s of %(day)s is below zero. Give "
                "zero or more.", **context),
            'option_not_taken': self.env._(
                "Contract %(contract)s does not have the option '%(option)s' on %(day)s, so it "
                "cannot be dropped then. Look at the days on which it was taken.", **context),
            'discount_not_given': self.env._(
                "Contract %(contract)s does not have the discount %(discount)s on %(day)s, so it "
                "cannot be ended then. Look at the day on which it was given.", **context),
            'keep_without_cancel': self.env._(
                "Contract %(contract)s is not cancelled, so there is no cancellation to withdraw.",
                **context),
            'term_missing': self.env._(
                "Contract %(contract)s has no term that runs on %(day)s, so there is none to "
                "renew or to wait for. Give a day instead, or a plan with a term.", **context),
            'renewal_not_later': self.env._(
                "Contract %(contract)s runs until %(end)s anyway; a renewal to %(day)s would "
                "prolong nothing. Give a later day.", **context),
        }
