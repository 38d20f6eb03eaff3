"""Rasa's tracker store for turns: events come from the turn and go back to it; only the turn commits them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

LANGUAGE = "language"


@dataclass(slots=True)
class History:
    """What one conversation said before this turn, and what the turn added."""

    events: Sequence[dict[str, Any]]
    language: str
    #: Filled when Rasa saves the tracker, once, at the end of the turn; None means it never did.
    added: list[dict[str, Any]] | None = field(default=None)


class TurnTrackerStore(TrackerStore):
    """Holds the histories of the turns that run now; a lease makes that one per conversation."""

    def __init__(self, domain: Domain) -> None:
        super().__init__(domain)
        self._open: dict[str, History] = {}

    def open(self, conversation_id: str, history: History) -> None:
        """Lend the history to the turn that starts now."""
        self._open[conversation_id] = history

    def close(self, conversation_id: str) -> None:
        """Forget it: committed or not, the turn is over."""
        self._open.pop(conversation_id, None)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker:
        """Rebuild the tracker from the events of earlier turns."""
        events = [_event(event) for event in self._open[sender_id].events]
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots)

    def set_language(self, tracker: DialogueStateTracker) -> None:
        """Set the language in which this turn is answered."""
        language = self._open[tracker.sender_id].language
        if tracker.get_slot(LANGUAGE) != language:
            tracker.update(SlotSet(LANGUAGE, language), self.domain)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Gather the new events into the turn."""
        history = self._open[tracker.sender_id]
        history.added = _as_dicts(list(tracker.events)[len(history.events) :])

    async def exists(self, conversation_id: str) -> bool:
        return conversation_id in self._open

    async def keys(self) -> Iterable[str]:
        return list(self._open)


@cache
def _event_class(type_name: str) -> type[Event]:
    # Rasa (3.6.21) looks through all subclasses of Event for every event: a third of a turn, before this.
    found: type[Event] = Event.resolve_by_type(type_name)
    return found


def _event(parameters: dict[str, Any]) -> Event:
    return _event_class(parameters["event"])._from_parameters(parameters)


def _as_dicts(events: Iterable[Event]) -> list[dict[str, Any]]:
    return [event.as_dict() for event in events]
