"""Why a row of usage was not taken, in words: what is wrong, where, and what to do next."""
from odoo.tools import format_date


def explain(env, code, context):
    """:return: the sentence for a code of `core.usage_rows`, `core.usage_file` or `usage_load`"""
    words = {key: format_date(env, value) if hasattr(value, 'year') else value
             for key, value in context.items()}
    if 'field' in words:
        words['field'] = field_names(env).get(words['field'], words['field'])
    for sentences in (_of_values, _of_contracts, _of_history, _of_files):
        found = sentences(env).get(code)
        if found:
            return found % words
    return f'{code} {words}'


def field_names(env):
    """What people call the fields of a row."""
    return {
        'contract': env._("Contract"), 'metric': env._("Metric"), 'quantity': env._("Quantity"),
        'day': env._("Measured on"), 'external_id': env._("External ID"),
        'subject': env._("Subject"), 'action': env._("Action"), 'reason': env._("Reason"),
    }


def _of_values(env):
    return {
        'usage_missing': env._("'%(field)s' is missing."),
        'usage_too_long': env._("'%(field)s' is longer than %(most)s characters."),
        'usage_control': env._("'%(field)s' contains a character that is no text."),
        'usage_quantity': env._("'%(value)s' is no quantity. Write it as 1234.5."),
        'usage_negative': env._(
            "The quantity %(value)s is below zero. What was reported too high is put right by a "
            "correction with the right quantity, or by a withdrawal."),
        'usage_digits': env._(
            "The quantity %(value)s is too large or has more than %(decimals)s decimals."),
        'usage_day': env._("'%(value)s' is no day in the expected format."),
        'usage_action': env._(
            "'%(value)s' is no action. Known are: correct (訂正), withdraw (取消); empty for a "
            "measurement."),
        'usage_key': env._("Unknown key '%(key)s'. Known are: %(known)s."),
        'usage_no_row': env._("A row is a set of named values; this is none."),
    }


def _of_contracts(env):
    return {
        'usage_no_contract': env._(
            "There is no contract with the reference or number '%(contract)s' in %(company)s."),
        'usage_draft': env._(
            "Contract %(contract)s is a draft. Confirm it, then load the row again."),
        'usage_no_metric': env._(
            "There is no metric with the code '%(metric)s' in %(company)s. Correct the row or "
            "create the metric."),
        'usage_no_subject': env._(
            "Metric %(metric)s counts different subjects, and the row names none."),
        'usage_before_start': env._(
            "Contract %(contract)s starts on %(start)s; usage of %(day)s lies before it."),
        'usage_after_end': env._(
            "Contract %(contract)s has ended: %(end)s is its first day without service, usage of "
            "%(day)s is not billed. Metric settings say what happens to usage after the end."),
        'usage_ahead': env._(
            "%(day)s lies more than %(days)s days ahead. Correct the day, or the limit of metric "
            "%(metric)s."),
        'usage_closed': env._(
            "The period of contract %(contract)s in which %(day)s lies is billed, and metric "
            "%(metric)s takes no late usage."),
    }


def _of_history(env):
    return {
        'usage_other_values': env._(
            "External ID %(external_id)s of contract %(contract)s is known with other values: "
            "%(metric)s %(quantity)s on %(day)s. If the new values are right, declare the row as a "
            "correction."),
        'usage_nothing_to_correct': env._(
            "Contract %(contract)s has no usage with the external ID %(external_id)s that could be "
            "corrected."),
    }


def _of_files(env):
    return {
        'usage_no_column': env._(
            "The file has no column '%(column)s'. Its columns are: %(known)s."),
        'usage_column_twice': env._("Column '%(column)s' stands twice in the first line."),
        'usage_width': env._(
            "The row has %(columns)s columns, the first line has %(expected)s. Was the file cut "
            "off, or is a delimiter inside a value not quoted?"),
        'usage_unsplit': env._(
            "Lines %(line)s to %(last)s cannot be split into columns: a quotation mark is not "
            "closed or stands inside a value (%(error)s)."),
    }
