"""The Debian mirror of this machine, read from its own apt sources (both notations)."""

import os
import re
from pathlib import Path

from .steps import SetupError

KEYRING = Path('/usr/share/keyrings/debian-archive-keyring.gpg')
_ONE_LINE = re.compile(r'^\s*deb\s+(?:\[[^\]]*\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)\s+(?P<rest>.*)$')


def parse_one_line(text):
    """Yield (uri, suite) of the ``deb`` lines of a ``.list`` file."""
    for line in text.splitlines():
        match = _ONE_LINE.match(line.split('#', 1)[0])
        if match:
            yield match['uri'], match['suite']


def parse_deb822(text):
    """Yield (uri, suite) of the enabled stanzas of a ``.sources`` file."""
    for stanza in re.split(r'\n\s*\n', text):
        fields = _stanza_fields(stanza)
        if fields.get('enabled', 'yes').lower() in ('no', 'false', '0'):
            continue
        if 'deb' not in fields.get('types', '').split():
            continue
        for uri in fields.get('uris', '').split():
            for suite in fields.get('suites', '').split():
                yield uri, suite


def _stanza_fields(stanza):
    fields, name = {}, None
    for line in stanza.splitlines():
        if line.startswith('#') or not line.strip():
            continue
        if line[0] in ' \t':
            if name:
                fields[name] += ' ' + line.strip()
            continue
        name, _, value = line.partition(':')
        name = name.strip().lower()
        fields[name] = value.strip()
    return fields


def machine_entries(etc=Path('/etc/apt')):
    """All (uri, suite) pairs of the machine's enabled apt sources."""
    entries = []
    lists = [etc / 'sources.list', *sorted(etc.glob('sources.list.d/*.list'))]
    for path in lists:
        if path.is_file():
            entries += parse_one_line(path.read_text(encoding='utf-8', errors='replace'))
    for path in sorted(etc.glob('sources.list.d/*.sources')):
        entries += parse_deb822(path.read_text(encoding='utf-8', errors='replace'))
    return entries


def debian_mirror(entries=None):
    """The address of a full Debian archive: ``DEBIAN_MIRROR``, or from the machine's sources.

    Security and snapshot archives do not carry the unstable suite, other vendors' archives end
    in another path, so the address must end in ``/debian``.
    """
    chosen = os.environ.get('DEBIAN_MIRROR')
    if chosen:
        return chosen.rstrip('/')
    for uri, _suite in machine_entries() if entries is None else entries:
        if re.search(r'/debian/?$', uri):
            return uri.rstrip('/')
    raise SetupError(
        'No Debian mirror found in the apt sources of this machine. Set DEBIAN_MIRROR to the '
        'address of one, or ODOO_HOME to a source checkout of Odoo 19.')
