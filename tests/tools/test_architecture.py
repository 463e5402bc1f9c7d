import pytest

from tools import architecture

ENGINE = 'smart_billing'
NTTF = 'smart_billing_payment_nttf'


def problems(root, place, source):
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source)
    return architecture.check(root)


@pytest.mark.parametrize('place, source', [
    (f'{ENGINE}/core/a.py', 'from odoo import models'),
    (f'{ENGINE}/core/a.py', 'import odoo.tools'),
    (f'{ENGINE}/core/a.py', 'import time'),
    (f'{ENGINE}/core/a.py', 'import requests'),
    (f'{ENGINE}/core/a.py', 'from ..models import plan'),
    (f'{ENGINE}/core/a.py', 'from .. import ledger'),
    (f'{ENGINE}/core/deep/a.py', 'from ...models import plan'),
    (f'{ENGINE}/core/a.py', 'RATE = 0.1'),
    (f'{ENGINE}/core/a.py', 'x = float(y)'),
    (f'{ENGINE}/core/a.py', 'data = open("x")'),
    (f'{ENGINE}/core/a.py', 'from datetime import date\nx = date.today()'),
    (f'{ENGINE}/core/a.py', f'from odoo.addons.{NTTF}.wire import x'),
    (f'{ENGINE}/models/a.py', f'from odoo.addons.{NTTF}.wire import x'),
    (f'{ENGINE}/models/a.py', 'from ..wizards import x'),
    (f'{ENGINE}/ledger/a.py', 'from ..models import x'),
    (f'{ENGINE}/hooks.py', f'import odoo.addons.{NTTF}'),
    (f'{NTTF}/wire/a.py', 'from odoo.addons.smart_billing.models import x'),
    (f'{NTTF}/wire/a.py', 'from odoo import fields'),
    (f'{NTTF}/paper/a.py', 'from odoo import fields'),
    (f'{NTTF}/paper/a.py', 'from ..models import mandate'),
    (f'{NTTF}/paper/a.py', 'import time'),
    (f'{NTTF}/paper/a.py', 'from datetime import date\nx = date.today()'),
    (f'{NTTF}/wire/a.py', 'from ..paper import pen'),
    (f'{NTTF}/wire/a.py', 'import reportlab'),
    (f'{NTTF}/models/a.py', 'from odoo.addons.smart_billing_payment_easydo.wire import x'),
    ('tests/simulators/a.py', 'from odoo.addons.smart_billing.core import zengin'),
    ('tests/simulators/a.py', 'import smart_billing.core.zengin'),
])
def test_each_forbidden_thing_is_found_with_its_line(tmp_path, place, source):
    found = problems(tmp_path, place, '"""Text."""\n' + source)
    assert len(found) == 1
    line = 1 + len(source.splitlines())
    assert found[0].startswith(f'{place}:{line}: ')


@pytest.mark.parametrize('place, source', [
    (f'{ENGINE}/core/a.py', 'from datetime import date\nfrom decimal import Decimal'),
    (f'{ENGINE}/core/a.py', 'from dateutil import relativedelta\nimport jaconv, holidays'),
    (f'{ENGINE}/core/a.py', 'from . import errors\nfrom .deep.b import c'),
    (f'{ENGINE}/core/deep/a.py', 'from .. import errors\nfrom ..kana import convert'),
    (f'{ENGINE}/models/a.py', 'from odoo import api\nfrom ..core import x\nfrom ..ledger import y'),
    (f'{ENGINE}/models/a.py', 'import time\nRATE = 0.1\nprint(RATE)'),
    (f'{NTTF}/wire/a.py', 'from odoo.addons.smart_billing.core import zengin\nimport lxml'),
    (f'{NTTF}/paper/a.py', 'import io, os\nfrom ..wire import x\nimport reportlab\nSIZE = 0.5'),
    (f'{NTTF}/paper/a.py', 'from odoo.addons.smart_billing.core import errors'),
    (f'{NTTF}/models/a.py', 'from odoo.addons.smart_billing.models import x\nfrom ..wire import y'),
    (f'{NTTF}/models/a.py', 'from ..paper import slip'),
    ('tests/simulators/a.py', 'import paramiko, time\nfrom . import books'),
])
def test_allowed_imports_pass(tmp_path, place, source):
    assert problems(tmp_path, place, source) == []
