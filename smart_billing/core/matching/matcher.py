"""The decision on each receipt: who paid, what is settled, how sure that is, and why."""

from collections.abc import Hashable, Iterable

from . import values
from .rules import PayerIndex
from .sums import Fit, fits, rough_fit
from .values import Decision, Incoming, OpenInvoice, Outcome, Payer, Settings, Suggestion

# What goes before a rule when it comes to who paid.
_SURER = {
    values.EDI: (values.VIRTUAL_ACCOUNT, values.TRANSFER_CODE),
    values.LEARNED_NAME: (values.VIRTUAL_ACCOUNT, values.TRANSFER_CODE),
    values.NAME: (values.VIRTUAL_ACCOUNT, values.TRANSFER_CODE, values.LEARNED_NAME),
    values.LOOSE_NAME: (values.VIRTUAL_ACCOUNT, values.TRANSFER_CODE, values.LEARNED_NAME,
                        values.NAME),
}


class Matcher:
    """Matches receipts to open invoices; what one receipt settles is not open for the next.

    Sure rules go first over all receipts: a payment with its virtual account is not left over for
    another one that only has a similar name.
    """

    def __init__(self, payers: Iterable[Payer], invoices: Iterable[OpenInvoice],
                 settings: Settings = Settings()):
        payers, invoices = list(payers), list(invoices)
        self.settings = settings
        self.index = PayerIndex(payers, invoices)
        self._group_of = {payer.account: payer.group for payer in payers}
        self._members: dict[Hashable, list] = {}
        for payer in payers:
            if payer.group is not None:
                self._members.setdefault(payer.group, []).append(payer.account)
        self._open: dict[Hashable, dict[Hashable, OpenInvoice]] = {}
        for invoice in invoices:
            self._open.setdefault(invoice.account, {})[invoice.key] = invoice

    def match(self, receipts: Iterable[Incoming]) -> list[Decision]:
        """Decide on receipts; the answers come in their order."""
        receipts = list(receipts)
        decided: dict[int, Decision] = {}
        for rule in self.settings.rules:
            if rule in values.ONLY_SUGGESTS:
                continue
            for position, receipt in enumerate(receipts):
                if position not in decided:
                    decision = self._settle_by(rule, receipt)
                    if decision:
                        decided[position] = decision
        return [decided.get(position) or self._suggest(receipt)
                for position, receipt in enumerate(receipts)]

    def _settle_by(self, rule: str, receipt: Incoming) -> Decision | None:
        """The decision that a rule alone allows: one payer, and an amount that may settle."""
        ways = [way for account in self._candidates(rule, receipt)
                if (way := self._way(rule, account, receipt)) and self._may_settle(way)]
        if len(ways) != 1:
            return None
        [chosen] = ways
        self._take(chosen)
        return Decision(receipt.key, Outcome.MATCHED, chosen, (chosen,))

    def _candidates(self, rule: str, receipt: Incoming) -> list:
        """Accounts that a rule finds, as far as no surer way of the same kind names others.

        Somebody who is known by his exact name and pays an odd amount is not somebody else with a
        similar name who owes just that.
        """
        found = self.index.accounts(rule, receipt)
        for surer in _SURER.get(rule, ()):
            named = self.index.accounts(surer, receipt)
            if named and surer in self.settings.rules:
                return [account for account in found if account in named]
        return list(found)

    def _may_settle(self, way: Suggestion) -> bool:
        if way.fit == values.PARTIAL:
            return way.rule in values.SURE and self.settings.settle_partial
        if way.fit == values.OVER:
            return way.rule in values.SURE and self.settings.settle_over
        return True

    def _way(self, rule: str, account: Hashable, receipt: Incoming) -> Suggestion | None:
        """How the receipt would settle an account's invoices, or those of its group."""
        own = list(self._open.get(account, {}).values())
        fit = fits(own, receipt.amount, self.settings) if own else None
        if fit is None:
            together = self._open_of_group(account)
            if len(together) > len(own):
                fit = fits(together, receipt.amount, self.settings)
        if fit is None:
            if not own and rule not in values.SURE:
                return None
            fit = rough_fit(own, receipt.amount)
        return _suggestion(rule, account, fit)

    def _open_of_group(self, account: Hashable) -> list[OpenInvoice]:
        members = self._members.get(self._group_of.get(account), ())
        return [invoice for member in members
                for invoice in self._open.get(member, {}).values()]

    def _take(self, chosen: Suggestion) -> None:
        """What is settled is not open any more; a fee settles its part too."""
        parts = dict(chosen.allocations)
        for account in {chosen.account, *self._members.get(
                self._group_of.get(chosen.account), ())}:
            invoices = self._open.get(account, {})
            for key in parts.keys() & invoices.keys():
                left = invoices[key].amount - parts[key]
                if left:
                    invoices[key] = invoices[key]._replace(amount=left)
                else:
                    del invoices[key]

    def _suggest(self, receipt: Incoming) -> Decision:
        """What a person may choose from, the surest first, and why nothing was chosen."""
        ways: dict[Hashable, Suggestion] = {}
        for rule in self.settings.rules:
            for account in self.index.accounts(rule, receipt):
                if account not in ways:
                    way = self._way(rule, account, receipt)
                    if way:
                        ways[account] = way
        best = sorted(ways.values(), key=lambda way: -way.confidence)
        suggestions = tuple(best[:self.settings.most_suggestions])
        if not suggestions:
            return Decision(receipt.key, Outcome.UNMATCHED, None, (), 'unknown_payer')
        return Decision(receipt.key, Outcome.SUGGESTED, None, suggestions, _reason(best))


def _suggestion(rule: str, account: Hashable, fit: Fit) -> Suggestion:
    confidence = values.CONFIDENCE[rule] - values.PENALTY[fit.kind]
    return Suggestion(
        account, rule, fit.kind, confidence, fit.allocations, fit.fee, fit.rest)


def _reason(best: list[Suggestion]) -> str:
    first = best[0]
    if first.rule in values.ONLY_SUGGESTS:
        return 'unsure'
    if sum(way.confidence == first.confidence for way in best) > 1:
        return 'ambiguous'
    return 'amount'
