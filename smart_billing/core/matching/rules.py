"""Ways to find who paid: each gives the accounts that a receipt may be from (振込人の特定)."""

from collections.abc import Callable, Hashable, Iterable

from . import values
from .names import family_key, loose_key, name_key, numbers_in
from .values import Incoming, OpenInvoice, Payer

# Banks cut names at these lengths; a name of such a length is compared with the beginning only.
CUT_LENGTHS = (26, 30, 37, 48)

Accounts = tuple[Hashable, ...]


class PayerIndex:
    """Payers by all that a receipt may tell of them; built once for thousands of receipts."""

    def __init__(self, payers: Iterable[Payer], invoices: Iterable[OpenInvoice]):
        self._by: dict[str, dict[str, dict]] = {rule: {} for rule in values.RULES}
        self._references: dict[str, dict] = {}
        self._keys: list[tuple[str, Hashable]] = []
        for payer in payers:
            self._add(payer)
        for invoice in invoices:
            if invoice.reference:
                self._references.setdefault(invoice.reference.lstrip('0'), {})[
                    invoice.account] = None
            self._put(values.AMOUNT, str(invoice.amount), invoice.account)
        self._keys.sort(key=lambda pair: pair[0])
        self._rules: dict[str, Callable[[Incoming], Accounts]] = {
            values.VIRTUAL_ACCOUNT: lambda r: self._get(
                values.VIRTUAL_ACCOUNT, r.virtual_account),
            values.TRANSFER_CODE: lambda r: self._get(
                values.TRANSFER_CODE, r.payer_code.lstrip('0')),
            values.EDI: self._by_numbers,
            values.LEARNED_NAME: lambda r: self._get(
                values.LEARNED_NAME, name_key(r.payer_name)),
            values.NAME: self._by_name,
            values.LOOSE_NAME: lambda r: self._get(
                values.LOOSE_NAME, loose_key(name_key(r.payer_name))),
            values.FAMILY_NAME: lambda r: self._get(
                values.FAMILY_NAME, family_key(r.payer_name)),
            values.AMOUNT: lambda r: self._get(values.AMOUNT, str(r.amount)),
        }

    def accounts(self, rule: str, receipt: Incoming) -> Accounts:
        """Return the accounts that a rule finds; none where the receipt tells nothing."""
        return self._rules[rule](receipt)

    def _add(self, payer: Payer) -> None:
        for number in payer.virtual_accounts:
            self._put(values.VIRTUAL_ACCOUNT, number, payer.account)
        for code in payer.transfer_codes:
            self._put(values.TRANSFER_CODE, code.lstrip('0'), payer.account)
        if payer.number.strip('0'):
            self._put(values.EDI, payer.number.lstrip('0'), payer.account)
        for name in payer.learned:
            self._put(values.LEARNED_NAME, name_key(name), payer.account)
        for name in payer.names:
            key = name_key(name)
            if key:
                self._put(values.NAME, key, payer.account)
                self._put(values.LOOSE_NAME, loose_key(key), payer.account)
                self._keys.append((key, payer.account))
            self._put(values.FAMILY_NAME, family_key(name), payer.account)

    def _put(self, rule: str, key: str, account: Hashable) -> None:
        if key:
            self._by[rule].setdefault(key, {})[account] = None

    def _get(self, rule: str, key: str) -> Accounts:
        return tuple(self._by[rule].get(key, ()))

    def _by_numbers(self, receipt: Incoming) -> Accounts:
        """Customer or invoice numbers in the EDI text, or beside the name.

        Numbers of one or two digits are too often something else.
        """
        for text in (receipt.edi, receipt.payer_name):
            found: dict = {}
            for run in numbers_in(text):
                if len(run) > 2:
                    found |= dict.fromkeys(self._get(values.EDI, run))
                    found |= self._references.get(run, {})
            if found:
                return tuple(found)
        return ()

    def _by_name(self, receipt: Incoming) -> Accounts:
        key = name_key(receipt.payer_name)
        found = self._get(values.NAME, key)
        if found or len(receipt.payer_name) not in CUT_LENGTHS or not key:
            return found
        return tuple(dict.fromkeys(
            account for name, account in self._keys if name.startswith(key)))
