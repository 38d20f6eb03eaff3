"""A town in one process, for tests: the real store, model, turn and loops; only the network is left out."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rasa.core.actions.action import Action

import actions
from actions.backends.register import Register
from actions.intake.interview import Interview
from actions.intake.services import Catalogue
from actions.reference import new_reference
from actions.submitter import Submitter
from bot import app
from bot.executor import local_actions
from bot.loop import NAME, IntakeLoop
from bot.messages import Choice, Inbound
from bot.ports import new_id
from bot.processor import TurnProcessor
from bot.turn import Turn
from bot.worker import Worker
from store import inbox, outbox
from store.engine import migrate, open_engine, reading

ROOT = Path(__file__).parent.parent


@dataclass
class Town:
    """Say something as a citizen, read what comes back."""

    url: str
    model: Path
    own: dict[str, Action] = field(default_factory=dict)
    max_attempts: int = 3

    def __post_init__(self) -> None:
        migrate(self.url)
        self.engine = open_engine(self.url)
        self.phrases = app.phrases(ROOT)
        self.time = datetime(2026, 11, 23, 12, tzinfo=UTC)
        self.backend = Register(self.engine, self.clock)
        loop = IntakeLoop(
            Interview(Catalogue.load(ROOT / "data" / "services")), self.phrases, self.clock, new_reference
        )
        own = {NAME: loop, **local_actions(actions.build(self.engine, self.backend)), **self.own}
        self.processor = TurnProcessor(self.model, own)
        self.turn = Turn(self.engine, self.processor, self.phrases, self.clock)
        self.worker = Worker(
            self.engine, self.turn, self.phrases, name="test", clock=self.clock, max_attempts=self.max_attempts
        )
        self.submitter = Submitter(self.engine, self.backend, self.phrases, self.clock, new_id, self.max_attempts)
        self._ids = itertools.count()
        self._read: dict[str, int] = {}

    def clock(self) -> datetime:
        self.time += timedelta(milliseconds=1)
        return self.time

    def pass_time(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    def accept(self, text: str, *, sender: str = "+15550001", channel: str = "sms", choice: str | None = None) -> str:
        message = Inbound(
            channel=channel,
            provider_id=f"m{next(self._ids)}",
            address=sender,
            text=text,
            choice=choice,
            received_at=self.clock(),
        )
        with self.engine.begin() as conn:
            return inbox.accept(conn, message, now=self.clock(), new_id=new_id).id

    def read(self, sender: str = "+15550001", channel: str = "sms") -> list[str]:
        """Return what was said to the citizen since the last reading."""
        with reading(self.engine) as conn:
            new = outbox.since(conn, channel, sender, self._read.get(sender, 0))
        self._read[sender] = new[-1].seq if new else self._read.get(sender, 0)
        return [queued.outbound.text for queued in new]

    def choices(self, sender: str = "+15550001", channel: str = "sms") -> list[Choice]:
        """Return the choices of the last message that had any."""
        with reading(self.engine) as conn:
            return [c for queued in outbox.since(conn, channel, sender, 0)[-1:] for c in queued.outbound.choices]

    async def say(
        self, text: str, *, sender: str = "+15550001", channel: str = "sms", choice: str | None = None
    ) -> str:
        """Send one message, let the worker answer, and return all that came back."""
        self.accept(text, sender=sender, channel=channel, choice=choice)
        while await self.worker.run_once():
            pass
        return "\n".join(self.read(sender, channel))
