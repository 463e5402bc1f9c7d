"""Does the noted history give the same bill as all of it? (履歴キャッシュの検証)"""
from collections import Counter

from . import planning


def wrongly_settled(company, account_ids, target):
    """Compare what is due by the target day with and without what is noted as settled.

    Accounts that cannot be planned are left out: a run parks them and says why.

    :return: (ids of contracts, ids of one-off charges) that would be billed otherwise
    """
    noted, _problems = planning.plan_each(company, account_ids, target)
    whole, _problems = planning.plan_each(company, account_ids, target, whole=True)
    wrong = set()
    for account_id in noted.keys() & whole.keys():
        lines, all_lines = Counter(noted[account_id].items), Counter(whole[account_id].items)
        wrong |= {*(lines - all_lines), *(all_lines - lines)}
    return (sorted({due.contract for due in wrong if not due.one_off}),
            sorted({due.one_off for due in wrong if due.one_off}))
