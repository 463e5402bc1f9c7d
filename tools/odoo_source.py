"""Odoo 19 Community, unpacked into the per-user cache from Debian's packages; no root needed.

Nothing is installed on the machine: apt runs with a state of its own, and the packages are
unpacked under a prefix. ``ODOO_HOME`` names a source checkout to use instead.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import paths
from .apt_sources import KEYRING, debian_mirror
from .steps import SetupError, is_root, locked, run_logged, say

SERIES = '19.0'
# Debian links parts of Odoo's web assets to packages of their own. The icons come from bookworm:
# the newer package lacks the file names that the links point at.
UNSTABLE_PACKAGES = (
    'odoo-19', 'libjs-jquery', 'libjs-jquery-form', 'libjs-underscore', 'fonts-roboto-unhinted',
    'fonts-montserrat', 'fonts-inconsolata', 'fonts-ocr-b')
BOOKWORM_PACKAGES = ('fonts-font-awesome',)
# Stripped by Debian; its absence is logged as a browser error, which fails every browser tour.
MISSING_FILE = Path('odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js')
UNPACK = 'target=$1; shift; for deb; do dpkg -x "$deb" "$target" || exit 1; done'
SITE = Path('usr/lib/python3/dist-packages')


class OdooSource:
    """Where Odoo's source is, and how it is started."""

    def __init__(self, script, python_path):
        self.script = Path(script)
        self.python_path = Path(python_path)

    @property
    def release(self):
        """The release line of this source, e.g. ``19.0``."""
        path = self.python_path / 'odoo' / 'release.py'
        for line in path.read_text(encoding='utf-8').splitlines() if path.is_file() else ():
            if line.startswith('version_info'):
                major, minor = line.split('(')[1].split(',')[:2]
                return f'{major.strip()}.{minor.strip()}'
        raise SetupError(f'{self.python_path} holds no Odoo release information')


def user_source():
    """The source checkout named by ``ODOO_HOME``, or None."""
    home = os.environ.get('ODOO_HOME')
    if not home:
        return None
    home = Path(home).expanduser().resolve()
    for script in (home / 'odoo-bin', home / 'setup' / 'odoo'):
        if script.is_file():
            return OdooSource(script, home)
    raise SetupError(f'ODOO_HOME={home} is no source checkout of Odoo: odoo-bin is not there.')


def cached_source():
    prefix = paths.cache_dir() / 'odoo' / SERIES
    return OdooSource(prefix / 'usr/bin/odoo', prefix / SITE)


def ensure():
    """Return Odoo's source, downloading and unpacking it on the first call."""
    source = user_source()
    if source:
        if source.release != SERIES:
            raise SetupError(f'ODOO_HOME holds Odoo {source.release}; {SERIES} is needed.')
        return source
    prefix = paths.cache_dir() / 'odoo' / SERIES
    if not prefix.is_dir():
        with locked(paths.cache_dir() / 'odoo.lock', 'Odoo'):
            if not prefix.is_dir():
                _fetch(prefix)
    return cached_source()


def _fetch(prefix):
    say(f'* Odoo {SERIES} is fetched once into {prefix} (some 130 MB, 1.2 GB unpacked)')
    packages = _download()
    prefix.parent.mkdir(parents=True, exist_ok=True)
    target = Path(tempfile.mkdtemp(prefix='unpack-', dir=prefix.parent))
    try:
        run_logged('unpack Odoo', ['sh', '-c', UNPACK, 'unpack', target, *packages],
                   'odoo-source')
        stub = target / SITE / MISSING_FILE
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.touch()
        _relink(target)
        target.chmod(0o755)
        target.rename(prefix)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    shutil.rmtree(_apt_dir(), ignore_errors=True)


def _relink(target):
    """Turn absolute links between the unpacked packages into links inside the prefix."""
    for folder, folders, files in os.walk(target):
        for name in folders + files:
            path = Path(folder) / name
            if not path.is_symlink():
                continue
            goal = os.readlink(path)
            inside = target / goal.lstrip('/')
            if goal.startswith('/') and inside.exists():
                path.unlink()
                path.symlink_to(os.path.relpath(inside, path.parent))


def _apt_dir():
    return paths.cache_dir() / 'apt'


def _apt_options(root):
    options = {
        'Dir::State': root / 'state', 'Dir::State::Lists': root / 'lists',
        'Dir::State::Status': root / 'status', 'Dir::Cache': root / 'cache',
        'Dir::Etc::SourceList': root / 'sources.list', 'Dir::Etc::SourceParts': '/dev/null',
        'Dir::Etc::Preferences': '/dev/null', 'Dir::Etc::PreferencesParts': '/dev/null',
        'Acquire::Languages': 'none', 'Debug::NoLocking': 'true',
    }
    if is_root():
        # The unprivileged download user of apt cannot write into root's cache.
        options['APT::Sandbox::User'] = 'root'
    return [part for name, value in options.items() for part in ('-o', f'{name}={value}')]


def _download():
    """Download the packages with an apt state of our own; return their files."""
    if not shutil.which('apt-get') or not shutil.which('dpkg'):
        raise SetupError('apt-get and dpkg are needed to fetch Odoo; or set ODOO_HOME.')
    if not KEYRING.is_file():
        raise SetupError(
            f'{KEYRING} is missing: install the package debian-archive-keyring, or set ODOO_HOME.')
    root = _apt_dir()
    for folder in ('state', 'lists/partial', 'cache/archives/partial', 'deb'):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / 'status').touch()
    mirror = debian_mirror()
    (root / 'sources.list').write_text(''.join(
        f'deb [signed-by={KEYRING}] {mirror} {suite} main\n' for suite in ('sid', 'bookworm')))
    options = _apt_options(root)
    run_logged('read the package lists', ['apt-get', *options, 'update'], 'odoo-source')
    wanted = [f'{name}/sid' for name in UNSTABLE_PACKAGES]
    wanted += [f'{name}/bookworm' for name in BOOKWORM_PACKAGES]
    run_logged('download Odoo', ['apt-get', *options, 'download', *wanted], 'odoo-source',
               cwd=root / 'deb')
    return _files_of(options, wanted, root / 'deb')


def _files_of(options, wanted, folder):
    """The downloaded file of each wanted package, by the name apt gives it."""
    output = subprocess.run(
        ['apt-get', *options, 'download', '--print-uris', *wanted], check=True,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=folder).stdout
    names = [line.split()[1] for line in output.splitlines() if line.startswith("'")]
    files = [folder / name for name in names] or sorted(folder.glob('*.deb'))
    missing = [path.name for path in files if not path.is_file()]
    if missing or len(files) < len(wanted):
        raise SetupError(f'These packages were not downloaded: {missing or wanted}')
    return files
