"""XML trees <-> bytes, with every door of XML shut: no entities, no DTD, no network.

A tree is a tuple of (name, value) pairs; a value is text or again such a tuple.
"""

import re

from lxml import etree

from odoo.addons.smart_billing.core.errors import DomainError

from .profile import CODECS

Tree = tuple[tuple[str, 'str | Tree'], ...]

MAX_BYTES = 1_000_000  # no message of a payment is longer
MAX_DEPTH = 8
_NAME = re.compile(r'[A-Za-z_][A-Za-z0-9_.-]{0,63}')
_DECLARATION = re.compile(rb'^\s*<\?xml[^>]*?encoding=["\']([A-Za-z0-9._-]+)["\']')
# What XML 1.0 does not allow in text.
_CONTROL = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]')


class XmlError(DomainError):
    """A message cannot be read or written; nothing of its content is told."""


def write(root: str, attributes: dict[str, str], tree: Tree, charset: str) -> bytes:
    """Return the document; text that the charset cannot carry is refused with its field."""
    element = etree.Element(root, attributes)
    _append(element, tree, charset)
    return etree.tostring(element, xml_declaration=True, encoding=CODECS[charset]).replace(
        CODECS[charset].encode(), charset.encode(), 1)


def _append(parent: etree._Element, tree: Tree, charset: str) -> None:
    for name, value in tree:
        if not _NAME.fullmatch(name):
            raise XmlError('element_name', field=name)
        child = etree.SubElement(parent, name)
        if isinstance(value, tuple):
            _append(child, value, charset)
        else:
            child.text = check_text(name, value, charset)


def check_text(name: str, value: str, charset: str) -> str:
    """Return a text that the charset can carry, or refuse it."""
    if not isinstance(value, str) or _CONTROL.search(value):
        raise XmlError('element_text', field=name)
    try:
        value.encode(CODECS[charset])
    except UnicodeEncodeError as error:
        raise XmlError('element_charset', field=name, position=error.start + 1,
                       charset=charset) from None
    return value


def read(content: bytes, root: str, charset: str) -> tuple[dict[str, str], Tree]:
    """Return the attributes of the root and its tree, or refuse the document.

    :raise XmlError: `too_long`, `wrong_encoding`, `doctype`, `not_xml`, `wrong_root`, `too_deep`,
        `mixed_content`
    """
    if len(content) > MAX_BYTES:
        raise XmlError('too_long', length=len(content), maximum=MAX_BYTES)
    if b'<!' in content:
        # A DTD, an entity, a comment or CDATA: no message of a payment has any of them.
        raise XmlError('doctype')
    _check_encoding(content, charset)
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, dtd_validation=False,
        huge_tree=False, remove_pis=True)
    try:
        # The declaration was checked; the text goes to the parser in one known encoding.
        text = content.decode(CODECS[charset])
        element = etree.fromstring(_without_declaration(text).encode(), parser)
    except (UnicodeDecodeError, etree.XMLSyntaxError):
        raise XmlError('not_xml') from None
    if element.tag != root:
        raise XmlError('wrong_root', expected=root)
    return dict(element.attrib), _tree(element, 1)


def _check_encoding(content: bytes, charset: str) -> None:
    declared = _DECLARATION.match(content)
    name = declared[1].decode() if declared else 'UTF-8'
    if name.lower() not in (charset.lower(), CODECS[charset]):
        raise XmlError('wrong_encoding', found=name, expected=charset)


def _without_declaration(text: str) -> str:
    return re.sub(r'^\s*<\?xml[^>]*\?>', '', text, count=1)


def _tree(element: etree._Element, depth: int) -> Tree:
    if depth > MAX_DEPTH:
        raise XmlError('too_deep', maximum=MAX_DEPTH)
    pairs = []
    for child in element:
        if len(child):
            if (child.text or '').strip():
                raise XmlError('mixed_content', field=child.tag)
            pairs.append((child.tag, _tree(child, depth + 1)))
        else:
            pairs.append((child.tag, child.text or ''))
    return tuple(pairs)
