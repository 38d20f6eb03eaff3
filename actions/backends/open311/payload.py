"""What a server answered, as plain values: JSON or XML, whatever it calls it and however carelessly it was written."""

from __future__ import annotations

import codecs
import html
import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

from bot.errors import BackendUnavailable

#: Deeper than any answer of Open311 or HSDS; what is deeper is meant to hurt.
DEEPEST = 20
#: Characters of one text that are read.
LONGEST_TEXT = 10_000
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,100}encoding=["']([\w.-]+)""")
#: Control characters, halves of surrogate pairs: no text has them, and XML and databases refuse them.
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
REFERENCE = re.compile(r"&#(?:x[0-9a-fA-F]{1,6}|[0-9]{1,7});")
BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)")
#: A JSON text, which stays as it is, or a number with leading zeros, which JSON does not allow: codes are written so.
LEADING_ZEROS = re.compile(r'"(?:[^"\\]|\\.)*"|(?<![\w.+-])0\d+(?![\w.])', re.S)
INLINE = "a|abbr|b|em|font|i|s|small|span|strong|sub|sup|u"
MARKUP = re.compile(
    r"<(?:script|style|head)\b.*?(?:</(?:script|style|head)\s*>|\Z)|<!--.*?(?:-->|\Z)|<![^<>]*>|"
    rf"(?P<inline></?(?:{INLINE})(?:\s[^<>]*)?>)|</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>",
    re.I | re.S,
)
#: How the standard, and programs, say that a text is missing; an identifier may be missing in more ways.
NO_TEXT = frozenset(("may not be returned", "null", "nil"))
NO_IDENTIFIER = NO_TEXT | {"none", "undefined"}

# Numbers stay as they were written: "007" and "1.10" are codes.
_json = json.JSONDecoder(strict=False, parse_int=str, parse_float=str, parse_constant=lambda _: None)


def read_payload(content: bytes, charset: str | None = None) -> Any:
    """Return dicts, lists, texts, booleans and None; numbers as texts; XML elements as dicts, repeated ones as lists.

    `charset` is what the content type declared. An empty answer is None.
    Raises BackendUnavailable when it is neither JSON nor XML.
    """
    text = decode(content, charset).strip()
    try:
        tree = (_from_xml(text) if text.startswith("<") else _from_json(text)) if text else None
        _check_depth(tree)
    except (ValueError, ParseError, RecursionError):
        raise BackendUnavailable(
            "The answer is neither JSON nor XML; look whether the address is that of the town's interface."
        ) from None
    return tree


def decode(content: bytes, charset: str | None = None) -> str:
    """Return the text: UTF-8 if it can be, whatever was declared; else as declared; else as Windows writes it."""
    for mark, name in BOMS:
        if content.startswith(mark):
            return content.decode(name, "replace")
    in_xml = DECLARED.match(content)
    for declared in ("utf-8", charset or "", in_xml[1].decode() if in_xml else ""):
        try:
            if declared:
                return content.decode(declared)
        except (ValueError, LookupError):
            continue
    return content.decode("cp1252", "replace")


def _from_json(text: str) -> Any:
    try:
        return _json.decode(text)
    except json.JSONDecodeError:
        return _json.decode(LEADING_ZEROS.sub(lambda found: found[0] if found[0][0] == '"' else f'"{found[0]}"', text))


def _from_xml(text: str) -> Any:
    text = FORBIDDEN.sub("", text)
    try:
        root = fromstring(text)
    except ParseError:
        root = fromstring(BARE_AMPERSAND.sub("&amp;", REFERENCE.sub(_possible, text)))
    name = _name(root)
    if name.lower() == "html":
        raise ValueError("a page for people")
    return {name: _value(root)}


def _possible(reference: re.Match[str]) -> str:
    """Return a character reference as it is, or nothing in place of one to no character."""
    return reference[0] if html.unescape(reference[0]) not in ("", "\ufffd") else ""


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _value(element: Element) -> Any:
    children = list(element)
    # Words between the children: this is a text with markup in it that somebody forgot to escape.
    mixed = any((words or "").strip() for words in (element.text, *(child.tail for child in children)))
    if mixed or not children:
        return "".join(element.itertext()).strip() or None
    fields: dict[str, Any] = {}
    for child in children:
        name, value = _name(child), _value(child)
        if name not in fields:
            fields[name] = value
        elif isinstance(fields[name], list):
            fields[name].append(value)
        else:
            fields[name] = [fields[name], value]
    return fields


def _check_depth(tree: Any, left: int = DEEPEST) -> None:
    """Raise ValueError when a tree is too deep for those who walk it."""
    if isinstance(tree, dict | list):
        if not left:
            raise ValueError("too deep")
        for value in tree.values() if isinstance(tree, dict) else tree:
            _check_depth(value, left - 1)


def records(tree: Any, *names: str) -> list[dict[str, Any]]:
    """Return the objects in an answer: a list of them or just one; bare, or wrapped under any of `names`."""
    if isinstance(tree, list):
        return [record for entry in tree for record in records(entry, *names)]
    if not isinstance(tree, dict):
        return []
    for name in names:
        if isinstance(tree.get(name), dict | list):
            return records(tree[name], *names)
    if len(tree) == 1:
        [(name, value)] = tree.items()
        if isinstance(value, dict | list):
            return records(value, *names)  # under a name that nobody knows, but alone: a wrapper all the same
        if name in names and not value:
            return []  # <services/>
    return [tree]


def strings(tree: Any) -> Iterator[str]:
    """Yield every text in an answer, at whatever depth."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict | list):
        for value in tree.values() if isinstance(tree, dict) else tree:
            yield from strings(value)


def plain(value: Any) -> str:
    """Return a text as people read it: one line, no markup, no entities; "" for what is no text or says nothing."""
    if not isinstance(value, str):
        return ""
    # Markup is often escaped once more than needed.
    text = _without_markup(html.unescape(_without_markup(value[:LONGEST_TEXT])))
    text = " ".join(FORBIDDEN.sub(" ", text).split())
    return "" if text.lower() in NO_TEXT else text


def _without_markup(text: str) -> str:
    """Return `text` without tags, comments and scripts; "a < b" and "<3" are none."""
    return MARKUP.sub(lambda found: "" if found["inline"] else " ", text)


def exact(value: Any) -> str:
    """Return a text as the server must get it back, or "" for what is no text."""
    return FORBIDDEN.sub("", value).strip() if isinstance(value, str) else ""


def identifier(value: Any, longest: int = 255) -> str:
    """Return a code, number or token; "" for what is none: an object, nothing, or too long to be kept."""
    text = exact(value)
    return "" if len(text) > longest or text.lower() in NO_IDENTIFIER else text


def truth(value: Any, *, default: bool) -> bool:
    """Return a boolean that may be written as text or number."""
    if isinstance(value, bool):
        return value
    said = value.strip().lower() if isinstance(value, str) else ""
    return default if not said else said in ("true", "1", "1.0", "yes", "y", "t", "on")
