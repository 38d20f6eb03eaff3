"""Where messages and pictures come in, and receipts are noted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from bot.emergency import Emergencies
from bot.language import guess
from bot.messages import Inbound, Outbound, Receipt, Wish
from bot.phrases import Phrases
from bot.ports.ids import new_id, new_secret_id
from store import alerts, attachments, conversations, inbox, outbox, silence
from store.inbox import Accepted
from store.silence import OPTED_OUT, Silence

#: The error of a message that was one too many.
TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Limits:
    """How many messages of one citizen are answered."""

    a_minute: int
    a_day: int

    def periods(self) -> Mapping[timedelta, int]:
        return {timedelta(minutes=1): self.a_minute, timedelta(days=1): self.a_day}


class Desk:
    """Takes in what channels hand over; what needs no understanding is settled in the same breath."""

    def __init__(
        self,
        engine: Engine,
        emergencies: Emergencies,
        phrases: Phrases,
        clock: Callable[[], datetime],
        pictures_url: str,
        limits: Limits,
    ) -> None:
        self._engine = engine
        self._emergencies = emergencies
        self._phrases = phrases
        self._clock = clock
        self._pictures_url = pictures_url
        self._limits = limits

    async def accept(self, inbound: Inbound) -> None:
        """Commit the message; danger, a wish about writing at all, and floods are answered without the worker."""
        await asyncio.to_thread(self._accept, inbound)

    def _accept(self, inbound: Inbound) -> None:
        now = self._clock()
        shown, sources = self._shown(inbound.attachments)
        with self._engine.begin() as conn:
            accepted = inbox.accept(conn, replace(inbound, attachments=shown), now=now, new_id=new_id)
            if not accepted.is_new:
                return
            attachments.expect(conn, accepted.conversation_id, inbound.channel, sources, now=now)
            if emergency := self._emergencies.match(inbound.text):
                self._answer(conn, accepted, inbound, emergency.text(_language(inbound)), now, urgent=True)
                inbox.done(conn, accepted.id, now)
                if silence.of(conn, accepted.conversation_id) is Silence.PROVIDER:
                    # The provider lets no answer through: a person must know.
                    alerts.add(conn, "silenced_message", accepted.conversation_id, accepted.id, now=now)
            elif not self._granted(conn, accepted, inbound, now):
                self._restrain(conn, accepted, inbound, now)

    def _granted(self, conn: Connection, accepted: Accepted, inbound: Inbound, now: datetime) -> bool:
        """Do what a citizen wishes about being written to at all; False when it is an ordinary message."""
        wish, conversation_id = inbound.wish, accepted.conversation_id
        if wish is None or (wish is Wish.YES and silence.of(conn, conversation_id) is None):
            return False
        if wish in (Wish.STOP, Wish.QUIET):
            by = Silence.PROVIDER if wish is Wish.STOP else Silence.CITIZEN
            silence.begin(conn, conversation_id, by, now=now)
        elif wish in (Wish.START, Wish.YES):
            silence.end(conn, conversation_id)
        # The others the provider has confirmed itself.
        confirmation = {Wish.QUIET: "utter_quiet", Wish.YES: "utter_welcome_back"}.get(wish)
        if confirmation:
            self._say(conn, accepted, inbound, confirmation, now)
        inbox.done(conn, accepted.id, now)
        return True

    def _restrain(self, conn: Connection, accepted: Accepted, inbound: Inbound, now: datetime) -> None:
        """Leave to staff what cannot be answered, or is one message too many."""
        conversation_id = accepted.conversation_id
        if silence.of(conn, conversation_id) is Silence.PROVIDER:
            inbox.park(conn, accepted.id, error=OPTED_OUT, now=now)
            alerts.add(conn, "silenced_message", conversation_id, accepted.id, now=now)
            return
        above = [
            inbox.count_since(conn, conversation_id, now - period) - most
            for period, most in self._limits.periods().items()
        ]
        if max(above) <= 0:
            return
        inbox.park(conn, accepted.id, error=TOO_MANY, now=now)
        # Told once a day, not with every further message.
        if alerts.add(conn, "flood", conversation_id, f"{conversation_id}:{now:%Y-%m-%d}", now=now):
            self._say(conn, accepted, inbound, "utter_too_many", now)

    def _say(self, conn: Connection, accepted: Accepted, inbound: Inbound, name: str, now: datetime) -> None:
        text = self._phrases.say(name, _language(inbound), inbound.channel)
        self._answer(conn, accepted, inbound, text, now)

    def _answer(
        self,
        conn: Connection,
        accepted: Accepted,
        inbound: Inbound,
        text: str,
        now: datetime,
        *,
        urgent: bool = False,
    ) -> None:
        outbound = Outbound(
            id=new_id(),
            channel=inbound.channel,
            address=inbound.address,
            text=text,
            language=_language(inbound),
            urgent=urgent,
        )
        outbox.add(conn, accepted.conversation_id, outbound, inbox_id=accepted.id, now=now)

    def _shown(self, given: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str]]:
        """Return where each picture will be seen, and by their ids those that are yet to be fetched."""
        ids = {source: new_secret_id() for source in given if not source.startswith(f"{self._pictures_url}/")}
        shown = tuple(f"{self._pictures_url}/{ids[source]}" if source in ids else source for source in given)
        return shown, {id: source for source, id in ids.items()}

    async def keep_picture(self, channel: str, address: str, content_type: str, content: bytes) -> str:
        """Commit a picture that came straight to us; return where it is seen."""
        return await asyncio.to_thread(self._keep_picture, channel, address, content_type, content)

    def _keep_picture(self, channel: str, address: str, content_type: str, content: bytes) -> str:
        now, id = self._clock(), new_secret_id()
        with self._engine.begin() as conn:
            conversation_id = conversations.find_or_create(conn, channel, address, now=now, new_id=new_id)
            attachments.expect(conn, conversation_id, channel, {id: ""}, now=now)
            attachments.keep(conn, id, content_type=content_type, content=content)
        return f"{self._pictures_url}/{id}"

    async def note(self, receipt: Receipt) -> None:
        """Commit what a provider said about a message of ours."""
        await asyncio.to_thread(self._note, receipt)

    def _note(self, receipt: Receipt) -> None:
        with self._engine.begin() as conn:
            outbox.receipt(conn, receipt, self._clock())


def _language(inbound: Inbound) -> str:
    return guess(inbound.text, None) or (inbound.language or "en").partition("-")[0].lower()
