"""Slips on paper, read back from the printed page by programs that know nothing of ours."""

from tests import namespaces

namespaces.install()
