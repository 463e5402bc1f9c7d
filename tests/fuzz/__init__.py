"""Seeded campaigns against the decoders of the pure core; run ``python -m tests.fuzz``."""

import sys

from tests import namespaces

if 'odoo' not in sys.modules:
    namespaces.install()
