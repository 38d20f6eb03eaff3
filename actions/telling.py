"""Says something of our own accord: one message to a conversation, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.messages import Choice, Outbound
from bot.phrases import Phrases
from store import conversations, outbox

#: A response and its values.
Said = tuple[str, Mapping[str, str]]


class Teller:
    """Words messages and puts them into the outbox."""

    def __init__(self, phrases: Phrases, new_id: Callable[[], str]) -> None:
        self._phrases = phrases
        self._new_id = new_id

    def tell(
        self,
        conn: Connection,
        conversation_id: str,
        said: Sequence[Said],
        *,
        language: str,
        now: datetime,
        choices: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Queue one message of several sentences; `choices` are (title, payload) pairs."""
        to = conversations.get(conn, conversation_id)
        text = "\n".join(self._phrases.say(response, language, to.channel, **values) for response, values in said)
        message = Outbound(
            id=self._new_id(),
            channel=to.channel,
            address=to.address,
            text=text,
            choices=tuple(Choice(id=self._choice_id(), title=title, payload=payload) for title, payload in choices),
            language=language,
        )
        outbox.add(conn, to.id, message, inbox_id=None, now=now)

    def _choice_id(self) -> str:
        return self._new_id().replace("-", "")[:12]
