"""Read a scenario file; whatever the format does not know is an error, never skipped.

A scenario comes out as plain dictionaries in the words of the format: days are `date`, amounts,
prices and quantities `Decimal`, lengths `{unit: count}`. Defaults that say something are filled
in; a key that is left out or null is not there.
"""
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import yaml

REQUIRED = object()
DIGITS = {'JPY': 0, 'KRW': 0, 'VND': 0, 'USD': 2, 'EUR': 2, 'GBP': 2, 'KWD': 3}


class FormatError(Exception):
    """A file does not follow the format."""


@dataclass(frozen=True)
class Scenario:
    """One situation: company, accounts, plans and dated steps."""

    name: str
    company: dict
    accounts: dict
    plans: dict
    steps: tuple


class _Loader(yaml.SafeLoader):
    """Refuses a key that is written twice."""


def _mapping(loader, node):
    pairs = [(loader.construct_object(key, deep=True), loader.construct_object(value, deep=True))
             for key, value in node.value]
    found = dict(pairs)
    if len(found) != len(pairs):
        raise FormatError(f'a key stands twice: {sorted(map(str, found))}')
    return found


_Loader.add_constructor('tag:yaml.org,2002:map', _mapping)


def read(path):
    """:return: the Scenario of a file; FormatError, OSError or a YAML error says what is wrong"""
    path = Path(path)
    try:
        content = yaml.load(path.read_text(encoding='utf-8'), _Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FormatError(f'not readable: {" ".join(str(error).split())}') from error
    found = _fields(content, 'file', {
        'name': (_text, REQUIRED), 'why': (_text, None), 'source': (_text, None),
        'company': (_company, {}), 'accounts': (_named(_account), REQUIRED),
        'plans': (_named(_plan), REQUIRED), 'steps': (_list(_step), REQUIRED)})
    if found['name'] != path.stem:
        raise FormatError(f"name {found['name']} is not the file's name")
    scenario = Scenario(*(found[key] for key in ('name', 'company', 'accounts', 'plans')),
                        tuple(found['steps']))
    _check_references(scenario)
    return scenario


# values -------------------------------------------------------------------------------------

def _fields(content, where, known):
    """Check a mapping against `{key: (reader, default)}`; a reader gets value and place."""
    if not isinstance(content, dict):
        raise FormatError(f'{where}: a mapping is expected')
    unknown = [str(key) for key in content if key not in known]
    if unknown:
        raise FormatError(f'{where}: unknown key {", ".join(unknown)}')
    found = {}
    for key, (reader, default) in known.items():
        if key in content:
            found[key] = reader(content[key], f'{where}.{key}')
        elif default is REQUIRED:
            raise FormatError(f'{where}: {key} is missing')
        else:
            found[key] = reader(default, f'{where}.{key}') if default == {} else default
    return {key: value for key, value in found.items() if value is not None}


def _text(value, where):
    if not isinstance(value, str) or not value:
        raise FormatError(f'{where}: a text is expected')
    return value


def _name(value, where):
    if isinstance(value, bool) or not isinstance(value, (str, int)) or value == '':
        raise FormatError(f'{where}: a name is expected')
    return str(value)


def _day(value, where):
    if type(value) is not date:
        raise FormatError(f'{where}: a day is expected')
    return value


def _decimal(value, where):
    """A decimal string or a whole number; a float has lost its digits already."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise FormatError(f'{where}: a decimal string is expected')
    try:
        found = Decimal(value)
    except InvalidOperation:
        found = Decimal('NaN')
    if not found.is_finite():
        raise FormatError(f'{where}: {value} is no decimal number')
    return found


def _whole(least, most=None):
    def read_whole(value, where):
        if type(value) is not int or value < least or (most is not None and value > most):
            raise FormatError(f'{where}: a whole number from {least} to {most} is expected')
        return value
    return read_whole


def _optional(reader):
    def read_optional(value, where):
        return None if value is None else reader(value, where)
    return read_optional


def _one_of(*names):
    def read_name(value, where):
        if value not in names:
            raise FormatError(f'{where}: {value} is none of {", ".join(names)}')
        return value
    return read_name


def _list(reader):
    def read_list(value, where):
        if not isinstance(value, list):
            raise FormatError(f'{where}: a list is expected')
        return [reader(one, f'{where}[{index}]') for index, one in enumerate(value)]
    return read_list


def _named(reader):
    def read_named(value, where):
        if not isinstance(value, dict):
            raise FormatError(f'{where}: a mapping is expected')
        return {_name(key, where): reader(one, f'{where}.{key}') for key, one in value.items()}
    return read_named


def _length(value, where):
    """`{month: 3}`: one unit and how many of it."""
    if not isinstance(value, dict) or len(value) != 1:
        raise FormatError(f'{where}: one length such as {{month: 1}} is expected')
    [(unit, count)] = value.items()
    _one_of('day', 'week', 'month', 'year')(unit, where)
    return {unit: _whole(1)(count, where)}


# blocks -------------------------------------------------------------------------------------

ROUNDINGS = _one_of('half_up', 'floor', 'ceil')


def _company(content, where):
    return _fields(content, where, {
        'currency': (_one_of(*DIGITS), 'JPY'),
        'rounding': (ROUNDINGS, 'half_up'),
        'proration': (_one_of('actual_days', 'fixed_30', 'none'), 'actual_days'),
        'timezone': (_text, 'Asia/Tokyo'),
        'tax_percent': (_decimal, Decimal(0)),
        'tax_rounding': (ROUNDINGS, 'floor')})


def _account(content, where):
    return _fields(content, where, {'billing_day': (_optional(_whole(1, 31)), None)})


def _plan(content, where):
    return _fields(content, where, {
        'versions': (_list(_version), REQUIRED), 'trial_days': (_whole(0), 0),
        'term': (_optional(_length), None), 'minimum_term': (_optional(_length), None),
        'cancellation_fee': (_optional(_decimal), None)})


def _version(content, where):
    return _fields(content, where, {
        'from': (_day, REQUIRED), 'existing_from': (_optional(_day), None),
        'charges': (_named(_charge), REQUIRED)})


def _charge(content, where):
    found = _fields(content, where, {
        'type': (_one_of('one_time', 'recurring', 'usage'), REQUIRED),
        'model': (_one_of('flat', 'per_unit', 'tiered', 'volume', 'package'), REQUIRED),
        'price': (_decimal, None), 'tiers': (_list(_tier), None), 'size': (_decimal, None),
        'free': (_decimal, None), 'every': (_length, None),
        'timing': (_one_of('advance', 'arrears'), 'advance'),
        'prorate': (_one_of('both', 'start', 'end', 'none'), 'both'),
        'credit': (_one_of('prorate', 'none'), 'prorate'),
        'minimum': (_optional(_decimal), None), 'steps': (_list(_price_step), None),
        'metric': (_name, None), 'tax_percent': (_optional(_decimal), None)})
    needed = []
    if found['model'] in ('tiered', 'volume'):
        needed.append('tiers')
    elif not found.get('steps'):
        needed.append('price')
    if found['model'] == 'package':
        needed.append('size')
    if found['type'] != 'one_time':
        needed.append('every')
    if found['type'] == 'usage':
        needed.append('metric')
    missing = [key for key in needed if not found.get(key) and found.get(key) != 0]
    if missing:
        raise FormatError(f'{where}: {", ".join(missing)} is missing')
    return found


def _tier(content, where):
    return _fields(content, where, {
        'up_to': (_optional(_decimal), REQUIRED), 'price': (_decimal, REQUIRED),
        'flat_fee': (_decimal, Decimal(0))})


def _price_step(content, where):
    return _fields(content, where, {
        'periods': (_optional(_whole(1)), None), 'price': (_decimal, REQUIRED)})


# steps --------------------------------------------------------------------------------------

_WHEN = (_one_of('immediate', 'end_of_period'), 'immediate')
_NAMED = (_name, REQUIRED)

_STEPS = {
    'start': {'contract': _NAMED, 'account': _NAMED, 'plan': _NAMED,
              'quantity': (_decimal, Decimal(1)), 'end': (_optional(_day), None)},
    'change_plan': {'contract': _NAMED, 'plan': _NAMED, 'when': _WHEN},
    'change_quantity': {'contract': _NAMED, 'quantity': (_decimal, REQUIRED)},
    'change_billing_day': {'account': _NAMED, 'billing_day': (_whole(1, 31), REQUIRED)},
    'cancel': {'contract': _NAMED, 'when': _WHEN},
    'suspend': {'contract': _NAMED},
    'resume': {'contract': _NAMED},
    'usage': {'contract': _NAMED, 'metric': _NAMED, 'quantity': (_decimal, REQUIRED),
              'id': _NAMED},
    'delete_draft': {'account': _NAMED},
    'cancel_invoice': {'account': _NAMED},
}


def _step(content, where):
    do = content.get('do') if isinstance(content, dict) else None
    if do is not None:
        _one_of('run', *_STEPS)(do, where)
    known = {'day': (_day, REQUIRED), 'do': (_name, REQUIRED)}
    if do == 'run':
        known['expect'] = (_list(_invoice), REQUIRED)
    else:
        known.update(_STEPS.get(do, {}))
        if do not in ('delete_draft', 'cancel_invoice'):
            known['effective'] = (_day, None)
    found = _fields(content, where, known)
    if 'effective' in known:
        found.setdefault('effective', found['day'])
    return found


def _invoice(content, where):
    return _fields(content, where, {
        'account': _NAMED, 'lines': (_list(_line), REQUIRED), 'total': (_decimal, None),
        'tax': (_decimal, None)})


def _line(content, where):
    return _fields(content, where, {
        'contract': _NAMED, 'charge': _NAMED, 'from': (_day, REQUIRED), 'to': (_day, REQUIRED),
        'amount': (_decimal, REQUIRED), 'quantity': (_decimal, None)})


def _check_references(scenario):
    """Every name leads somewhere, and days go forward."""
    contracts, last = set(), None
    for index, step in enumerate(scenario.steps):
        where = f'steps[{index}]'
        if last is not None and step['day'] < last:
            raise FormatError(f'{where}: {step["day"]} comes after {last}')
        last = step['day']
        if step['do'] == 'start':
            if step['contract'] in contracts:
                raise FormatError(f'{where}: contract {step["contract"]} starts twice')
            contracts.add(step['contract'])
        accounts = [step.get('account'), *(one['account'] for one in step.get('expect', ()))]
        lines = [line for one in step.get('expect', ()) for line in one['lines']]
        for kind, names, known in (
            ('account', accounts, scenario.accounts),
            ('plan', [step.get('plan')], scenario.plans),
            ('contract', [step.get('contract'), *(line['contract'] for line in lines)], contracts),
        ):
            for name in names:
                if name is not None and name not in known:
                    raise FormatError(f'{where}: unknown {kind} {name}')
