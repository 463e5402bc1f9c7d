"""Codes of the pure code and of the transport, as sentences: what is wrong and what to do.

The only place of this addon that turns a `DomainError` into words.
"""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)
SHOWN_PROBLEMS = 10  # of a file that is refused whole

FIELDS = {
    'bank_code': _lt("bank code"),
    'bank_name': _lt("bank name"),
    'branch_code': _lt("branch code"),
    'branch_name': _lt("branch name"),
    'account_type': _lt("account type"),
    'account_number': _lt("account number"),
    'holder_name': _lt("holder in kana"),
    'consignor_code': _lt("consignor code"),
    'consignor_name': _lt("consignor name"),
    'debit_date': _lt("debit day"),
    'amount': _lt("amount"),
    'count': _lt("number of records"),
    'collected_count': _lt("number collected"),
    'collected_amount': _lt("amount collected"),
    'failed_count': _lt("number not collected"),
    'failed_amount': _lt("amount not collected"),
    'new_code': _lt("new code"),
    'customer_number': _lt("customer number"),
    'result_code': _lt("result code"),
    # Slips.
    'name': _lt("name"),
    'address': _lt("address"),
    'postal_code': _lt("postal code"),
    'postal_account': _lt("postal account"),
    'account_holder': _lt("holder of the postal account"),
    'number': _lt("slip number"),
    'maker_code': _lt("issuer's company code"),
    'company_code': _lt("agency's company code"),
    'agent_code': _lt("agency's code in the OCR line"),
    'control_code': _lt("control code in the OCR line"),
    'charge_bearer': _lt("bearer of the postal charge"),
    'barcode': _lt("barcode"),
    'reissue': _lt("number of reissues"),
    'due': _lt("due date"),
    'lines': _lt("sum of the lines"),
    'taxes': _lt("sum of the tax rates"),
    'line_text': _lt("text of a line"),
    'line_quantity': _lt("quantity of a line"),
    'messages': _lt("messages"),
    'sender_name': _lt("company's name"),
    'sender_address': _lt("company's address"),
}

# Names and rows: what the operator corrects on a mandate, an account or an invoice.
ROWS = {
    'kana_kanji': _lt(
        "'%(character)s' (character %(position)s) is kanji, and a bank file takes kana only. Enter "
        "the name as it is read, in kana."),
    'kana_character': _lt(
        "'%(character)s' (character %(position)s) cannot be written in a bank file. Use kana, "
        "capital letters, digits, space and ( ) - . only."),
    'kana_mark': _lt(
        "The voiced mark at character %(position)s belongs to no kana that can carry it. Enter "
        "the name again in full-width kana."),
    'kana_wo': _lt(
        "'%(character)s' (character %(position)s) is not taken by this service. Enter オ, or "
        "allow ヲ in the service's profile."),
    'kana_name_missing': _lt(
        "'%(legal_form)s' is a legal form without a name. Enter the company's whole name."),
    'kana_too_long': _lt(
        "The name takes %(value_length)s characters in a bank file (a voiced mark counts as one) "
        "and only %(length)s fit. Shorten it as the bank has it on its books."),
    'missing': _lt("The %(field)s is empty. Fill it in."),
    'too_long': _lt(
        "The %(field)s has %(value_length)s characters and only %(length)s fit. Shorten it, or "
        "split what is asked for."),
    'not_digits': _lt("The %(field)s may hold digits only. Correct it."),
    'not_in_list': _lt("The %(field)s has a value that the format does not know. Choose again."),
    'not_integer': _lt("The %(field)s must be whole yen. Correct the invoice."),
    'too_small': _lt("The %(field)s must be at least %(minimum)s. Correct it."),
    'character': _lt(
        "The %(field)s holds '%(character)s', which a bank file cannot carry. Correct it."),
    'amount_not_positive': _lt(
        "The amount is %(amount)s yen, and a debit asks for at least 1 yen. Settle the invoice in "
        "another way."),
    'amount_below_minimum': _lt(
        "The amount of %(amount)s yen is under the service's minimum of %(minimum)s yen. Collect "
        "it in another way, or with the next invoice."),
    'amount_over_limit': _lt(
        "The amount of %(amount)s yen is over the service's limit of %(maximum)s yen. Split the "
        "invoice, or collect it in another way."),
    'yucho_symbol': _lt(
        "'%(symbol)s' is not a symbol (記号) that this service debits. Look at the passbook: five "
        "digits, beginning with 1 and ending with 0."),
    'yucho_number': _lt(
        "The number (番号) of a Japan Post Bank account has 2 to 8 digits. Look at the passbook."),
}

# Slips: what keeps one from being printed or asked for.
SLIPS = {
    'too_wide': _lt(
        "The %(field)s of %(record)s is too long for its place on the slip, even in the smallest "
        "letters. Shorten it."),
    'too_many_lines': _lt(
        "The %(field)s of %(record)s takes more than the %(lines)s lines that there are. Shorten "
        "it."),
    'address_lines': _lt(
        "The address of %(record)s does not fit into the %(lines)s lines of the service. Shorten "
        "it, for example the building's name."),
    'no_glyph': _lt(
        "The %(field)s of %(record)s holds '%(character)s' (character %(character_position)s), "
        "which the font for slips does not have. Write it in another way, or choose a font that "
        "has it in the settings."),
    'postal_code': _lt("The postal code of %(record)s must have seven digits. Correct it."),
    'postal_account': _lt(
        "The postal account (口座記号番号) is written like 00990-4-313097: five digits, one, and "
        "up to six. Correct it."),
    'sums_differ': _lt(
        "The %(field)s of %(record)s makes %(found)s yen, not %(expected)s. Nothing is printed "
        "that does not add up: correct the invoice."),
    'transfer_missing': _lt(
        "%(record)s asks for %(amount)s yen, more than the %(maximum)s that stores take, and "
        "there is no bank account to transfer it to. Enter one on the collection service."),
    'too_many_reissues': _lt(
        "A slip can be issued again %(maximum)s times, and this one already was. Cancel it and "
        "make a new slip."),
    'due_date': _lt("A slip cannot carry the due date %(value)s. Correct it."),
    'font_missing': _lt(
        "No Japanese font for slips is on this machine (looked for %(names)s). Install the package "
        "%(package)s, or enter the path of a font in the settings."),
    'font_not_found': _lt(
        "There is no font at %(path)s. Correct the path in the settings, or leave it empty."),
    'font_unusable': _lt(
        "The font %(path)s cannot be put into a slip (%(reason)s). Choose a Japanese font with "
        "TrueType outlines, such as IPAex Gothic."),
    'font_not_japanese': _lt(
        "The font %(path)s has no '%(character)s'. Choose a Japanese font with TrueType outlines, "
        "such as IPAex Gothic."),
    'unknown_column': _lt("'%(field)s' is no column. These are known: %(known)s."),
    'column_repeated': _lt("The column '%(field)s' stands there twice. Remove one."),
    'column_numbers': _lt(
        "Columns that repeat are numbered from 1 without a gap, and those of one thing are equally "
        "many. Look at '%(field)s'."),
    'columns_missing': _lt("Enter at least one column."),
}

# Records of a result file that do not settle by themselves.
RESULT_ROWS = {
    'unknown_customer': _lt(
        "Customer number %(customer_number)s was not in the file that was sent. Ask the service "
        "whose debit this is."),
    'customer_repeated': _lt(
        "Customer number %(customer_number)s comes more than once in this file. Ask the service "
        "which record counts."),
    'other_amount': _lt(
        "The service reports %(found)s yen, but %(expected)s yen were asked for. Ask the service "
        "what was debited."),
    'other_account': _lt(
        "The service reports another bank account than the one that was sent. Ask the service "
        "which account was debited."),
    'result_unknown': _lt(
        "Result code '%(result_code)s' is not in the standard. Look it up in the service's "
        "manual, then resolve this row."),
    'result_not_processed': _lt(
        "The record has no result code: it was not processed. Ask the service before anything is "
        "collected again."),
}

# Files that are refused whole.
FILES = {
    'empty_file': _lt("The file is empty. Ask the service to send it again."),
    'byte_order_mark': _lt(
        "The file begins with a byte order mark: it went through a text editor. Take the file as "
        "the service delivered it."),
    'ebcdic': _lt(
        "The file is in EBCDIC. Ask the service for character code 0 (JIS)."),
    'separator_not_declared': _lt(
        "Records end with '%(found)s', but the profile allows %(declared)s. Take the file as the "
        "service delivered it, or correct the profile."),
    'separators_mixed': _lt(
        "Record %(line)s (byte %(offset)s): stray line ending. Take the file as the service "
        "delivered it."),
    'illegal_byte': _lt(
        "Record %(line)s (byte %(offset)s): a byte that no record may hold. Ask the service to "
        "send the file again."),
    'record_length': _lt(
        "Record %(line)s has %(value_length)s of %(length)s bytes: the file is cut off or "
        "damaged. Ask the service to send it again."),
    'truncated': _lt(
        "The file ends after record %(line)s without its end record: it is cut off. Ask the "
        "service to send it again."),
    'record_order': _lt(
        "Record %(line)s is of kind '%(found)s', which may not stand there. Ask the service to "
        "send the file again."),
    'after_end': _lt("Record %(line)s follows the end record. Ask the service about it."),
    'wrong_type': _lt(
        "This is a file of type %(found)s, not direct debit (%(expected)s). It is not a result "
        "of this service."),
    'wrong_total': _lt(
        "The trailer says %(found)s as %(field)s, the records make %(expected)s. Ask the service "
        "for a correct file."),
    'unreadable': _lt(
        "Record %(line)s (byte %(offset)s): the %(field)s cannot be read. Ask the service for a "
        "correct file."),
    'file_missing': _lt(
        "Record %(line)s (byte %(offset)s): the %(field)s is empty. Ask the service for a "
        "correct file."),
    'several_batches': _lt(
        "The file answers %(count)s debit days at once. Ask the service for one file a day."),
    'wrong_consignor': _lt(
        "The file is for consignor %(found)s, not %(expected)s. It belongs to somebody else."),
    'no_such_batch': _lt(
        "No batch for debit day %(debit_date)s is known. Check whether the file is this "
        "service's, and of this database."),
    'batch_not_sent': _lt(
        "Batch %(batch)s was not sent, so there can be no result of it. Check whether the file is "
        "of this database."),
    'batch_ambiguous': _lt(
        "Several batches of debit day %(debit_date)s fit this file. Ask the service to send "
        "it under its usual name, with date and part."),
    'wrong_debit_date': _lt(
        "The header's debit day is %(found)s, the file's name says %(expected)s. Ask the service "
        "which is right."),
}

# What is wrong with a profile or with the way to the service.
SETTINGS = {
    'debit_day': _lt(
        "'%(value)s' is no debit day. Write days of the month and EOM for the last, such as "
        "5, 27, EOM."),
    'debit_days_missing': _lt("Enter at least one debit day, such as 27."),
    'template_token': _lt(
        "{%(token)s} is not known. Use {consignor}, {date}, {mmdd} and {part}."),
    'template_incomplete': _lt(
        "'%(template)s' must hold {date} and {part} once, so that every batch has a name of its "
        "own."),
    'template_character': _lt(
        "'%(template)s' may hold letters, digits, dot, hyphen and underscore besides its "
        "{…} parts."),
    'unreachable': _lt(
        "%(host)s, port %(port)s, cannot be reached (%(reason)s). It is tried again by itself."),
    'connection_lost': _lt(
        "The connection to %(host)s, port %(port)s, broke. It is tried again by itself."),
    'host_key_type': _lt(
        "%(host)s no longer offers the kind of host key that is pinned. Ask the service whether "
        "it has changed its key before anything is sent."),
    'host_key_missing': _lt(
        "No host key is pinned for %(host)s. Read it on the service's form, compare it with what "
        "the service has told you, and save it."),
    'host_key_changed': _lt(
        "%(host)s shows another host key (%(found)s) than the one that is pinned. Nothing was "
        "sent, no password was given. Ask the service whether it has changed its key; only then "
        "pin the new one."),
    'login_refused': _lt(
        "%(host)s refuses the login of %(user)s. Check user, password or private key."),
    'private_key_locked': _lt(
        "The private key is protected by a passphrase. Enter a key without one; it is encrypted "
        "here."),
    'private_key_unreadable': _lt(
        "The private key cannot be read. Enter it in OpenSSH or PEM form, all lines of it."),
    'folder_refused': _lt(
        "The service does not show the folder %(folder)s. Check the folders of the profile."),
    'read_refused': _lt("The service does not give out %(file)s. Ask the service."),
    'write_refused': _lt(
        "The service does not take %(file)s (no room, or no right to write). It is tried again "
        "by itself."),
    'rename_refused': _lt(
        "The service does not take %(file)s under its final name. Ask the service whether it has "
        "this file already."),
    'name_taken': _lt(
        "Another file named %(file)s lies in %(folder)s already. Nothing was sent. Ask the service "
        "what it has received."),
    'cut_in_upload': _lt(
        "The connection broke while %(file)s was written; it was not handed over. The next turn "
        "goes on from there."),
    'cut_in_download': _lt(
        "The connection broke while %(file)s was read. It is fetched again by itself."),
    'cut_at_rename': _lt(
        "The connection broke while %(file)s was handed over. The next turn looks into the "
        "service's folders before anything is sent."),
}

SENTENCES = {**ROWS, **SLIPS, **RESULT_ROWS, **FILES, **SETTINGS}

RESULTS = {
    'collected': _lt("Collected"),
    'insufficient_funds': _lt("Insufficient funds"),
    'no_account': _lt("No such account, or its data do not match"),
    'stopped_by_payer': _lt("Stopped by the account holder"),
    'no_mandate': _lt("No direct-debit authority is filed at the bank"),
    'stopped_by_us': _lt("Stopped by us"),
    'other': _lt("Other reason"),
    'unknown': _lt("Result code not known"),
    'not_processed': _lt("Not processed"),
}


class _Context(dict):
    """Values for a sentence; one that an error does not carry shows as a question mark."""

    def __missing__(self, key):
        return '?'


def explain(env, error):
    """Return the sentence of a `DomainError` in the user's language, or None for a foreign one."""
    problems = getattr(error, 'problems', ())
    if len(problems) > 1:
        sentences = [
            _sentence(env, problem.code, {
                **problem.context, 'line': problem.line, 'offset': problem.offset}) or problem.code
            for problem in problems[:SHOWN_PROBLEMS]]
        if len(problems) > SHOWN_PROBLEMS:
            sentences.append(
                env._("… and %(count)s more.", count=len(problems) - SHOWN_PROBLEMS))
        return '\n'.join(sentences)
    return _sentence(env, error.code, error.context)


def _sentence(env, code, context):
    # The same code names an empty field of a row and of a received record.
    template = SENTENCES.get('file_missing' if code == 'missing' and 'line' in context else code)
    if template is None:
        return None
    values = _Context(context)
    if 'field' in values:
        values['field'] = field_name(env, values['field'])
    if isinstance(values.get('declared'), (list, tuple)):
        values['declared'] = ', '.join(values['declared'])
    sentence = env._(template)
    return sentence % values


def field_name(env, name):
    """Return the name of a field of the format, as the operator knows it."""
    label = FIELDS.get(name)
    return env._(label) if label is not None else name


def result_reason(env, reason):
    """Return a result (振替結果) in words."""
    return env._(RESULTS[reason])
