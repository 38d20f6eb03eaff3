"""How a message looks in Telegram: plain text, with a list of what in it is bold, italic or a link."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest
from operator import attrgetter

from telegram import MessageEntity
from telegram.constants import MessageLimit

from channels.markdown import Span, plain, spans
from channels.text import legible, split

#: Links come first: when there is more than Telegram takes, it is emphasis that goes.
LOOKS = {
    MessageEntity.TEXT_LINK: attrgetter("link"),
    MessageEntity.BOLD: attrgetter("bold"),
    MessageEntity.ITALIC: attrgetter("italic"),
}
MOST_ENTITIES = int(MessageLimit.MESSAGE_ENTITIES)
#: Stands for a blank that no cut may replace; for private use, so no text has it.
GLUE = "\ue000"


@dataclass(frozen=True, slots=True)
class Part:
    """One message as the Bot API takes it; no sign in its text means anything."""

    text: str
    entities: tuple[MessageEntity, ...] = ()


def rendered(text: str) -> list[Part]:
    """Return the messages that `text` becomes: one, unless it is longer than Telegram takes."""
    shown = list(_with_numbers(spans(text)))
    flat = "".join(span.text for span in shown)
    final = legible(flat)
    owners = _owners(flat, final, shown)
    glued = "".join(GLUE if sign == " " and _looks(owner) else sign for sign, owner in zip(final, owners, strict=True))
    parts, end = [], 0
    for piece in split(glued, _limit(final)):
        start = glued.index(piece, end)
        end = start + len(piece)
        entities = list(_entities(owners[start:end]))
        if sum(entity.type == MessageEntity.TEXT_LINK for entity in entities) > MOST_ENTITIES:
            return [Part(cut) for cut in split(legible(plain(text)), _limit(plain(text)))]
        parts.append(_part(final[start:end], entities[:MOST_ENTITIES]))
    return parts


def _part(text: str, entities: Sequence[MessageEntity]) -> Part:
    # Telegram counts in UTF-16: an emoji is two.
    return Part(text, tuple(MessageEntity.adjust_message_entities_to_utf_16(text, entities)))


def _looks(span: Span) -> bool:
    return bool(span.bold or span.italic or span.link)


def _limit(text: str) -> int:
    """Return how many characters fit, whichever of them are in a part."""
    most = int(MessageLimit.MAX_TEXT_LENGTH)
    return max(most - sum(sign > "\uffff" for sign in text), most // 2)


def _with_numbers(all_spans: Sequence[Span]) -> Iterator[Span]:
    """Write out numbers and mail addresses: as links Telegram refuses them, as text it makes them touchable."""
    for span, after in zip_longest(all_spans, all_spans[1:]):
        scheme, _, target = (span.link or "").partition(":")
        if scheme.lower() not in ("tel", "mailto"):
            yield span
            continue
        ends = after is None or after.link != span.link
        label = f"{span.text}: {target}" if ends and target not in span.text else span.text
        yield replace(span, text=label, link=None)


def _owners(flat: str, final: str, shown: Sequence[Span]) -> list[Span]:
    """Return the span of each character; a mark that was put in for legibility belongs to what follows it."""
    before = [(sign, span) for span in shown for sign in span.text]
    owners, at = [], 0
    for sign in final:
        owners.append(before[at][1])
        at += sign == flat[at]
    return owners


def _entities(owners: Sequence[Span]) -> Iterator[MessageEntity]:
    for kind, look in LOOKS.items():
        at = 0
        for value, run in groupby(owners, key=look):
            length = sum(1 for _ in run)
            if value:
                yield MessageEntity(kind, at, length, url=value if kind == MessageEntity.TEXT_LINK else None)
            at += length
