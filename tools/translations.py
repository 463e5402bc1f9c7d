"""Keep the translation files of the addons: template from a fresh database, known words kept.

``python3 -m tools python -m tools.translations smart_billing`` installs the addon in a database of
its own, writes ``i18n/<addon>.pot``, brings ``i18n/ja.po`` up to it (texts that are gone leave,
new ones come in empty) and lists what is not translated yet; it ends with 1 when there is any.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

from . import databases, odoo, paths
from .steps import SetupError, say

LANGUAGES = ('ja',)
# A name of its own for each process: two may work at the same time.
DATABASE = f'smart_billing_translations_{os.getpid()}'

EXPORT = """
from odoo.tools.translate import trans_export
for addon in {addons!r}:
    with open('{folder}/' + addon + '.pot', 'wb') as stream:
        trans_export(None, [addon], stream, 'po', env)
"""


def export(addons, folder):
    """Odoo's own export of the texts of `addons`, as template files in `folder`."""
    databases.create(DATABASE, with_addons=False)
    try:
        for arguments, script in (
                (['-d', DATABASE, '-i', ','.join(addons), '--stop-after-init'], ''),
                (['shell', '-d', DATABASE], EXPORT.format(addons=addons, folder=folder))):
            result = subprocess.run(
                odoo.command(*arguments, '--no-http', '--log-level=error'), input=script,
                env=odoo.environment(), capture_output=True, text=True, check=False)
            if result.returncode or 'Traceback' in result.stderr:
                raise SetupError(f'Odoo refused:\n{result.stderr[-4000:]}')
    finally:
        databases.drop(DATABASE)


def header(language):
    """Metadata that does not change with the day, so that files change with texts alone."""
    metadata = {
        'Project-Id-Version': 'Odoo Server 19.0',
        'Report-Msgid-Bugs-To': '',
        'Last-Translator': '',
        'Language-Team': '',
        'MIME-Version': '1.0',
        'Content-Type': 'text/plain; charset=UTF-8',
        'Content-Transfer-Encoding': '8bit',
    }
    if language:
        metadata.update({'Language': language, 'Plural-Forms': 'nplurals=1; plural=0;'})
    return metadata


def merge(template, known, language):
    """The template's entries with the translations of `known`."""
    words = {entry.msgid: entry.msgstr for entry in known}
    merged = polib.POFile(wrapwidth=78)
    merged.metadata = header(language)
    for entry in template:
        merged.append(polib.POEntry(
            msgid=entry.msgid, msgstr=words.get(entry.msgid, ''), comment=entry.comment,
            occurrences=entry.occurrences))
    return merged


def update(addon, exported):
    """Write the addon's template and languages; return the texts without a translation."""
    template = polib.pofile(str(exported))
    if not template:
        return []
    folder = paths.ROOT / addon / 'i18n'
    folder.mkdir(exist_ok=True)
    merge(template, [], '').save(folder / f'{addon}.pot')
    missing = []
    for language in LANGUAGES:
        target = folder / f'{language}.po'
        known = polib.pofile(str(target)) if target.is_file() else []
        merged = merge(template, known, language)
        merged.save(target)
        missing += [f'{addon} {language}: {entry.msgid}' for entry in merged if not entry.msgstr]
    return missing


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('addons', nargs='+')
    addons = parser.parse_args(arguments).addons
    missing = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            export(addons, folder)
            for addon in addons:
                missing += update(addon, Path(folder) / f'{addon}.pot')
    except SetupError as error:
        say(str(error))
        return 1
    for line in missing:
        say(line)
    say(f'{len(missing)} texts are not translated.')
    return 1 if missing else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
