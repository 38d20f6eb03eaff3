"""A town in one process, for tests: the real store, model, turn and loops; only the network is left out."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rasa.core.actions.action import Action

import actions
from actions.backends.base import Backend
from actions.backends.directory.embedded import load_when_empty
from actions.backends.register import Register
from actions.intake.services import Catalogue
from actions.places import open_finder
from actions.reference import new_code, new_reference
from actions.reminder import Reminder
from actions.submitter import Submitter
from actions.titles import Titles
from actions.watcher import Watcher
from bot import app
from bot.executor import local_actions
from bot.loop import NAME, IntakeLoop
from bot.messages import Choice, Inbound
from bot.nlu.sentence_encoder import encode
from bot.phrases import Phrases
from bot.ports import new_id
from bot.processor import TurnProcessor
from bot.spotting import Spotter
from bot.tracker import TurnTrackerStore
from bot.turn import Turn
from bot.worker import Worker
from store import inbox, outbox
from store.engine import migrate, open_engine, reading

ROOT = Path(__file__).parent.parent
CITIZEN = "+15550001"
START = datetime(2026, 11, 23, 12, tzinfo=UTC)


# Loading and migrating take longer than most tests: each is done once a process.


@cache
def _loaded(model: Path) -> TurnProcessor:
    return TurnProcessor(model, {})


def _processor(model: Path, own: dict[str, Action], spot: Spotter) -> TurnProcessor:
    processor = copy(_loaded(model))
    processor._own_actions, processor._spot = own, spot
    processor.tracker_store = TurnTrackerStore(processor.domain)
    return processor


@cache
def _catalogue() -> Catalogue:
    return Catalogue.load(ROOT / "data" / "services")


@cache
def _phrases() -> Phrases:
    return app.phrases(ROOT)


@cache
def _titles() -> Titles:
    return Titles.load(ROOT / "data")


@cache
def _database() -> bytes:
    """Return a SQLite file with our tables and the demo town's directory."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/town.db"
        migrate(url)
        engine = open_engine(url)
        load_when_empty(engine, ROOT / "data" / "directory" / "demo.json", lambda: START)
        # The last connection to close writes everything into the one file.
        engine.dispose()
        return Path(folder, "town.db").read_bytes()


@dataclass
class Town:
    """Say something as a citizen, read what comes back."""

    url: str
    model: Path
    own: dict[str, Action] = field(default_factory=dict)
    max_attempts: int = 3
    #: Makes the place where reports go, given the clock; None is the embedded register.
    backend_of: Callable[[Callable[[], datetime]], Backend] | None = None
    #: What can be reported; None is what the demo town wrote.
    catalogue: Catalogue | None = None

    def __post_init__(self) -> None:
        file = Path(self.url.removeprefix("sqlite:///"))
        if not file.exists():
            file.write_bytes(_database())
        self.engine = open_engine(self.url)
        self.phrases = _phrases()
        self.time = START
        self.backend = self.backend_of(self.clock) if self.backend_of else Register(self.engine, self.clock)
        catalogue = self.catalogue or _catalogue()
        loop = IntakeLoop(
            lambda: catalogue, self.backend.near, self.phrases, self.clock, new_reference, new_code, encode
        )
        folder, zone = ROOT / "data" / "directory", ZoneInfo("America/Chicago")
        finder = open_finder(self.engine, self.phrases, self.clock, folder=folder, zone=zone, holidays=None)
        own = {NAME: loop, **local_actions(actions.build(self.engine, self.backend, finder)), **self.own}
        self.processor = _processor(self.model, own, Spotter(lambda: catalogue, encode))
        self.turn = Turn(self.engine, self.processor, self.phrases, self.clock)
        self.worker = Worker(
            self.engine, self.turn, self.phrases, name="test", clock=self.clock, max_attempts=self.max_attempts
        )
        self.submitter = Submitter(self.engine, self.backend, self.phrases, self.clock, new_id)
        self.watcher = Watcher(self.engine, self.backend, self.phrases, _titles(), self.clock, new_id)
        self.reminder = Reminder(self.engine, lambda: catalogue, self.phrases, self.clock, new_id, zone)
        self._ids = itertools.count()
        self._read: dict[str, int] = {}

    def clock(self) -> datetime:
        self.time += timedelta(milliseconds=1)
        return self.time

    def pass_time(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    def accept(
        self, text: str, *, sender: str = CITIZEN, channel: str = "sms", choice: str | None = None, **more: Any
    ) -> str:
        """Take a message in; `more` are other fields of `Inbound`: location, attachments ..."""
        message = Inbound(
            channel=channel,
            provider_id=f"m{next(self._ids)}",
            address=sender,
            text=text,
            choice=choice,
            received_at=self.clock(),
            **more,
        )
        with self.engine.begin() as conn:
            return inbox.accept(conn, message, now=self.clock(), new_id=new_id).id

    def read(self, sender: str = CITIZEN, channel: str = "sms") -> list[str]:
        """Return what was said to the citizen since the last reading."""
        with reading(self.engine) as conn:
            new = outbox.since(conn, channel, sender, self._read.get(sender, 0))
        self._read[sender] = new[-1].seq if new else self._read.get(sender, 0)
        return [queued.outbound.text for queued in new]

    def choices(self, sender: str = CITIZEN, channel: str = "sms") -> list[Choice]:
        """Return the choices of the last message that had any."""
        with reading(self.engine) as conn:
            return [c for queued in outbox.since(conn, channel, sender, 0)[-1:] for c in queued.outbound.choices]

    async def say(
        self, text: str, *, sender: str = CITIZEN, channel: str = "sms", choice: str | None = None, **more: Any
    ) -> str:
        """Send one message, let the worker answer, and return all that came back."""
        self.accept(text, sender=sender, channel=channel, choice=choice, **more)
        while await self.worker.run_once():
            pass
        return "\n".join(self.read(sender, channel))
