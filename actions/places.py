"""What the directory's actions work with, and what a conversation remembers of places."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from sqlalchemy import Engine

from actions.backends.directory.embedded import Directory, EmbeddedDirectory
from actions.backends.directory.opening_hours import holidays_of
from actions.place_words import Calendar, Local, PlaceWords
from bot.messages import Location
from bot.phrases import Phrases

SLOT = "places"
#: What the assistant asked for last, and waits for.
WHERE, WHAT = "where", "what"


@dataclass(frozen=True, slots=True)
class Finder:
    """The directory, the words for it, and the time."""

    directory: Directory
    local: Local
    clock: Callable[[], datetime]

    def words(self, tracker: Tracker) -> PlaceWords:
        """Return the words for a conversation as it is now."""
        language = tracker.get_slot("language") or "en"
        return PlaceWords(self.local, self.clock(), str(language), str(tracker.get_latest_input_channel() or ""))


def open_finder(
    engine: Engine,
    phrases: Phrases,
    clock: Callable[[], datetime],
    *,
    folder: Path,
    zone: tzinfo,
    holidays: str | None,
) -> Finder:
    """Return a finder over the embedded directory; `folder` is data/directory, `holidays` a place such as "US-IL"."""
    local = Local(phrases, Calendar.load(folder / "words.yml"), zone, holidays_of(holidays))
    return Finder(EmbeddedDirectory(engine, folder), local, clock)


@dataclass(frozen=True, slots=True)
class Memory:
    """What a conversation remembers: kept in the slot `places`, as JSON."""

    #: Where the citizen is, or asked about, as far as they said.
    at: Location | None = None
    #: The words of what they look for, while something is missing, or to look again from another place.
    text: str = ""
    #: What was asked last: WHERE, WHAT, or nothing.
    waiting: str = ""
    #: How often it was asked where, in a row.
    asked: int = 0
    #: Ids of the places told last, the one that "it" means first, and of those that were not told yet.
    shown: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()

    def event(self) -> dict[str, Any]:
        """Return the event that keeps it."""
        return dict(SlotSet(SLOT, asdict(self)))

    def about(self, place_id: str) -> Memory:
        """Return the same with this place as the one that is talked of."""
        return replace(self, waiting="", shown=(place_id, *(one for one in self.shown if one != place_id)))


def memory_of(tracker: Tracker) -> Memory:
    """Return what the conversation remembers, nothing at first."""
    kept: Mapping[str, Any] = tracker.get_slot(SLOT) or {}
    at = kept.get("at")
    return Memory(
        at=Location(**at) if at else None,
        text=str(kept.get("text") or ""),
        waiting=str(kept.get("waiting") or ""),
        asked=int(kept.get("asked") or 0),
        shown=tuple(kept.get("shown") or ()),
        rest=tuple(kept.get("rest") or ()),
    )


def position_of(tracker: Tracker) -> Location | None:
    """Return the position that came with the citizen's last message."""
    message: Mapping[str, Any] = next((event for event in reversed(tracker.events) if event.get("event") == "user"), {})
    position = ((message.get("metadata") or {}).get("location")) or None
    return Location(latitude=position["latitude"], longitude=position["longitude"]) if position else None


def picked(tracker: Tracker, intent: str) -> str:
    """Return what stands behind "intent/" in a pressed choice; empty when the citizen wrote themselves."""
    message = tracker.latest_message or {}
    full = str(((message.get("intent") or {}).get("full_retrieval_intent_name")) or "")
    return full.removeprefix(f"{intent}/") if full.startswith(f"{intent}/") else ""


def said(tracker: Tracker) -> str:
    """Return the citizen's last words; those before, if they picked this errand from an offer, as what they meant."""
    messages = [event for event in tracker.events if event.get("event") == "user"]
    if len(messages) > 1 and (messages[-1].get("metadata") or {}).get("picked"):
        return str(messages[-2].get("text") or "")
    return str((tracker.latest_message or {}).get("text") or "")
