"""Prices, terms and discounts in words: what an operator reads before a customer does (料金の説明).

Each sentence is put together from whole phrases that are translated one by one, so that a language
may order the words within a phrase as it likes.
"""
from decimal import Decimal

from odoo.tools import format_date, format_list, formatLang

from .catalogue import split_codes

# Prices of one unit may be parts of the smallest coin.
MOST_DIGITS = 6


def charge_text(charge):
    """What a charge costs: ¥1,000 a month (in advance, by days at the start and the end)."""
    env = charge.env
    head = _head(env, charge, _amount(env, charge))
    details = [text for text in _details(env, charge) if text]
    if not details:
        return head
    return env._("%(price)s (%(details)s)", price=head, details=format_list(env, details))


def terms_text(plan):
    """Trial, term, minimum term and fee of a plan, each with its consequence."""
    env = plan.env
    return [text for text in (
        _trial(env, plan), _term(env, plan), _minimum_term(env, plan), _free_exit(env, plan))
        if text]


def discount_text(discount):
    """What a discount takes off, for how long, and of which charges."""
    env = discount.env
    if discount.discount_type == 'percent':
        off = env._("%(percent)s %% off", percent=number(env, discount.percent))
    else:
        off = env._("%(amount)s off each period", amount=money(
            env, discount.amount, discount.currency_id))
    codes = split_codes(discount.charge_codes)
    details = [
        env._("for %(count)s periods", count=discount.periods) if discount.periods else '',
        env._("until the day before %(day)s", day=format_date(env, discount.date_until))
        if discount.date_until else '',
        env._("charges: %(codes)s", codes=', '.join(codes)) if codes else env._(
            "all recurring charges"),
    ]
    return env._("%(price)s (%(details)s)", price=off,
                 details=format_list(env, [text for text in details if text]))


def money(env, value, currency):
    """An amount with the digits that it needs, the currency's at least."""
    digits = max(currency.decimal_places, _digits(value))
    text, symbol = formatLang(env, value, digits=digits), currency.symbol or ''
    return text + symbol if currency.position == 'after' else symbol + text


def number(env, value):
    """A quantity with the digits that it needs."""
    return formatLang(env, value, digits=_digits(value))


def _digits(value):
    places = Decimal(str(round(value, MOST_DIGITS))).normalize().as_tuple().exponent
    return max(0, -places)


def length(env, count, unit):
    """A length of time in words."""
    if count == 1:
        return {'day': env._("1 day"), 'week': env._("1 week"), 'month': env._("1 month"),
                'year': env._("1 year")}[unit]
    return {'day': env._("%(count)s days", count=count),
            'week': env._("%(count)s weeks", count=count),
            'month': env._("%(count)s months", count=count),
            'year': env._("%(count)s years", count=count)}[unit]


# the price -----------------------------------------------------------------------------------

def _head(env, charge, amount):
    """The price with its period; a flat one reads "a month", others say how often they come."""
    if charge.charge_type == 'one_time':
        return env._("%(price)s once", price=amount)
    if charge.every_count == 1 and charge.model == 'flat':
        return {'day': env._("%(price)s a day", price=amount),
                'week': env._("%(price)s a week", price=amount),
                'month': env._("%(price)s a month", price=amount),
                'year': env._("%(price)s a year", price=amount)}[charge.every_unit or 'month']
    if charge.every_count == 1:
        return {'day': env._("%(price)s, every day", price=amount),
                'week': env._("%(price)s, every week", price=amount),
                'month': env._("%(price)s, every month", price=amount),
                'year': env._("%(price)s, every year", price=amount)}[charge.every_unit or 'month']
    return env._("%(price)s, every %(period)s", price=amount,
                 period=length(env, charge.every_count, charge.every_unit or 'month'))


def _amount(env, charge):
    if charge.model in ('tiered', 'volume'):
        return _tiers(env, charge)
    if charge.step_ids:
        return _steps(env, charge)
    return _priced(env, charge, charge.price)


def _priced(env, charge, price):
    """One price of the charge's model: flat, of a unit, of a package."""
    names = {'price': money(env, price, _currency(charge)), 'unit': _unit(env, charge)}
    if charge.model == 'per_unit':
        return env._("%(price)s per %(unit)s", **names)
    if charge.model == 'package':
        return env._("%(price)s for each begun %(size)s %(unit)s",
                     size=number(env, charge.package_size), **names)
    return names['price']


def _currency(charge):
    """The company's; a charge that is being entered knows its company only with its version."""
    return charge.currency_id or charge.env.company.currency_id


def _unit(env, charge):
    return charge.metric_id.unit or charge.metric_id.name or env._("unit")


def _steps(env, charge):
    *first, last = charge.step_ids.sorted('sequence')
    texts = [env._("%(price)s for %(count)s periods", count=step.periods,
                   price=_priced(env, charge, step.price)) for step in first]
    return format_list(env, [*texts, env._(
        "then %(price)s", price=_priced(env, charge, last.price)) if first else _priced(
            env, charge, last.price)])


def _tiers(env, charge):
    """The rows of the table; what a row without a limit says depends on what stands above it."""
    texts, unit = [], _unit(env, charge)
    for tier in charge.tier_ids.sorted('sequence'):
        price = env._("%(price)s per %(unit)s", unit=unit,
                      price=money(env, tier.price, _currency(charge)))
        if tier.flat_fee:
            price = env._("%(price)s plus %(fee)s", price=price,
                          fee=money(env, tier.flat_fee, _currency(charge)))
        if tier.up_to:
            texts.append(env._("up to %(limit)s: %(price)s", price=price,
                               limit=number(env, tier.up_to)))
        else:
            texts.append(env._("above: %(price)s", price=price) if texts else price)
    return format_list(env, texts) if texts else env._("no tiers yet")


# beside the price ----------------------------------------------------------------------------

def _details(env, charge):
    if charge.optional:
        yield env._("option")
    if charge.plan_id.tax_included:
        yield env._("tax included")
    yield {'usage': env._("by usage")}.get(charge.charge_type)
    if charge.model == 'volume':
        yield env._("all units at the price of the tier reached")
    if charge.charge_type == 'usage':
        yield {'max': env._("the highest value of the period"),
               'last': env._("the last value of the period"),
               'unique': env._("the number of different ones")}.get(charge.aggregation)
    yield from _period_details(env, charge)
    yield from _bounds(env, charge)


def _period_details(env, charge):
    if charge.charge_type != 'recurring':
        return
    yield {'advance': env._("in advance"), 'arrears': env._("in arrears")}.get(charge.timing)
    yield {'both': env._("part of a period by days"),
           'start': env._("by days in the first period only"),
           'end': env._("by days in the last period only"),
           'none': env._("each begun period in full")}.get(charge.prorate)
    if charge.credit == 'none' and charge.timing == 'advance':
        yield env._("unused days are not given back")
    if charge.align == 'start':
        yield env._("periods from the contract's own first day")


def _bounds(env, charge):
    if charge.free_units:
        yield env._("%(count)s %(unit)s free", unit=_unit(env, charge),
                    count=number(env, charge.free_units))
    if charge.minimum:
        yield env._("at least %(amount)s", amount=money(env, charge.minimum, _currency(charge)))
    if charge.maximum:
        yield env._("at most %(amount)s", amount=money(env, charge.maximum, _currency(charge)))


# the plan's terms ----------------------------------------------------------------------------

def _trial(env, plan):
    if plan.trial_days:
        return env._("first %(length)s free (usage is charged)",
                     length=length(env, plan.trial_days, 'day'))


def _term(env, plan):
    if not plan.term_count:
        return env._("runs until it is cancelled")
    names = {'length': length(env, plan.term_count, plan.term_unit)}
    if plan.renews:
        return env._("term of %(length)s, then another one", **names)
    return env._("ends by itself after %(length)s", **names)


def _minimum_term(env, plan):
    fee = money(env, plan.cancellation_fee, plan.currency_id) if plan.cancellation_fee else env._(
        "none")
    again = plan.renews and plan.minimum_term_again
    if plan.minimum_term_count:
        names = {'fee': fee, 'length': length(
            env, plan.minimum_term_count, plan.minimum_term_unit)}
        if again:
            return env._("minimum term of %(length)s, then of each further term (cancellation fee: "
                         "%(fee)s)", **names)
        return env._("minimum term of %(length)s (cancellation fee: %(fee)s)", **names)
    if again:
        return env._("each further term is a minimum term (cancellation fee: %(fee)s)", fee=fee)


def _free_exit(env, plan):
    if plan.free_exit_count:
        return env._("no fee within %(length)s after a term",
                     length=length(env, plan.free_exit_count, plan.free_exit_unit))
