"""XML-RPC cannot carry None: every button, which is a method of the API too, answers something."""
import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for folder in ('models', 'wizards')
               for path in ROOT.glob(f'smart_billing*/{folder}/*.py'))
PUBLIC = ('action_', 'change_', 'add_event', 'create_contracts', 'create_one_offs')


def silent_methods(source):
    """Public methods that may end without a `return`."""
    return [node.name for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.FunctionDef) and node.name.startswith(PUBLIC)
            and not isinstance(node.body[-1], ast.Return)]


def test_there_are_files_to_look_at():
    assert len(FILES) > 20


@pytest.mark.parametrize('path', FILES, ids=lambda path: f'{path.parts[-3]}/{path.name}')
def test_public_methods_answer(path):
    assert silent_methods(path.read_text(encoding='utf-8')) == []


def test_a_silent_method_is_found():
    assert silent_methods('def action_a(self):\n    self.b()\n') == ['action_a']
