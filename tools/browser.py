"""A headless Chromium, driven over its DevTools protocol: enough to walk a page and photograph it.

Needs the project's interpreter (websocket-client).
"""

import base64
import contextlib
import json
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket

from . import machine
from .steps import SetupError

PATIENCE = 30


class Browser:
    """One tab. Methods wait until what they name is there, and say what was not."""

    def __init__(self, width=1440, height=1000, scale=1):
        self.size = {'width': width, 'height': height, 'deviceScaleFactor': scale, 'mobile': False}
        self.profile = None
        self.process = None
        self.socket = None
        self.last_id = 0

    # --- life ---

    def __enter__(self):
        self.profile = tempfile.mkdtemp(prefix='chromium-')
        names, _package = machine.COMMANDS['chromium']
        program = next(filter(None, map(shutil.which, names)), None)
        if not program:
            raise SetupError('Chromium is missing on this machine.')
        self.process = subprocess.Popen(
            [program, '--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars',
             '--no-first-run', '--remote-debugging-port=0', '--remote-allow-origins=*',
             f'--user-data-dir={self.profile}', 'about:blank'],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True)
        try:
            self._connect()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc_info):
        if self.socket:
            self.socket.close()
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def _connect(self):
        port_file = Path(self.profile) / 'DevToolsActivePort'
        port = self.until(
            lambda: port_file.is_file() and port_file.read_text().splitlines()[0],
            'the browser to start')
        with urllib.request.urlopen(f'http://127.0.0.1:{port}/json/list', timeout=10) as answer:
            tabs = json.load(answer)
        address = next(tab['webSocketDebuggerUrl'] for tab in tabs if tab['type'] == 'page')
        self.socket = websocket.create_connection(address, timeout=PATIENCE)
        self.call('Page.enable')
        self.call('Emulation.setDeviceMetricsOverride', **self.size)

    # --- protocol ---

    def call(self, method, **params):
        """One command; events that arrive meanwhile are of no interest."""
        self.last_id += 1
        self.socket.send(json.dumps({'id': self.last_id, 'method': method, 'params': params}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get('id') == self.last_id:
                if 'error' in message:
                    raise SetupError(f'{method}: {message["error"]["message"]}')
                return message['result']

    def evaluate(self, expression):
        """The value of a JavaScript expression in the page."""
        result = self.call('Runtime.evaluate', expression=expression, returnByValue=True,
                           awaitPromise=True)
        if 'exceptionDetails' in result:
            raise SetupError(f'{expression}: {result["exceptionDetails"]["text"]}')
        return result['result'].get('value')

    @staticmethod
    def until(look, what, patience=PATIENCE):
        """Ask `look` again and again until it answers; the answer."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            value = look()
            if value:
                return value
            time.sleep(0.1)
        raise SetupError(f'Waited {patience} s in vain for {what}.')

    # --- pages ---

    def set_cookie(self, url, name, value):
        self.call('Network.setCookie', url=url, name=name, value=value)

    def open(self, url, ready):
        """Go to `url` and wait for the CSS selector `ready`."""
        self.call('Page.navigate', url=url)
        self.wait(ready)

    def wait(self, selector, patience=PATIENCE):
        test = f'Boolean(document.querySelector({json.dumps(selector)}))'
        self.until(lambda: self.evaluate(test), f'{selector} on {self.address()}', patience)

    def address(self):
        return self.evaluate('location.href')

    def click(self, selector):
        self.wait(selector)
        self.evaluate(f'document.querySelector({json.dumps(selector)}).click()')

    def click_text(self, selector, text):
        """Click the first element of the selector in which a person reads `text`."""
        found = (f'[...document.querySelectorAll({json.dumps(selector)})]'
                 f'.find((element) => element.innerText.includes({json.dumps(text)}))')
        self.until(lambda: self.evaluate(f'Boolean({found})'), f'{text} in {selector}')
        self.evaluate(f'{found}.click()')

    def write(self, selector, text):
        """Type `text` into an input, as the keyboard does."""
        self.wait(selector)
        self.evaluate(
            f'{{ const input = document.querySelector({json.dumps(selector)}); '
            'input.focus(); input.select && input.select(); }')
        self.call('Input.insertText', text=text)

    def press(self, key):
        """One key, by its name: Enter, Tab, Escape."""
        code = {'Enter': 13, 'Tab': 9, 'Escape': 27}[key]
        for kind in ('rawKeyDown', 'keyUp'):
            self.call('Input.dispatchKeyEvent', type=kind, key=key, code=key,
                      windowsVirtualKeyCode=code)

    def text(self, selector):
        """What a person reads in the first element that the selector finds."""
        self.wait(selector)
        return self.evaluate(f'document.querySelector({json.dumps(selector)}).innerText')

    def settle(self):
        """Wait until the page has no request under way and its pictures and fonts are there."""
        self.evaluate('document.fonts.ready.then(() => true)')
        self.until(lambda: self.evaluate(
            "!document.querySelector('.o_loading_indicator') && "
            '[...document.images].every((image) => image.complete)'), 'the page to settle')
        time.sleep(0.5)

    def photograph(self, path, whole=False):
        """PNG of the window; `whole` makes the window as high as the form's content."""
        self.settle()
        if whole:
            self._grow()
        picture = self.call('Page.captureScreenshot', format='png')
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(base64.b64decode(picture['data']))
        self.call('Emulation.setDeviceMetricsOverride', **self.size)

    def _grow(self):
        missing = self.evaluate(
            "Math.max(0, ...[...document.querySelectorAll('.o_content, .o_form_renderer, "
            ".o_form_sheet_bg')].map((el) => el.scrollHeight - el.clientHeight))")
        if missing:
            self.call('Emulation.setDeviceMetricsOverride',
                      **{**self.size, 'height': self.size['height'] + int(missing)})
            time.sleep(0.5)
