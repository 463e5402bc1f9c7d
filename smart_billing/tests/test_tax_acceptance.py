import random

from odoo.tests import tagged

from .common_paper import PaperCase
from .tax_sample import DAY, TaxSample, paper_of_text, papers_of_html

ACCOUNTS = 12
PDFS = 3


@tagged('post_install', '-at_install')
class TestTaxAcceptance(PaperCase):
    """Tax and totals of random invoices: equal in the core, in the ledger and on paper.

    The short form; `make tax-check` does it for thousands.
    """

    def test_core_ledger_and_paper_are_equal(self):
        sample = TaxSample(self.company, random.Random(20261001))
        for direction in ('floor', 'half_up', 'ceil'):
            self.company.sb_tax_rounding = direction
            accounts = sample.add(ACCOUNTS)
            moves = self.bill(DAY, account_ids=[(6, 0, accounts.ids)]).move_ids
            self.assertEqual(moves.sb_account_id, accounts)
            papers = papers_of_html(self.html(moves))
            found = [text for move in moves for text in sample.differences(move, papers[move.id])]
            self.assertEqual(found, [], direction)
            for move in moves[:PDFS]:
                paper = paper_of_text(self.pdf_text(move))
                self.assertEqual(paper, papers[move.id], "a PDF says what its HTML says")

    def test_a_wrong_paper_is_found(self):
        sample = TaxSample(self.company, random.Random(1))
        accounts = sample.add(1)
        move = self.bill(DAY, account_ids=[(6, 0, accounts.ids)]).move_ids
        paper = papers_of_html(self.html(move))[move.id]
        self.assertFalse(sample.differences(move, paper))
        base, tax, total = paper.total
        self.assertTrue(sample.differences(move, paper._replace(total=(base - 1, tax + 1, total))))
