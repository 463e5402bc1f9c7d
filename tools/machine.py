"""Packages of the machine itself: installed by apt when we are root, asked for when we are not."""

import os
import shutil
import subprocess

from . import paths
from .steps import SetupError, is_root, locked, run_logged, say

# What is needed, how its presence is seen, and the Debian package that brings it.
COMMANDS = {
    'chromium': (('chromium', 'chromium-browser', 'google-chrome'), 'chromium'),
    'wkhtmltopdf': (('wkhtmltopdf',), 'wkhtmltopdf'),
    'pdftoppm': (('pdftoppm',), 'poppler-utils'),
}
FONT_PACKAGE = 'fonts-noto-cjk'
# Payment slips carry their font in the file, which takes one with TrueType outlines.
SLIP_FONT, SLIP_FONT_PACKAGE = 'ipaexg.ttf', 'fonts-ipaexfont-gothic'
# Debian 13 no longer carries it: there the user brings it, or goes without printed reports.
OPTIONAL = ('wkhtmltopdf',)


def missing_packages():
    """Debian packages for browser, PDF and Japanese glyphs that this machine lacks."""
    missing = [package for names, package in COMMANDS.values()
               if not any(shutil.which(name) for name in names)]
    if not has_japanese_font():
        missing.append(FONT_PACKAGE)
    if not has_slip_font():
        missing.append(SLIP_FONT_PACKAGE)
    return missing


def has_japanese_font():
    return bool(_fonts(':lang=ja', 'family').strip())


def has_slip_font():
    return f'/{SLIP_FONT}:' in _fonts(':', 'file')


def _fonts(pattern, element):
    if not shutil.which('fc-list'):
        return ''
    return subprocess.run(['fc-list', pattern, element], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False).stdout


def ensure():
    """Install what is missing, as root; otherwise say what to install."""
    missing = missing_packages()
    if not missing:
        return
    if is_root() and shutil.which('apt-get'):
        with locked(paths.cache_dir() / 'machine.lock', 'packages of the machine'):
            missing = missing_packages()
            install([name for name in missing if name not in OPTIONAL or _is_known(name)])
            missing = missing_packages()
    if [name for name in missing if name not in OPTIONAL]:
        raise SetupError(
            'The browser tests, PDF output and Japanese glyphs need packages that are not on this '
            f'machine. Install them with:  sudo apt-get install {" ".join(missing)}')
    for name in missing:
        say(f'  without {name}: install it to print invoices as PDF')


def _is_known(package):
    """Whether the archives of this machine carry a package."""
    def shown():
        return subprocess.call(['apt-cache', 'show', package], stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    if not shown():
        update()
    return shown()


def update():
    run_logged('read the package lists of the machine', ['apt-get', 'update'], 'machine')


def install(packages):
    if not packages:
        return
    update()
    env = dict(os.environ, DEBIAN_FRONTEND='noninteractive')
    command = ['apt-get', '-y', '-o', 'DPkg::Lock::Timeout=300', '--no-install-recommends']
    run_logged(f'install {" ".join(packages)}', [*command, 'install', *packages], 'machine',
               env=env)
