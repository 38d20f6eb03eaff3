"""Tells more about a place of the directory: hours, phone, what to bring, what it costs, who may come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.backends.directory.places import Place
from actions.find_place import DETAILS as INTENT
from actions.find_place import Events
from actions.place_words import PlaceWords
from actions.places import Finder, Memory, memory_of, picked, said

NAME = "action_place_details"
#: To ask whether it is open now is to ask for its hours.
HOURS = {"open_now": "hours"}
#: Hints that ask for no detail.
NO_DETAIL = frozenset({"near"})


class ActionPlaceDetails(Action):
    """Speaks of the place whose choice was pressed, of one that is named, or of the one that was told last."""

    def __init__(self, finder: Finder | None = None) -> None:
        self._given = finder

    @cached_property
    def _finder(self) -> Finder:
        from actions.standalone import finder

        return self._given or finder()

    def name(self) -> str:
        return NAME

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Tell the details that were asked for, or all; ask which place when none was spoken of."""
        words, memory = self._finder.words(tracker), memory_of(tracker)
        pressed, text = picked(tracker, INTENT), said(tracker)
        place = await self._meant(pressed, text, memory)
        if place is None:
            dispatcher.utter_message(text=words.say("gone" if pressed else "which"))
            return []
        hints = frozenset() if pressed else await self._finder.directory.hints(text)
        asked = {HOURS.get(hint, hint) for hint in hints - NO_DETAIL}
        dispatcher.utter_message(text=_told(words, place, asked))
        return [memory.about(place.id).event()]

    async def _meant(self, pressed: str, text: str, memory: Memory) -> Place | None:
        if pressed:
            return _first(await self._finder.directory.places([pressed]))
        wanted = await self._finder.directory.understand(text)
        named = [one for one in wanted.named if one in memory.shown] or wanted.named[:1]
        return _first(await self._finder.directory.places([*named, *memory.shown]))


def _first(places: Sequence[Place]) -> Place | None:
    return places[0] if places else None


def _told(words: PlaceWords, place: Place, asked: set[str]) -> str:
    lines = words.details(place, asked)
    if not lines:
        # What was asked for is not in the directory: the place itself knows.
        lines = [words.say("not_known"), *words.details(place, {"phone", "address"})]
    return "\n".join([words.name(place), *lines])
