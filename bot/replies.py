"""Gathers what one turn says and wants done, instead of sending it: Rasa's output channel for turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rasa.core.channels.channel import OutputChannel


@dataclass(frozen=True, slots=True)
class Reply:
    """One message as the dialogue left it; `buttons` are (title, payload) pairs."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    attachment: str | None = None


@dataclass(slots=True)
class Gathered:
    """What the turn said, and the effects it asked for, in order."""

    replies: list[Reply] = field(default_factory=list)
    effects: list[Mapping[str, Any]] = field(default_factory=list)


class Collector(OutputChannel):
    """An `OutputChannel` that sends nothing."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self.gathered = Gathered()

    def name(self) -> str:
        """The citizen's channel: it chooses among a response's variants."""
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep one message of the dialogue."""
        effect = (message.get("custom") or {}).get("effect")
        if effect:
            self.gathered.effects.append(effect)
        if message.get("text"):
            buttons = tuple((b["title"], b.get("payload") or b["title"]) for b in message.get("buttons") or ())
            attachment = message.get("image") or message.get("attachment")
            self.gathered.replies.append(Reply(message["text"], buttons, attachment))
