"""A case in few words: what differs from the ordinary, one entry a line."""
from datetime import date
from decimal import Decimal


def describe(case):
    account = case.account
    told = [f'rules {short(case.rules)}', f'runs {short(case.targets)}',
            f'billing day {account.billing_day}']
    told += [short(one) for one in (*account.billing_day_changes, *account.one_offs)]
    for contract in account.contracts:
        told.append(f'contract {contract.code}')
        told += [f'  {short(one)}' for one in (*contract.events, *contract.prices,
                                               *contract.usage)]
    plans = {event.plan.code: event.plan for contract in account.contracts
             for event in contract.events if event.plan}
    for plan in plans.values():
        told.append(f'plan {short(plan._replace(versions=()))}')
        for version in plan.versions:
            told.append(f'  version from {version.valid_from}, running {version.existing_from}')
            told += [f'    {short(charge)}' for charge in version.charges]
    return '\n'.join(told)


def short(value):
    """A value without what says nothing; plans by their code."""
    if isinstance(value, (date, Decimal)):
        return str(value)
    if not isinstance(value, tuple):
        return repr(value) if value == '' else str(value)
    if not hasattr(value, '_fields'):
        return '(' + ', '.join(map(short, value)) + ')'
    if type(value).__name__ == 'Every':
        return f'{value.count} {value.unit}'
    parts = []
    for key, part in value._asdict().items():
        if part in (None, ()) or part == value._field_defaults.get(key, parts):
            continue
        if key == 'plan' and hasattr(part, 'code'):
            part = part.code
        parts.append(f'{key}={short(part)}')
    return f'{type(value).__name__}({", ".join(parts)})'
