"""Bad files, bad lines and a changed host key, end to end over SFTP.

Each time: the file or record is named, the remedy is said, nothing is lost or doubled, the rest
goes on.
"""
import base64
import os

import pytest

from tests.e2e.world import OCTOBER, SEND, opened, subscriber
from tests.simulators import spoil
from tools.demo.office import BATCH, OfficeError
from tools.demo.people import month_after

SUBSCRIBERS = [
    subscriber(1, '佐藤 陽子', 'サトウ ヨウコ', ('light',)),
    subscriber(2, '鈴木 誠', 'スズキ マコト', ('standard',)),
    subscriber(3, '高橋 蓮', 'タカハシ レン', ('premium',)),
]
CR_LF = 'crlf'

# Damage that makes a whole file unusable, and words of the reason and the remedy.
REFUSED = {
    'truncated': ('cut off', 'send it again'),
    'no_trailer': ('cut off', 'send it again'),
    'empty': ('empty', 'send it again'),
    'wrong_count': ('number of records', 'correct file'),
    'wrong_totals': ('amount', 'correct file'),
    'wrong_collected': ('amount collected', 'correct file'),
    'stray_line_endings': ('stray line ending', 'as the service delivered it'),
    'byte_order_mark': ('byte order mark', 'as the service delivered it'),
    'ebcdic': ('EBCDIC', 'character code 0'),
    'other_date': ('debit day', 'Ask the service'),
    'other_consignor': ('1234567891', 'somebody else'),
}
# Damage of the first record: (code that it shows, whether its money must go to suspense, words).
DOUBTFUL = {
    'unknown_code': (False, "'7'", "service's manual"),
    'letter_code': (False, "'A'", "service's manual"),
    'blank_code': (False, 'not processed', 'Ask the service'),
    'unknown_customer': (True, '9' * 20, 'Ask the service'),
    'changed_amount': (True, 'yen were asked for', 'Ask the service'),
    'changed_account': (True, 'another bank account', 'Ask the service'),
}


class Months:
    """A closing after the other, each with a batch of its own at the agency."""

    def __init__(self, world):
        self.world, self._next = world, OCTOBER

    def bill(self):
        """:return: the batch that gathers the month's requests"""
        month, self._next = self._next, month_after(self._next)
        world = self.world
        if month > OCTOBER and month.month == OCTOBER.month:
            self._change_a_plan(month)
        cycle = world.office.bill(month)
        [batch] = world.client.call(
            BATCH, 'search', [('request_ids.move_id.sb_run_id', '=', cycle.run)])
        world.office.turn_to(day(world, batch, 'date_cutoff'))
        return batch

    def _change_a_plan(self, month):
        """No two years alike: the records have no year, and equal bytes are an equal file."""
        plan = ('premium', 'light', 'standard')[month.year % 3]
        self.world.client.call(
            'smart.billing.contract', 'add_event', self.world.register.contracts[1],
            'change_plan', date_effective=str(month), plan_id=self.world.company.plans[plan])

    def send(self):
        batch = self.bill()
        self.world.office.send(batch)
        return batch

    def debit(self, batch):
        """The days pass until the agency has put its result there."""
        self.world.office.turn_to(day(self.world, batch, 'date_result'))


def day(world, batch, field):
    return OCTOBER.fromisoformat(world.batch(batch)[field])


@pytest.fixture(scope='module')
def world(tmp_path_factory):
    with opened('bad_files', tmp_path_factory.mktemp('agency')) as world:
        world.register.take_in(SUBSCRIBERS)
        yield world


@pytest.fixture(scope='module')
def months(world):
    return Months(world)


@pytest.fixture(autouse=True)
def no_fault_is_left(world):
    yield
    world.agency.clear_faults()
    world.agency.restore_host_key()
    assert_books_agree(world)


def assert_books_agree(world):
    """Nothing lost, nothing doubled: the clearing account is what the agency has collected.

    Where the agency's own file was wrong about an amount, that yen is on the suspense account.
    """
    moved = sum(round(row['amount']) for row in world.client.rows(
        'smart.billing.receipt', [('state', 'in', ('posted', 'suspense'))], ['amount']))
    assert world.balance(world.company.clearing_account) == moved
    paid = world.client.rows('smart.billing.receipt', [('state', '=', 'posted')], ['request_id'])
    requests = [row['request_id'][0] for row in paid]
    assert len(requests) == len(set(requests))


def result_path(world, batch):
    name = world.batch(batch)['file_name'].replace('.dat', '.res')
    return world.agency.folder('result') / name


def put(path, content, moment):
    """A file of the agency, later than the one before."""
    path.write_bytes(content)
    os.utime(path, (moment, moment))


def states(world, batch):
    return [row['state'] for row in world.requests(batch)]


# === WHOLE FILES === #

@pytest.fixture(scope='module')
def waiting(world, months):
    """A batch whose good result is known, and taken out of the agency's folder for now."""
    batch = months.send()
    months.debit(batch)
    path = result_path(world, batch)
    good = path.read_bytes()
    path.unlink()
    return batch, path, good


@pytest.mark.parametrize('kind', REFUSED)
def test_a_file_that_does_not_hold_together_is_refused_whole(world, waiting, kind):
    batch, path, good = waiting
    records = [good[start:start + 120] for start in range(0, len(good), 122)]
    bad = spoil.spoil(kind, records, CR_LF)
    put(path, bad, 2_000_000_000 + list(REFUSED).index(kind))
    cleared = world.balance(world.company.clearing_account)

    world.take_results()

    [*_earlier, file] = world.files(name=path.name)
    assert (file['state'], file['receipt_count']) == ('refused', 0)
    for words in REFUSED[kind]:
        assert words in file['problem'], file['problem']
    assert base64.b64decode(file['content'] or '') == bad
    assert states(world, batch) == ['sent', 'sent', 'sent']
    assert world.batch(batch)['state'] == 'sent'
    assert world.balance(world.company.clearing_account) == cleared


def test_the_right_file_is_taken_after_all_the_wrong_ones(world, waiting):
    batch, path, _good = waiting
    world.agency.redeliver(path.stem)
    world.take_results()
    assert states(world, batch) == ['collected'] * 3
    assert world.batch(batch)['state'] == 'answered'
    assert [file['state'] for file in world.files(name=path.name)] == (
        ['refused'] * len(REFUSED) + ['applied'])


@pytest.mark.parametrize('kind', ['duplicate', 'yesterday'])
def test_a_file_that_is_sent_twice_counts_once(world, months, kind):
    batch = months.send()
    world.agency.fault(kind)
    months.debit(batch)
    path = result_path(world, batch)
    again = path.with_name(path.name.replace('_01.res', '_02.res'))
    assert again.exists()
    before = len(world.files())
    world.take_results()
    assert len(world.files()) == before + 1
    assert states(world, batch) == ['collected'] * 3
    notes = world.client.rows('smart.billing.transfer', [('file_name', '=', again.name)],
                              ['outcome', 'message'])
    assert [row['outcome'] for row in notes] == ['done']
    assert 'received before' in notes[0]['message']


def test_another_result_of_an_answered_batch_is_refused(world, months):
    batch = months.send()
    months.debit(batch)
    world.take_results()
    path = result_path(world, batch)
    cleared = world.balance(world.company.clearing_account)
    good = path.read_bytes()
    records = [good[start:start + 120] for start in range(0, len(good), 122)]
    put(path, spoil.spoil('reordered', records, CR_LF), 2_000_000_100)
    world.take_results()
    [first, second] = world.files(name=path.name)
    assert (first['state'], second['state']) == ('applied', 'refused')
    assert 'applied already' in second['problem'] and path.name in second['problem']
    assert world.balance(world.company.clearing_account) == cleared


# === LINES === #

@pytest.mark.parametrize('kind', DOUBTFUL)
def test_a_doubtful_record_waits_and_the_rest_goes_on(world, months, kind):
    has_money, *words = DOUBTFUL[kind]
    batch = months.send()
    world.agency.fault(kind)
    months.debit(batch)
    suspense = world.balance(world.company.suspense_account)
    world.take_results()

    path = result_path(world, batch)
    [file] = world.files(name=path.name)
    assert file['state'] == 'applied', file['problem']
    [doubtful] = world.client.rows('smart.billing.receipt', [
        ('file_id', '=', file['id']), ('state', 'in', ('exception', 'suspense'))],
        ['line', 'state', 'problem', 'amount', 'customer_number'])
    assert doubtful['line'] == 2
    assert doubtful['state'] == ('suspense' if has_money else 'exception')
    for word in words:
        assert word in doubtful['problem'], doubtful['problem']
    moved = world.balance(world.company.suspense_account) - suspense
    assert moved == (-round(doubtful['amount']) if has_money else 0)

    first, *others = world.requests(batch)
    assert [row['state'] for row in others] == ['collected', 'collected']
    assert first['state'] == 'unknown' and first['result_reason']
    # What may have been debited is not asked for again.
    move = world.client.row('account.move', first['move_id'][0], [
        'collection_state', 'payment_state'])
    assert (move['collection_state'], move['payment_state']) == ('unknown', 'not_paid')
    with pytest.raises(Exception, match='still under way'):
        world.client.press('smart.billing.collection.request', first['id'], 'action_retry')


def test_a_record_that_comes_twice_is_paid_once(world, months):
    batch = months.send()
    world.agency.fault('duplicate_record')
    months.debit(batch)
    suspense = world.balance(world.company.suspense_account)
    world.take_results()
    assert states(world, batch) == ['collected'] * 3
    first = world.requests(batch)[0]
    assert suspense - world.balance(world.company.suspense_account) == round(first['amount'])
    [twice] = world.client.rows('smart.billing.receipt', [
        ('file_id.name', '=', result_path(world, batch).name), ('state', '=', 'suspense')],
        ['problem', 'customer_number'])
    assert 'more than once' in twice['problem'] and first['customer_number'] in twice['problem']


def test_a_record_that_is_missing_leaves_its_outcome_unknown(world, months):
    batch = months.send()
    world.agency.fault('missing_record')
    months.debit(batch)
    world.take_results()
    assert states(world, batch) == ['unknown', 'collected', 'collected']
    reason = world.requests(batch)[0]['result_reason']
    assert result_path(world, batch).name in reason and 'Ask the service' in reason


def test_the_order_of_the_records_does_not_matter(world, months):
    batch = months.send()
    world.agency.fault('reordered')
    months.debit(batch)
    world.take_results()
    assert states(world, batch) == ['collected'] * 3


# === THE WAY TO THE AGENCY === #

def arrived(world, batch):
    """How many debits of the batch's day are in the agency's books."""
    return len(world.agency.books(
        debit_date=world.batch(batch)['date_collect'])['lines'])


def send_in_vain(world, batch, state='sealed'):
    """:return: what the batch says about it"""
    with pytest.raises(OfficeError):
        world.office.send(batch)
    values = world.batch(batch)
    assert values['state'] == state
    return values['problem']


def test_nothing_is_sent_to_a_server_that_shows_another_key(world, months):
    batch = months.bill()
    world.agency.change_host_key()
    problem = send_in_vain(world, batch)
    assert '127.0.0.1' in problem and 'another host key' in problem
    assert world.agency.fingerprint in problem and 'Ask the service' in problem
    assert arrived(world, batch) == 0
    assert list(world.agency.folder('upload').iterdir()) == []
    assert not world.batch(batch)['send_requested']     # a person must look at it

    world.agency.restore_host_key()
    world.office.send(batch)
    assert arrived(world, batch) == 3


def test_results_are_not_fetched_from_a_server_that_shows_another_key(world, months):
    batch = months.send()
    months.debit(batch)
    world.agency.change_host_key()
    world.take_results()
    assert world.files(name=result_path(world, batch).name) == []
    note = world.client.rows('smart.billing.transfer', [('direction', '=', 'in')],
                             ['outcome', 'message'], order='id desc', limit=1)[0]
    assert note['outcome'] == 'refused' and 'another host key' in note['message']
    world.agency.restore_host_key()
    world.take_results()
    assert states(world, batch) == ['collected'] * 3


def test_an_upload_that_is_cut_is_resumed_and_arrives_once(world, months):
    batch = months.bill()
    world.agency.fault('cut_upload', after=200)
    problem = send_in_vain(world, batch)
    assert world.batch(batch)['file_name'] in problem and 'goes on from there' in problem
    [part] = world.agency.folder('upload').iterdir()
    assert 0 < part.stat().st_size < 120 * 6
    world.job(SEND)     # by itself, at its next turn
    assert world.batch(batch)['state'] == 'sent'
    assert arrived(world, batch) == 3


@pytest.mark.parametrize('kind', ['cut_before_rename', 'cut_after_rename'])
def test_a_hand_over_of_unknown_outcome_is_looked_up_first(world, months, kind):
    batch = months.bill()
    world.agency.fault(kind)
    problem = send_in_vain(world, batch, state='sending')
    assert world.batch(batch)['file_name'] in problem and 'looks into' in problem
    assert arrived(world, batch) == (3 if kind == 'cut_after_rename' else 0)
    world.job(SEND)
    assert world.batch(batch)['state'] == 'sent'
    assert arrived(world, batch) == 3
    months.debit(batch)
    world.take_results()
    assert states(world, batch) == ['collected'] * 3


def test_a_server_that_is_down_is_tried_again_by_itself(world, months):
    batch = months.bill()
    world.agency.stop()
    try:
        world.client.press(BATCH, batch, 'action_send')
        world.job(SEND)
    finally:
        world.agency.start()
    problem = world.batch(batch)['problem']
    assert world.batch(batch)['state'] == 'sealed'
    assert str(world.agency.port) in problem and 'tried again by itself' in problem
    assert arrived(world, batch) == 0
    world.job(SEND)
    assert world.batch(batch)['state'] == 'sent'
    assert arrived(world, batch) == 3


def test_a_full_disk_at_the_agency_loses_nothing(world, months):
    batch = months.bill()
    world.agency.fault('disk_full')
    problem = send_in_vain(world, batch)
    assert world.batch(batch)['file_name'] in problem and 'tried again' in problem
    world.job(SEND)
    assert (world.batch(batch)['state'], arrived(world, batch)) == ('sent', 3)


def test_a_request_that_the_agency_refuses_is_open_again(world, months):
    """The agency lowers its limit without a word: the report names record and reason."""
    batch = months.bill()
    world.agency.configure(max_amount=2000)
    try:
        world.office.send(batch)
        world.take_results()
        values = world.batch(batch)
        assert values['state'] == 'rejected'
        assert values['file_name'] in values['problem']
        assert 'record 3' in values['problem'] and 'send it again' in values['problem']
        assert states(world, batch) == ['open'] * 3
    finally:
        world.agency.configure(max_amount=9_999_999_999)
    world.client.press(BATCH, batch, 'action_recall')
    world.office.send(batch)
    assert arrived(world, batch) == 3
