"""The interface of everything that writes invoices, and the choice of the writer."""
from typing import Protocol

from .orm import OrmWriter


class InvoiceWriter(Protocol):
    """Writes invoices; every writer leaves the rows that Odoo itself would have written."""

    def write_drafts(self, env, drafts):
        """:return: draft `account.move` records in the order of the `InvoiceDraft`s"""

    def post(self, env, moves):
        """Number and post draft moves, whatever their date."""


def writer_for(company) -> InvoiceWriter:
    """The writer of a company's runs."""
    return OrmWriter()
