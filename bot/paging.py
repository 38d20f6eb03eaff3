"""Long answers by SMS come in pages: the first part, and "More" for who wants the rest, since each segment costs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bot.messages import Choice, Outbound
from bot.segments import economical, is_gsm, segments

#: Payload of the choice that asks for the next page.
MORE = "/more"
PAGED = "sms"
#: Segments of a page: as many words whichever alphabet they need, since a letter such as ó costs the cheap one.
MOST_SEGMENTS, MOST_WIDE_SEGMENTS = 3, 6

_LINK = re.compile(r"https?://[^\s)\]]*[^\s)\].,;]")
#: Looks of Markdown that a cut would break.
_WHOLE = re.compile(r"\[[^\]\n]*\]\([^\s)]*\)|\*\*[^*\n]+\*\*")
_LINE_END = re.compile(r"\n+")
#: Not after "1. ", nor within "8 a.m. to 5 p.m.".
_SENTENCE_END = re.compile(r"(?<=[^\d\s][.!?؟…]) +(?=[^\sa-z])")
_WORD_END = re.compile(r"\s+")
#: Numbers, each of which gets a mark in an Arabic text, so that it is read the right way round.
_NUMBER = re.compile(r"(?<![^\s(«\"،])\+?\d")


def page(outbound: Outbound, more_title: str, new_id: Callable[[], str]) -> Outbound:
    """Return the message, or its first part with "More", where all of it would cost too much; urgent ones stay whole.

    A text that has no place to be cut, or whose choices are what is long, stays whole too, and so does a question of
    the interview: what is to be confirmed must be read in one piece.
    """
    extra = [*outbound.attachments, *_titles(outbound.choices)]
    is_question = any(not choice.payload.startswith("/") for choice in outbound.choices)
    if outbound.channel != PAGED or outbound.urgent or is_question or _fits([outbound.text, *extra]):
        return outbound
    more = (Choice(id=new_id(), title=more_title, payload=MORE),)
    parts = _first_part(outbound.text.strip(), [*outbound.attachments, *_titles(more)])
    if parts is None:
        return outbound
    return replace(outbound, text=parts[0], choices=more, rest=parts[1], rest_choices=outbound.choices)


def next_page(standing: Outbound, id: str, more_title: str, new_id: Callable[[], str]) -> Outbound:
    """Return what follows a page; the last one offers what the whole message did."""
    rest = replace(
        standing, id=id, text=standing.rest, choices=standing.rest_choices, attachments=(), rest="", rest_choices=()
    )
    return page(rest, more_title, new_id)


def _titles(choices: Sequence[Choice]) -> list[str]:
    return [f"{number}. {choice.title}" for number, choice in enumerate(choices, start=1)]


def _fits(lines: Sequence[str]) -> bool:
    # Markdown's signs are counted, though a phone does not see them: the bill is never higher than this.
    text = economical("\n".join(lines))
    marks = 0 if is_gsm(text) else len(_NUMBER.findall(text))
    return segments(text + " " * marks).count <= (MOST_SEGMENTS if is_gsm(text) else MOST_WIDE_SEGMENTS)


def _first_part(text: str, extra: Sequence[str]) -> tuple[str, str] | None:
    """Return the longest part that fits with `extra`, and the rest; a link of the rest goes along if there is room."""
    links = [found[0] for found in _LINK.finditer(text)]
    link = links[-1] if links else ""
    line = next((line.strip() for line in reversed(text.splitlines()) if link and link in line), "")
    for ends in (_LINE_END, _SENTENCE_END, _WORD_END):
        for tail in dict.fromkeys((line, link, "")):
            for part, rest in _cuts(text, ends):
                tails = [tail] if tail and link not in part else []
                if _fits([part, *tails, *extra]):
                    return "\n".join([part, *tails]), _without(rest, tails)
    return None


def _cuts(text: str, ends: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Yield the text in two, the longest first part first, where neither is a mere scrap."""
    whole = [found.span() for found in _WHOLE.finditer(text)]
    least = _least(text)
    for end in reversed(list(ends.finditer(text))):
        at = end.start()
        if at >= least and not any(start < at < stop for start, stop in whole):
            yield text[:at].rstrip(), text[end.end() :].lstrip()


def _least(text: str) -> int:
    # Two of three segments: a tidier cut is not worth a page that says less.
    return min(len(text) // 2, 306 if is_gsm(economical(text)) else 268) // 2


def _without(rest: str, tails: Sequence[str]) -> str:
    """Return the rest without its line that the first part says already, unless that is all of it."""
    lines = [line for line in rest.splitlines() if line.strip() not in tails]
    return "\n".join(lines).strip() or rest
