"""A citizen who asks for places: the directory's actions, one turn after the other, on the demo town's directory."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import Engine

from actions.backends.directory.embedded import replace
from actions.backends.directory.files import read_directory
from actions.backends.directory.places import Place
from actions.find_place import ActionFindPlace
from actions.place_details import ActionPlaceDetails
from actions.places import Finder, open_finder
from bot.phrases import Phrases
from store.engine import open_engine

DATA = Path(__file__).parents[2] / "data"
#: A Tuesday, 2 pm in Chicago.
NOW = datetime(2026, 11, 24, 20, tzinfo=UTC)
TOWN_HALL = {"latitude": 40.49997, "longitude": -88.49999}


@cache
def phrases() -> Phrases:
    return Phrases.load(DATA / "responses")


@cache
def demo() -> tuple[Place, ...]:
    return read_directory(DATA / "directory" / "demo.json").places


def demo_town(migrated: Path, folder: Path) -> Engine:
    """Return a database in `folder` with the demo town's directory; `migrated` has our tables."""
    shutil.copy(migrated, folder / "town.db")
    engine = open_engine(f"sqlite:///{folder}/town.db")
    replace(engine, demo(), NOW)
    return engine


def clinics(number: int, **fields: Any) -> list[Place]:
    """Return so many clinics in a row to the north, each a mile further."""
    return [
        Place(id=f"c{n}", service_id=f"c{n}", name=f"Clinic {n}", latitude=n * 0.0145, longitude=0.0, **fields)
        for n in range(number)
    ]


class Citizen:
    """Talks to the two actions; the slot goes from one turn to the next."""

    def __init__(self, engine: Engine, *, holidays: str | None = None) -> None:
        self.engine = engine
        self.now = NOW
        zone = ZoneInfo("America/Chicago")
        self.finder: Finder = open_finder(
            engine, phrases(), lambda: self.now, folder=DATA / "directory", zone=zone, holidays=holidays
        )
        self.slots: dict[str, Any] = {}
        self.buttons: list[dict[str, str]] = []
        self.before: list[dict[str, Any]] = []

    async def ask(self, text: str, *, details: bool = False, **more: Any) -> str:
        """Say something to the search, or to what tells `details`; return what was said."""
        metadata = {"location": more.get("location"), "picked": "pressed" in more}
        self.before.append(
            {"event": "user", "text": text, "metadata": metadata, "input_channel": more.get("channel", "sms")}
        )
        intent = {"name": "x", "full_retrieval_intent_name": more.get("pressed")}
        message = {"text": text, "intent": intent, "entities": more.get("entities", [])}
        slots = {"language": more.get("language", "en"), **self.slots}
        tracker = Tracker("c", slots, message, self.before, False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        action = ActionPlaceDetails(self.finder) if details else ActionFindPlace(self.finder)
        for event in await action.run(dispatcher, tracker, {}):
            self.slots[event["name"]] = event["value"]
        [said] = dispatcher.messages
        self.buttons = said["buttons"]
        return str(said["text"])

    async def press(self, title: str) -> str:
        """Press the button whose title begins so."""
        payload = next(one["payload"] for one in self.buttons if one["title"].startswith(title))
        return await self.ask(title, pressed=payload[1:], details=payload.startswith("/place_details"))
