"""Markdown, read once for all channels: what a text of ours says, and which words are strong, light or a link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from markdown_it import MarkdownIt

_SAFE = re.compile(r"https?://|tel:|mailto:", re.IGNORECASE)
_HEADING = re.compile(r"#{1,6}[ \t]+(?=\S)")
_BULLET = re.compile(r"([ \t]*)[-*][ \t]+(?=\S)")
#: A picture is shown as the link that it is.
_PICTURE = re.compile(r"(?<!\S)!(?=\[)")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
#: An address that stands alone; the one inside "[label](address)" is read with its label.
_ADDRESS = re.compile(r"(?<!\]\()https?://[^\s\]]*[^\s\]*_.,;]")
_SIGNS = re.compile(r"([\\*_\[\]])")
#: Schemes that a phone does without: it makes a bare number or address touchable.
_SCHEME = re.compile(r"(?:tel|mailto):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text that looks the same all through; line breaks stand in the text."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str | None = None


def _parser() -> MarkdownIt:
    # Everything is off but what we name: no HTML, no pictures, no code, no entities.
    parser = MarkdownIt("zero").enable(["emphasis", "escape", "link"])
    vars(parser)["validateLink"] = lambda url: _SAFE.match(url) is not None
    # A citizen sees the address as it was written, and any client encodes it itself.
    vars(parser)["normalizeLink"] = lambda url: url
    return parser


_PARSER = _parser()


def spans(text: str) -> tuple[Span, ...]:
    """Return what `text` shows; a text without Markdown is one span, as it was written."""
    tidy = _BLANK_LINES.sub("\n\n", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    pieces = (piece for number, line in enumerate(tidy.split("\n")) for piece in _line(line, is_first=number == 0))
    return tuple(_merged(pieces))


def _line(line: str, *, is_first: bool) -> Iterator[Span]:
    # Line by line, so that one sign left open cannot change the looks of a whole message.
    if not is_first:
        yield Span("\n")
    heading = _HEADING.match(line)
    if heading:
        yield from _inline(line[heading.end() :], is_bold=True)
    else:
        yield from _inline(_BULLET.sub(r"\1• ", line, count=1) if _BULLET.match(line) else line, is_bold=False)


def _inline(line: str, *, is_bold: bool) -> Iterator[Span]:
    line = _ADDRESS.sub(lambda found: _SIGNS.sub(r"\\\1", found[0]), _PICTURE.sub("", line))
    strong, light, link, said = int(is_bold), 0, None, False
    for token in _PARSER.parseInline(line)[0].children or ():
        if token.type == "link_open":
            link, said = str(token.attrs["href"]), False
        elif token.type == "link_close":
            if not said:
                yield Span(link or "", strong > 0, light > 0, link)
            link = None
        elif token.type in ("strong_open", "strong_close"):
            strong += token.nesting
        elif token.type in ("em_open", "em_close"):
            light += token.nesting
        elif token.content:
            said = True
            yield Span(token.content, strong > 0, light > 0, link)


def _merged(pieces: Iterator[Span]) -> Iterator[Span]:
    for (bold, italic, link), alike in groupby(pieces, key=lambda piece: (piece.bold, piece.italic, piece.link)):
        yield Span("".join(piece.text for piece in alike), bold, italic, link)


def plain(text: str) -> str:
    """Take Markdown's signs out; a link becomes its label and the whole address, which phones make touchable."""
    shown = []
    for link, alike in groupby(spans(text), key=lambda span: span.link):
        label = "".join(span.text for span in alike)
        shown.append(label if link is None else _with_address(label.strip(), _SCHEME.sub("", link, count=1)))
    return "".join(shown)


def _with_address(label: str, address: str) -> str:
    return address if label in ("", address) else f"{label}: {address}"
