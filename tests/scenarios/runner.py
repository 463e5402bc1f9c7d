"""Run billing scenarios: `python -m tests.scenarios.runner DIR [--via core|odoo]`.

A backend is a module `tests.scenarios.via_NAME` with `open_backend()`, a context manager that
gives an object with `session(scenario)`, a context manager too.  The session is driven through the
scenario's steps:

    apply(step)            a step that enters something (start, change_plan, … usage)
    run(day)               -> [Invoice] made by this run, still drafts
    post(account)          -> Invoice: the account's draft is posted, and read again
    delete_draft(account)  the account's latest invoice, a draft, is deleted
    cancel_invoice(account) the account's latest standing invoice is cancelled

A draft is posted at the account's next step, or at the end, unless a later `delete_draft` takes it.
"""
import argparse
import importlib
import sys
from pathlib import Path

from .comparison import differences, invoice_differences
from .format import FormatError, read


class Difference(Exception):
    """A step did not give what the file expects."""


def play(scenario, session):
    """Drive one scenario through a session; raises at the first step that differs."""
    owners, drafts = {}, {}
    deleted = _deleted(scenario.steps)
    for index, step in enumerate(scenario.steps):
        where = f"step {index + 1} ({step['day']} {step['do']})"
        account = step.get('account') or owners.get(step.get('contract'))
        if step['do'] == 'start':
            owners[step['contract']] = account
        if step['do'] == 'delete_draft':
            session.delete_draft(account)
            continue
        _post(session, drafts, [account] if account else list(drafts), where)
        if step['do'] == 'run':
            _refuse(where, differences(step['expect'], session.run(step['day'])))
            for wanted in step['expect']:
                if (index, wanted['account']) not in deleted:
                    drafts[wanted['account']] = wanted
        elif step['do'] == 'cancel_invoice':
            session.cancel_invoice(account)
        else:
            session.apply(step)
    _post(session, drafts, list(drafts), 'end')


def _deleted(steps):
    """The invoices, by step and account, that a later `delete_draft` takes: never posted."""
    standing, deleted = {}, set()
    for index, step in enumerate(steps):
        for wanted in step.get('expect', ()):
            standing.setdefault(wanted['account'], []).append(index)
        if step['do'] in ('delete_draft', 'cancel_invoice'):
            account = step['account']
            if not standing.get(account):
                raise Difference(f"step {index + 1}: {account} has no invoice")
            made = standing[account].pop()
            if step['do'] == 'delete_draft':
                deleted.add((made, account))
    return deleted


def _post(session, drafts, accounts, where):
    for account in accounts:
        wanted = drafts.pop(account, None)
        if wanted is not None:
            _refuse(f'{where}, posted', invoice_differences(wanted, session.post(account)))


def _refuse(where, found):
    if found:
        raise Difference(f"{where}: {' | '.join(found)}")


def play_file(path, backend):
    """:return: (name, None), or the name and what is wrong"""
    path = Path(path)
    try:
        scenario = read(path)
        with backend.session(scenario) as session:
            play(scenario, session)
    except (FormatError, Difference) as error:
        return path.stem, str(error)
    # A scenario that crashes is a failed one; the others still run.
    except Exception as error:
        return path.stem, f'{type(error).__name__}: {error}'
    return path.stem, None


def run_folder(folder, via='core', out=None):
    """Print a line a file and the counts; returns whether everything passed."""
    paths = sorted(path for path in Path(folder).glob('*') if path.suffix in ('.yml', '.yaml'))
    passed = failed = 0
    if not paths:
        print(f'FAIL {folder}: no scenario files', file=out)
        failed = 1
    else:
        with importlib.import_module(f'{__package__}.via_{via}').open_backend() as backend:
            for path in paths:
                name, wrong = play_file(path, backend)
                print(f'ok {name}' if wrong is None else f'FAIL {name}: {_one_line(wrong)}',
                      file=out, flush=True)
                passed, failed = passed + (wrong is None), failed + (wrong is not None)
    print(f'{passed} passed, {failed} failed', file=out)
    return not failed


def _one_line(text):
    return ' '.join(text.split())


def main(arguments=None):
    parser = argparse.ArgumentParser(prog='tests.scenarios.runner')
    parser.add_argument('folder')
    parser.add_argument('--via', choices=('core', 'odoo'), default='core')
    options = parser.parse_args(arguments)
    return 0 if run_folder(options.folder, options.via) else 1


if __name__ == '__main__':
    sys.exit(main())
