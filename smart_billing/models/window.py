"""The window that a smart button opens: records of one kind, as list and form."""


def window(name, model, domain, **context):
    """:return: an `ir.actions.act_window` over the records of `domain`"""
    return {
        'type': 'ir.actions.act_window',
        'name': name,
        'res_model': model,
        'view_mode': 'list,form',
        'domain': domain,
        'context': context,
    }
