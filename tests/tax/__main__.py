"""Random invoices: tax and totals in the core, in Odoo's ledger and on paper are equal.

Net and gross prices, standard, reduced and no rate, credits and credit notes, the three directions
of rounding. Printing thousands of PDFs takes hours, so the report's own HTML, from which a PDF is
printed, is rendered for every invoice in sets, and real PDFs are printed and read back with
pdftotext for a sample (`--pdfs`): each must say what its HTML says. The last line is for machines.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager

from tools import databases, odoo

DIRECTIONS = ('floor', 'half_up', 'ceil')
CHUNK = 100
MOST_SHOWN = 20


@contextmanager
def environment():
    """A database of its own with the addons, and an environment in it; dropped in the end."""
    name = f'tax_check_{os.getpid()}'
    databases.create(name)
    os.environ.update(odoo.environment())
    sys.path.insert(0, os.environ['PYTHONPATH'])
    try:
        from odoo import SUPERUSER_ID, api
        from odoo.modules.registry import Registry
        from odoo.sql_db import close_db
        from odoo.tools import config

        config.parse_config(
            ['-c', str(odoo.write_config()), '--no-http', '--log-level=error'],
            setup_logging=True)
        with Registry(name).cursor() as cursor:
            yield api.Environment(cursor, SUPERUSER_ID, {'lang': 'en_US', 'tz': 'Asia/Tokyo'})
            cursor.rollback()
        close_db(name)
    finally:
        databases.drop(name)


def company_of(env):
    """A Japanese company whose invoices are qualified ones."""
    from odoo import Command

    company = env['res.company'].create({
        'name': 'Tax Check KK', 'country_id': env.ref('base.jp').id,
        'currency_id': env.ref('base.JPY').id, 'vat': 'T7000012050002'})
    env.user.write({'company_ids': [Command.link(company.id)], 'company_id': company.id})
    env['account.chart.template'].try_loading('jp', company, install_demo=False)
    # The chart sets the country's currency once more when its transaction ends.
    env.cr.commit()
    company.write({'sb_run_approval': False, 'sb_max_amount': 0})
    company.partner_id.tz = 'Asia/Tokyo'
    return company.with_env(env(context={
        **env.context, 'allowed_company_ids': company.ids, 'tracking_disable': True}))


def bill(env, company, accounts, day):
    """Invoices of these accounts, made and posted by a run."""
    from odoo import Command

    run = env['smart.billing.run'].create({
        'company_id': company.id, 'date_target': day, 'account_ids': [Command.set(accounts.ids)]})
    run.action_start()
    run._process()
    if run.parked_ids or run.state != 'done':
        raise SystemExit(f'the run is {run.state}: {run.parked_ids.mapped("reason")}')
    return run.move_ids


def text_of_pdf(env, move):
    content, _kind = env['ir.actions.report']._render_qweb_pdf(
        'account.account_invoices', move.ids)
    with tempfile.NamedTemporaryFile(suffix='.pdf') as file:
        file.write(content)
        file.flush()
        return subprocess.run(['pdftotext', '-layout', file.name, '-'], capture_output=True,
                              check=True, encoding='utf-8').stdout


def check(invoices, seed, pdfs):
    """:return: (counts, differences in words)"""
    chance = random.Random(seed)
    counts = dict.fromkeys(('invoices', 'credit_notes', 'mixed', 'pdfs'), 0)
    differences = []
    with environment() as env:
        from odoo.addons.smart_billing.tests import tax_sample

        company = company_of(env)
        env = company.env
        sample = tax_sample.TaxSample(company, chance)
        while counts['invoices'] < invoices:
            company.sb_tax_rounding = DIRECTIONS[counts['invoices'] // CHUNK % 3]
            accounts = sample.add(min(CHUNK, invoices - counts['invoices']))
            moves = bill(env, company, accounts, tax_sample.DAY)
            if moves.sb_account_id != accounts:
                differences.append(f'{len(accounts - moves.sb_account_id)} accounts without one')
            html = env['ir.actions.report']._render_qweb_html(
                'account.account_invoices', moves.ids)[0].decode()
            papers = tax_sample.papers_of_html(html)
            for move in moves:
                differences += sample.differences(move, papers[move.id])
            for move in moves[:max(0, -(-pdfs * CHUNK // invoices))]:
                if counts['pdfs'] < pdfs:
                    counts['pdfs'] += 1
                    if tax_sample.paper_of_text(text_of_pdf(env, move)) != papers[move.id]:
                        differences.append(f'{move.name}: the PDF differs from its HTML')
            counts['invoices'] += len(moves)
            counts['credit_notes'] += len(moves.filtered(lambda m: m.move_type == 'out_refund'))
            counts['mixed'] += len(moves.filtered(_is_mixed))
            env.invalidate_all()
            if sys.stderr.isatty():
                print(f'\r{counts["invoices"]}/{invoices}', end='', file=sys.stderr)
    return counts, differences


def _is_mixed(move):
    """Net and gross prices at one rate."""
    kinds = {(tax.amount, tax.price_include) for tax in move.invoice_line_ids.tax_ids}
    return len(kinds) > len({amount for amount, _included in kinds})


def main():
    parser = argparse.ArgumentParser(prog='python -m tests.tax', description=__doc__)
    parser.add_argument('--invoices', type=int, default=2000)
    parser.add_argument('--pdfs', type=int, default=40)
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()
    start = time.perf_counter()
    counts, differences = check(options.invoices, options.seed, options.pdfs)
    for text in differences[:MOST_SHOWN]:
        print(text)
    shown = ' '.join(f'{name}={count}' for name, count in counts.items())
    print(f'tax-check: {shown} differences={len(differences)} seed={options.seed} '
          f'seconds={time.perf_counter() - start:.1f}')
    return 1 if differences else 0


if __name__ == '__main__':
    sys.exit(main())
