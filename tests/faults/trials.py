"""What is done to a billing date, one function each; all must leave what a quiet day leaves.

Each takes a `Field`, disturbs it, and lets an undisturbed worker finish. It may return what can be
compared with a quiet day, where not everything can.
"""
import time

from .facts import STAGES
from .field import TrialError
from .fingerprint import COUNTS
from .served import Served

BILLING = ('start', 'bill')
BILLS = ('items', 'coverage', 'invoice lines', 'next due', 'runs', 'parked', *COUNTS)
HALVES = {'runs': 2, 'split': True}
CLOSINGS = {'runs': 2, 'split': 'closing'}
SECOND_ARRIVES = 3  # seconds; the other process then waits for the first one's transaction
NEEDS_LINE = {'send': ('start', 'bill'), 'fetch': ('start', 'bill', 'send', 'answer')}
# Kind of fault and number of bytes after which it strikes, on the way to and from the agency.
CUTS = (('cut_upload', 0), ('cut_upload', 60), ('cut_upload', 1000), ('cut_before_rename', None),
        ('cut_after_rename', None), ('drop_connection', None), ('disk_full', None),
        ('cut_download', 0), ('cut_download', 500), ('duplicate', None))


def quiet(field):
    """Nothing happens. Returns the commits of the day."""
    return field.finish()['commits']


def second_run(field):
    """The same date once more, after everything is done."""
    field.finish()
    field.finish(chain={'runs': 2})


def two_runs(field):
    """Two runs of one date, each in a process of its own that goes all the way."""
    _two_runs(field, {'runs': 2})


def two_halves(field):
    """Two runs that have nothing in common but the journal's numbers and the batch."""
    _two_runs(field, HALVES, stages=BILLING)


def two_closings(field):
    """Two closing days at the same time, each in a process of its own."""
    _two_runs(field, CLOSINGS, stages=BILLING)


def two_halves_sent_apart(field):
    """The first process to be done sends the batch, whatever the other has asked for by then.

    What comes too late waits for the next collection day, so only the bills are compared.
    """
    _two_runs(field, HALVES)
    return BILLS


def batch_opened_by_both(field):
    """Two processes find no batch for the collection day, and both open it."""
    field.finish(stages=('start',), chain=HALVES)
    _meet(field, ('payment.provider', '_sb_batch_for'),
          {'stages': BILLING, 'chain': {**HALVES, 'own': 0}},
          {'stages': BILLING, 'chain': {**HALVES, 'own': 1}})
    field.finish(chain={'runs': 3})


def batch_sealed_while_joined(field):
    """An operator seals the batch by hand at the moment in which requests join it.

    What comes too late waits for the next collection day, so only the bills are compared.
    """
    field.finish(stages=('start',), chain=HALVES)
    field.finish(stages=BILLING, chain={**HALVES, 'own': 0})
    _meet(field, ('smart.billing.collection.request', '_create_for_moves'),
          {'stages': BILLING, 'chain': {**HALVES, 'own': 1}}, {'stages': ('seal',)})
    field.finish(chain={'runs': 3})
    return BILLS


def change_while_planned(field):
    """A price is agreed while a run has planned the contract and not yet written what it bills.

    The run must collide with the change and look again, or the next run settles it: in the end
    nothing is due, whatever is noted as settled.
    """
    field.finish(stages=('start',))
    _meet(field, ('smart.billing.run.account', '_set_aside'),
          {'stages': ('bill',)}, {'stages': ('change',)})
    field.finish(stages=(*STAGES, 'verify'), chain={'runs': 2})
    return COUNTS


def _meet(field, hold, first, second):
    """Hold the first process at a point until the second has arrived there too."""
    held, other = field.worker(hold=hold, **first), field.worker(**second)
    held.begin().wait_until_held()
    other.begin()
    time.sleep(SECOND_ARRIVES)
    field.accept(held.begin().answer())
    field.accept(other.answer())


def _two_runs(field, chain, **order):
    field.finish(stages=('start',), chain=chain)
    for answer in field.together(
            *({'chain': {**chain, 'own': own}, **order} for own in (0, 1))):
        field.accept(answer)
    field.finish(chain={'runs': 3})


def one_run_twice(field):
    """One run, and two processes that work on it, send its batch and fetch its result."""
    field.finish(stages=('start',))
    for answer in field.together({}, {}):
        field.accept(answer)


def killed(point, number=0):
    """A process dies at a point of its way, and another takes over."""
    def trial(field):
        field.die(point, number)
        field.finish()
    return trial


def one_of_two_killed(point, number):
    """Of two processes at work on one run, one dies; the other does not wait for it."""
    def trial(field):
        field.finish(stages=('start',))
        first, second = field.together({'kill': (point, number)}, {})
        field.kills += first is None
        field.accept(second)
        field.finish()
    return trial


def killed_again(numbers):
    """Every process that takes over dies too, until one lives."""
    def trial(field):
        for number in numbers:
            field.die('after', number)
        field.finish()
    return trial


def server_killed(delays):
    """The whole server dies again and again while its scheduler works on the run."""
    def trial(field):
        served = Served(field.database)
        for seconds in delays:
            served.kill_after(seconds)
            field.kills += 1
        served.finish()
        field.finish()
    return trial


def cut(kind, after):
    """The line to the agency breaks."""
    def trial(field):
        field.agency.fault(kind, **({} if after is None else {'after': after}))
        field.finish()
    return trial


def agency_down(stage):
    """The agency cannot be reached for a while."""
    def trial(field):
        field.finish(stages=NEEDS_LINE[stage])
        field.agency.stop()
        answer = field.worker(stages=(stage,), chain={'turns': 2}).begin().answer()
        if not answer.get('gave_up') or answer['failures']:
            raise TrialError(f'without the agency: {answer}')
        field.agency.start()
        field.finish(stages=STAGES)
    return trial
