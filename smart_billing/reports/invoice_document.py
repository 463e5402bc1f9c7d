"""An invoice or credit note as the texts of its paper form (適格請求書, 適格返還請求書).

Every item that the law asks for is here: issuer and registration number, day or period of supply,
description with the mark of the reduced rate, sums and tax of each rate, recipient; a return
invoice names the invoices that it gives back.
"""
from odoo.tools import html2plaintext
from odoo.tools.image import image_data_uri

from ..core.registration_number import compact
from .invoice_format import Format
from .invoice_pages import paginate, text_lines
from .invoice_parties import issuer_lines, postal_lines, recipient_names
from .invoice_payment import Payment
from .invoice_rows import Rows
from .invoice_sums import Settlement, rates_of, total_of
from .invoice_values import Document, Entry
from .invoice_words import words_of

ACCENT = '#1f3d5c'
MOST_ORIGINALS = 2


def document_of(move):
    """:return: the Document of an `account.move`, in the language of its recipient"""
    move = move.sudo()
    recipient = _recipient(move)
    lang = recipient.lang or move.company_id.partner_id.lang or move.env.lang or 'en_US'
    move = move.with_context(lang=lang).with_company(move.company_id)
    words = words_of(move.env)
    form = Format(move.env, words, move.currency_id)
    rows = Rows(move, form)
    settlement = Settlement(move, form)
    payment = Payment(move, form, settlement.remaining())
    japanese = lang.startswith('ja')
    rates, sums, notes = rates_of(move, form), settlement.entries(), _notes(move, rows, words)
    entries, issuer = payment.entries(), issuer_lines(move.company_id, words, japanese)
    return Document(
        move_id=move.id, lang=lang, words=words, **_titles(move, words),
        accent=move.company_id.primary_color or ACCENT, logo=_logo(move.company_id),
        recipient=postal_lines(recipient.with_env(move.env), japanese),
        recipient_name=recipient_names(recipient.with_env(move.env), words),
        facts=tuple(_facts(move, form, rows)),
        issuer=issuer[0], registration=_registration(move, words), issuer_lines=issuer[1:],
        lead=words['lead_return' if _is_return(move) else 'lead'],
        headline=_headline(move, form, settlement), dates=payment.dates(),
        amount_title=rows.amount_title(),
        pages=paginate(rows.rows(), _tail_height(rates, sums, entries, notes)),
        rates=rates, total=total_of(move, form), sums=sums,
        payment_title=payment.title(), payment=entries, payment_text=payment.text(),
        notes=notes,
    )


def _recipient(move):
    """Where invoices of the payer are sent to."""
    return move.partner_id.browse(move.partner_id.address_get(['invoice'])['invoice'])


def _is_return(move):
    return move.move_type == 'out_refund'


def _is_qualified(move):
    return move.company_id.country_id.code == 'JP' and bool(move.company_id.vat)


def _titles(move, words):
    qualified = _is_qualified(move)
    if _is_return(move):
        title = words['qualified_return' if qualified else 'return']
        subtitle = words['return'] if qualified else ''
        subtitle = '' if subtitle in title else subtitle
    else:
        title = words['invoice']
        subtitle = words['qualified_invoice'] if qualified else ''
    if move.state != 'posted':
        subtitle = words['draft' if move.state == 'draft' else 'cancelled']
    return {'title': title, 'subtitle': subtitle}


def _registration(move, words):
    company = move.company_id
    if not company.vat:
        return ''
    if company.country_id.code == 'JP':
        return f"{words['registration']} {compact(company.vat)}"
    return ' '.join(filter(None, (company.country_id.vat_label, company.vat)))


def _facts(move, form, rows):
    """What identifies the document, at the top on the right."""
    words = form.words
    yield Entry(words['return_number' if _is_return(move) else 'number'],
                move.name if move.state != 'draft' else words['draft'])
    yield Entry(words['issued'], form.day(move.invoice_date))
    if move.sb_account_id:
        yield Entry(words['customer'], move.sb_account_id.code)
    supplied = rows.supplied()
    if supplied:
        yield Entry(words['supplied'], form.period(*supplied))
    if _is_return(move) and move.sb_credited_move_ids:
        yield Entry(words['originals'], _originals(move.sb_credited_move_ids, form))


def _originals(credited, form):
    """The first of them; each line names its own."""
    shown = [f'{move.name} ({form.day(move.invoice_date)})' for move in credited[:MOST_ORIGINALS]]
    if len(credited) > MOST_ORIGINALS:
        shown.append(form.words['more'] % (len(credited) - MOST_ORIGINALS))
    return '\n'.join(shown)


def _headline(move, form, settlement):
    if _is_return(move):
        return Entry(form.words['amount_return'], form.money(move.amount_total))
    return Entry(form.words['amount'], form.money(settlement.remaining()))


def _notes(move, rows, words):
    notes = []
    if rows.has_reduced():
        notes.append(words['reduced'])
    if rows.mixed:
        notes.append(words['mixed'])
    if not _is_return(move):
        notes += (move.company_id.sb_invoice_note or '').splitlines()
    if move.sb_balance_text:
        notes.append(move.sb_balance_text)
    if move.narration:
        notes += html2plaintext(move.narration).splitlines()
    return tuple(note for note in notes if note.strip())


def _logo(company):
    if not company.logo or company.uses_default_logo:
        return ''
    return image_data_uri(company.logo)


def _tail_height(rates, sums, entries, notes):
    """Millimetres below the table: sums beside the payment, then the notes."""
    right = 8 + 6.6 * (len(rates) + 1 + len(sums))
    left = 16 + 6 * len(entries)
    return 8 + max(left, right) + 4 + 4.6 * sum(text_lines(note) for note in notes)
