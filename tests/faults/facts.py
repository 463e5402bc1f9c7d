"""Facts that both sides of a campaign know: the workers inside Odoo and the agency."""
from datetime import date

TODAY = date(2026, 11, 1)
TARGET = date(2026, 11, 1)
AGREED = date(2026, 10, 20)
CHUNK = 7  # accounts between two commits of a run
BILLING_DAYS = (1, 0)  # closing at the end of the month, and each contract's own day
STAGES = ('start', 'bill', 'send', 'answer', 'fetch', 'apply')
# Where a worker may be told to die: around a commit, or around the hand-over of a file.
COMMIT_POINTS = ('before', 'after')
TRANSFER_POINTS = ('write', 'before_rename', 'after_rename')
CONSIGNOR = {'code': '1234567890', 'name': 'ｻﾝﾌﾟﾙｻ-ﾋﾞｽ(ｶ', 'password': 'faults',
             'account': ['0001', '001', '1', '0000001']}
# Last digit of a subscriber's bank account -> what the bank says (振替結果コード); else collected.
_RESULTS = {'1': '1', '4': '3'}


def bank_account(index):
    """The number of the index-th subscriber's bank account."""
    return f'{1000000 + index}'


def results(accounts):
    """What the agency is told to answer for these subscribers."""
    numbers = (bank_account(index) for index in range(1, accounts + 1))
    return {number: _RESULTS[number[-1]] for number in numbers if number[-1] in _RESULTS}
