"""The values that walk into and out of the planner (請求計画の入出力).

Facts say what was agreed (plans, timelines, usage) and what is billed and *live*, that is on an
invoice that is neither deleted nor cancelled.  A `Result` says what is due beside that.  All keys
(`code`, `key`, `contract`, `item`, …) are opaque and hashable; record ids will do.

Days
----
Periods are half open: `[date_from, date_to)`.  Every recurring or usage line lies in one *full
period* `[period_from, period_to)`, the measure of its proration, and has `terms`, a short text
that is equal for equal price terms (quantity and price of the full period).  Store the three with
the item as they come: lines of one contract, plan, charge, full period and terms form one group,
and inside a group no day is billed twice nor credited and billed again.

Coverage (請求済み期間)
-----------------------
The days a recurring item still pays for are `[date_from, date_to)` without the days of the live
credits that name it in `credits` (see `planner.paid_days`).  A database that keeps coverage in a
table with an exclusion constraint over (contract, plan, charge, days) applies a result so:

1. for each `Trim(item, date_from, date_to)` of the result take those days out of the item's
   coverage (an interval may shrink, vanish or fall apart);
2. insert `[date_from, date_to)` of each new item of kind `recurring`.

Each recurring credit has exactly one trim.  A trim *without* a credit is given where an item keeps
its money but not its days: a charge that is never credited, or a credit of 0, whose days the same
plan and charge bill again at other terms.  Items of another plan never meet in the constraint, so
a fee that is not credited does not block the next plan.  Where a credit dies (cancelled invoice),
its days return to the item it credits, as far as no newer item covers them: the next run credits
what is then paid twice.  One-time items, fees and usage have no coverage: they are unique by
(contract, plan, charge, date_from, date_to, number) while live.

Settled history
---------------
`Contract.settled_until = day` promises: whatever lies in full periods that end on or before that
day is billed as it should be.  Such periods are neither generated nor compared, and items with
`period_to <= settled_until` (for one-time items and fees: `date_to < settled_until`) need not be
passed.  After a run for `target` whose items are stored it may be set to `target`.  It must be
pulled back, `min(settled_until, day)`, to the effective day of any event entered (when that is
`cancel`, `keep` or `transfer`: of *all* of these of the contract), of any usage, of a change of
the billing day, to the `existing_from` or `valid_from` of a changed price, to the first day of an
agreed price and of a tax rate, and to `period_from` of any item that dies.  None regenerates
everything, which is always right.
"""
from collections.abc import Hashable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

START = 'start'
CHANGE_PLAN = 'change_plan'
CHANGE_QUANTITY = 'change_quantity'
CANCEL = 'cancel'
KEEP = 'keep'
RENEW = 'renew'
TRANSFER = 'transfer'
SUSPEND = 'suspend'
RESUME = 'resume'
ADD_OPTION = 'add_option'
DROP_OPTION = 'drop_option'
ADD_DISCOUNT = 'add_discount'
END_DISCOUNT = 'end_discount'

IMMEDIATE = 'immediate'
END_OF_PERIOD = 'end_of_period'
END_OF_TERM = 'end_of_term'

ONE_TIME = 'one_time'
RECURRING = 'recurring'
USAGE = 'usage'
FEE = 'cancellation_fee'
ONE_OFF = 'one_off'
CREDIT = 'credit'

FLAT = 'flat'
PER_UNIT = 'per_unit'
TIERED = 'tiered'
VOLUME = 'volume'
PACKAGE = 'package'

ADVANCE = 'advance'
ARREARS = 'arrears'

ACCOUNT = 'account'

SUM = 'sum'
MAX = 'max'
LAST = 'last'
UNIQUE = 'unique'

HALF_UP = 'half_up'
FLOOR = 'floor'
CEIL = 'ceil'

ACTUAL_DAYS = 'actual_days'
FIXED_30 = 'fixed_30'
NO_PRORATION = 'none'


class Every(NamedTuple):
    """A length of time: unit is day, week, month or year."""

    count: int
    unit: str


class Tier(NamedTuple):
    """One row of a tier table; `up_to` is inclusive, None has no limit (段階料金)."""

    up_to: Decimal | None
    price: Decimal
    flat_fee: Decimal = Decimal(0)


class PriceStep(NamedTuple):
    """A price for the next `periods` periods; None: for all that follow."""

    periods: int | None
    price: Decimal


class Charge(NamedTuple):
    """One price of a plan version (料金).  `key` is handed through to the due items.

    `minimum` and `maximum` bound the amount of a full period (最低料金, 上限額) and are prorated
    like the charge; where they contradict each other the maximum holds.  An `optional` charge is
    billed on the days on which the contract has taken it, in the quantity that it took (オプション);
    a one-time one on each day on which it is taken, at the price of that day, but not on the first
    day of a contract that continues another one.  A change of plan drops no option: the code goes
    on where the plan offers it and is not billed where it does not.

    `align` says what periods follow: the billing day of the account, or with `start` the day on
    which the plan's billing started (on return to a plan: the first time).  `tax_changes` are days
    on which another tax rate begins to hold for the charge (税率改定): a period that runs on such a
    day is cut there, by days whatever `prorate` says, and the parts of a full period add up to
    it.  They are due together, as the whole would have been.  Where a rate gets known after its
    period was billed, the days from then on are credited and billed anew.

    A usage charge prices the quantity of its days (従量課金): of an option those on which it is
    taken, never those after the end.  `aggregation` `sum` adds the rows; a period that a price or
    a plan cuts has a sum for each part.  `max`, `last` and `unique` (the number of different
    subjects) are measured once for all days of the charge in a full period and due when the last
    one is over; parts at different prices share the amount by their days.
    """

    code: str
    type: str = RECURRING
    model: str = FLAT
    price: Decimal = Decimal(0)
    every: Every | None = None
    timing: str = ADVANCE
    prorate: str = 'both'
    credit: str = 'prorate'
    minimum: Decimal | None = None
    steps: tuple[PriceStep, ...] = ()
    tiers: tuple[Tier, ...] = ()
    size: Decimal | None = None
    free: Decimal = Decimal(0)
    metric: str | None = None
    tax_percent: Decimal | None = None
    key: Hashable = None
    maximum: Decimal | None = None
    optional: bool = False
    align: str = ACCOUNT
    aggregation: str = SUM
    tax_changes: tuple[date, ...] = ()


class PlanVersion(NamedTuple):
    """Prices for contracts from `valid_from`, for running ones from `existing_from` (料金改定)."""

    valid_from: date
    existing_from: date | None
    charges: tuple[Charge, ...]


class Plan(NamedTuple):
    """A plan with its dated versions (料金プラン).

    With `renews` a term that is over is followed by another one instead of the end (自動更新).
    With `minimum_term_again` each renewal starts a minimum term of the length of the term; an end
    within `free_exit` after a term is over costs no fee (更新月): the first day without the
    contract is `free_exit` after that day at the latest, whatever minimum term runs.  A change of
    plan measures the running term anew, from its first day, by the term of the new plan.
    """

    code: Hashable
    versions: tuple[PlanVersion, ...]
    trial_days: int = 0
    term: Every | None = None
    minimum_term: Every | None = None
    cancellation_fee: Decimal | None = None
    fee_key: Hashable = None
    renews: bool = False
    minimum_term_again: bool = False
    free_exit: Every | None = None


class Discount(NamedTuple):
    """What is taken off charges of a contract (割引); either `percent` or `amount` is set.

    `amount` is off a full period of each charge it covers.  `charges` are the codes it covers;
    empty: the recurring charges.  `periods`: it covers the first so many periods of each charge
    that begin on or after the day on which it was given, and their days stay covered whatever
    plan follows meanwhile; of a one-time charge the first so many times.  None: all days from
    that day on.  `until` is the first day without it.  Given again under the same code it begins
    anew.

    Several discounts of a charge apply in the order in which they were given, each to what the
    ones before have left (percent of that, or amount up to that), so that no charge is lowered
    below zero.  What is left after each is rounded like a charge at that price, and the line of a
    discount is the difference: 100 percent make a charge free, whatever the rounding.
    """

    code: Hashable
    percent: Decimal | None = None
    amount: Decimal | None = None
    periods: int | None = None
    until: date | None = None
    charges: tuple[str, ...] = ()


class PriceOverride(NamedTuple):
    """An agreed price of one charge on some days, in place of the plan's (個別価格).

    `date_to` None: without end.  Of two for one day the one with the higher `sequence` holds.  It
    cuts a period like a price revision and replaces the price and the steps; of a charge with
    tiers it is the price of every unit, in place of the table and its flat fees.  Minimum and
    maximum stay, and discounts come off it.
    """

    plan: Hashable
    charge: str
    price: Decimal
    date_from: date
    date_to: date | None
    sequence: int


class OneOff(NamedTuple):
    """A charge or credit typed in by hand, billed once on its day (スポット請求).

    What is billed of it is known by `key`, whatever its day or contract become.  A changed amount
    gives the difference: what goes back is a credit of the lines that hold it.  One that is not
    there any more is credited.  Its lines are unique by key and number while live.
    """

    key: Hashable
    contract: Hashable | None
    day: date
    amount: Decimal
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    tax_percent: Decimal | None = None


class Event(NamedTuple):
    """One dated entry of a contract's timeline; `sequence` is the order of entry (契約履歴).

    `quantity` of `change_quantity` and `add_option`; `option` is the code of the optional charge
    of `add_option`, which also changes the quantity of one taken already, and `drop_option`;
    `discount` of `add_discount` and, known by its code, `end_discount`; `since` of `add_discount`
    is the day from which its periods count, where a contract takes the discount over.

    `keep` withdraws the last `cancel` and those that it has replaced.  `cancel` with `end_of_term`
    needs a term that runs on its day.

    `renew` prolongs a term that would end the contract by one more, or to `end`; so it does an
    end that was agreed on the start, which on a plan without a term needs `end`.  It counts for
    the first term that is over on its effective day or later and not renewed yet; two of one day
    are one.  Where terms renew themselves the next one is as long as `end` says, and a renewal
    without `end` changes nothing.

    `transfer` ends the contract without a fee because another payer's goes on with it; that one's
    `start` has in `since` the first day of the contract that it continues: trial, terms, price
    steps, periods without a billing day and the version of the plan (its oldest one where none
    was valid yet) count from there, and one-time charges are not billed again.  Where that
    contract changed to the plan later, `plan_since` says when: price steps and the version count
    from that day.  An `add_option` and an `add_discount` of the first day have in `since` the day
    on which that contract came to them; the periods of discounts count from there.
    """

    kind: str
    effective: date
    sequence: int
    plan: Plan | None = None
    quantity: Decimal | None = None
    when: str = IMMEDIATE
    end: date | None = None
    option: str | None = None
    discount: Discount | None = None
    since: date | None = None
    plan_since: date | None = None


class Usage(NamedTuple):
    """A metered quantity of one local day (利用量).

    Rows of days before the full period that runs on `Contract.settled_until` need not be passed,
    others all.  A row that comes, changes or vanishes after its period was billed gives a further
    line with the difference of quantity and amount.  `external_id` is unique in the contract: of
    two rows with the same the one entered first counts.  `subject` is what a `unique` metric counts
    once; the other aggregations do not read it.
    """

    metric: str
    quantity: Decimal
    day: date
    external_id: Hashable
    sequence: int = 0
    subject: Hashable = None


class Contract(NamedTuple):
    """A contract as its events and usage say (契約)."""

    code: Hashable
    events: tuple[Event, ...]
    usage: tuple[Usage, ...] = ()
    settled_until: date | None = None
    prices: tuple[PriceOverride, ...] = ()


class BillingDayChange(NamedTuple):
    """From `effective` on, periods start on `billing_day` (締め日変更)."""

    effective: date
    sequence: int
    billing_day: int


class Account(NamedTuple):
    """Who pays: contracts with one billing day, None: each contract's own start day (請求先)."""

    code: Hashable
    billing_day: int | None
    billing_day_changes: tuple[BillingDayChange, ...]
    contracts: tuple[Contract, ...]
    one_offs: tuple[OneOff, ...] = ()


class Rules(NamedTuple):
    """How the company rounds and prorates (端数処理, 日割り).

    `max_lines` bounds what one contract may be billed in one run; beyond it the planner raises.
    """

    digits: int
    rounding: str = HALF_UP
    proration: str = ACTUAL_DAYS
    tax_percent: Decimal = Decimal(0)
    max_lines: int = 1000


class BilledItem(NamedTuple):
    """A live item: billed on an invoice that stands (請求明細).  `credits`: the item it credits.

    `tax_percent`, `charge_key`, `discount` and `one_off` come from the due item; a credit takes
    them over.
    """

    key: Hashable
    contract: Hashable
    plan: Hashable
    charge: str
    kind: str
    date_from: date
    date_to: date
    amount: Decimal
    quantity: Decimal | None = None
    period_from: date | None = None
    period_to: date | None = None
    terms: str = ''
    credits: Hashable = None
    number: int = 0
    tax_percent: Decimal | None = None
    charge_key: Hashable = None
    discount: Hashable = None
    one_off: Hashable = None


class DueItem(NamedTuple):
    """A line to be billed now.  Credits have a negative amount and name the item they credit.

    `unit_price` is for the reader of the invoice, None where one price does not tell it (tiers).
    `number` counts the corrections of a usage line and the repeats of a one-time one.

    A discount is a line of its own, of the kind and the days of the line that it lowers: its
    `charge` is `discount_code(charge, discount)`, its amount negative, `discount` its code; all
    rules (proration, credits, no day twice) hold for it as for any charge.  It is billed with the
    days of its charge, also where its own days begin later.  A line of kind `one_off` has its key
    in `one_off`, and no plan.
    """

    contract: Hashable
    plan: Hashable
    charge: str
    kind: str
    date_from: date
    date_to: date
    amount: Decimal
    quantity: Decimal | None
    unit_price: Decimal | None
    period_from: date
    period_to: date
    terms: str
    due: date
    credits: Hashable
    number: int
    tax_percent: Decimal
    charge_key: Hashable
    discount: Hashable = None
    one_off: Hashable = None


class Trim(NamedTuple):
    """Days that the coverage of a live item loses."""

    item: Hashable
    date_from: date
    date_to: date


class Outlook(NamedTuple):
    """Where a contract stands on the target day, and when it must be looked at again.

    `next_due` is the first day after the target on which a line of the timeline, as it is known,
    becomes due (a line that turns out to be 0 counts); None when nothing will.  `renews_on` is the
    day on which the term that runs on the target day gives way to the next one.
    """

    contract: Hashable
    state: str
    plan: Hashable
    quantity: Decimal | None
    next_due: date | None
    ends_on: date | None
    renews_on: date | None = None


class Result(NamedTuple):
    """What one account has to be billed, beside what is billed."""

    items: tuple[DueItem, ...]
    trims: tuple[Trim, ...]
    outlooks: tuple[Outlook, ...]


def discount_code(charge: str, discount: Hashable) -> str:
    """The charge code of the lines with which a discount lowers a charge."""
    return f'{charge}/{discount}'
