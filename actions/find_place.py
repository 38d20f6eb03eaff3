"""Tells where the nearest place of a kind is, and whether it is open: from the town's directory of services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.backends.directory.embedded import Match, Wanted
from actions.backends.directory.places import ACTIVE
from actions.place_words import PlaceWords
from actions.places import WHAT, WHERE, Finder, Memory, memory_of, picked, position_of, said
from bot.messages import Location

NAME = "action_find_place"
INTENT, DETAILS = "find_place", "place_details"
MORE = "more"
#: So many places are told at a time.
MOST = 3
#: So often is asked where; then all are told, without distances.
PATIENCE = 2

Events = list[dict[str, Any]]


class ActionFindPlace(Action):
    """Finds by kind, name or words, near a shared position or a place that was written."""

    def __init__(self, finder: Finder | None = None) -> None:
        self._given = finder

    @cached_property
    def _finder(self) -> Finder:
        from actions.standalone import finder

        return self._given or finder()

    def name(self) -> str:
        return NAME

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Tell at most three places, or ask what is looked for, or where."""
        words, memory = self._finder.words(tracker), memory_of(tracker)
        if picked(tracker, INTENT) == MORE:
            return await self._more(dispatcher, words, memory)
        memory, located = await self._heard(said(tracker), position_of(tracker), memory)
        wanted = await self._finder.directory.understand(memory.text)
        if not memory.text:
            dispatcher.utter_message(text=words.say("ask_what"))
            return [replace(memory, waiting=WHAT).event()]
        found = await self._finder.directory.search(wanted, memory.at)
        if not found:
            return await self._nothing(dispatcher, words, wanted, memory)
        lost = not located and _named_a_place(tracker, memory)
        if self._must_ask_where(wanted, found, memory, lost=lost):
            dispatcher.utter_message(text=words.say("where_unknown" if lost else "ask_where"))
            return [replace(memory, waiting=WHERE, asked=memory.asked + 1).event()]
        return self._tell(dispatcher, words, self._sorted(found, wanted, words), memory, wanted)

    async def _heard(self, text: str, position: Location | None, memory: Memory) -> tuple[Memory, bool]:
        """Return what is known now, and whether this message said where."""
        answers_where = memory.waiting == WHERE
        spot = await self._finder.directory.locate(text, alone=answers_where)
        at = position or (spot.location if spot else None)
        asks = await self._finder.directory.understand(text)
        is_new = bool(asks.kinds or asks.named or asks.mentioned)
        if answers_where and not is_new:
            return replace(memory, at=at or memory.at), at is not None
        # Where alone, "and near Oak Street?", asks for what was looked for before, from there.
        wanted = text if is_new or asks.unknown else memory.text
        return replace(memory, at=at or memory.at, text=wanted, waiting="", asked=0), at is not None

    def _must_ask_where(self, wanted: Wanted, found: Sequence[Match], memory: Memory, *, lost: bool) -> bool:
        if memory.asked >= PATIENCE or len(found) == 1:
            return False
        return lost or (memory.at is None and ("near" in wanted.hints or len(found) > MOST))

    def _sorted(self, found: Sequence[Match], wanted: Wanted, words: PlaceWords) -> list[Match]:
        """Put what is open first if that was asked for; what is closed for some time is last always."""

        def key(match: Match) -> tuple[bool, bool]:
            opening = words.opening(match.place)
            closed = "open_now" in wanted.hints and not (opening and opening.open)
            return match.place.status != ACTIVE, closed

        return sorted(found, key=key)

    def _tell(
        self,
        dispatcher: CollectingDispatcher,
        words: PlaceWords,
        found: Sequence[Match],
        memory: Memory,
        wanted: Wanted,
    ) -> Events:
        shown, rest = found[:MOST], found[MOST:]
        none_open = len(found) > 1 and "open_now" in wanted.hints and all(_is_closed(words, match) for match in found)
        lead = [words.say("none_open")] if none_open else []
        # A text message costs: there the first place, and the others as choices.
        told = shown[:1] if words.channel == "sms" else shown
        text = "\n\n".join([*lead, *map(words.block, told)])
        buttons = [_button(words.say("more", place=words.name(told[0].place)), f"{DETAILS}/{told[0].place.id}")]
        buttons += [_button(words.far(match), f"{DETAILS}/{match.place.id}") for match in shown[1:]]
        if rest:
            buttons.append(_button(words.say("others"), f"{INTENT}/{MORE}"))
        dispatcher.utter_message(text=text, buttons=buttons)
        ids = [match.place.id for match in found]
        return [replace(memory, waiting="", asked=0, shown=tuple(ids[:MOST]), rest=tuple(ids[MOST:])).event()]

    async def _more(self, dispatcher: CollectingDispatcher, words: PlaceWords, memory: Memory) -> Events:
        ids = memory.rest or memory.shown
        if not await self._finder.directory.places(ids):
            dispatcher.utter_message(text=words.say("ask_what"))
            return [Memory(at=memory.at, waiting=WHAT).event()]
        found = await self._finder.directory.search(Wanted(named=tuple(ids)), memory.at)
        ordered = sorted(found, key=lambda match: ids.index(match.place.id))
        return self._tell(dispatcher, words, ordered, memory, Wanted())

    async def _nothing(
        self, dispatcher: CollectingDispatcher, words: PlaceWords, wanted: Wanted, memory: Memory
    ) -> Events:
        titles = await self._finder.directory.titles(wanted, words.language)
        text = words.say("none", kind=titles[0]) if titles else words.say("none_at_all")
        dispatcher.utter_message(text=text)
        return [Memory(at=memory.at).event()]


def _named_a_place(tracker: Tracker, memory: Memory) -> bool:
    """Tell whether the citizen wrote where, in words that only they understand."""
    entities = (tracker.latest_message or {}).get("entities") or []
    return memory.waiting == WHERE or any(entity.get("entity") == "address" for entity in entities)


def _is_closed(words: PlaceWords, match: Match) -> bool:
    """Tell whether it is closed for sure; who says nothing of hours may be open."""
    opening = words.opening(match.place)
    return match.place.status != ACTIVE or (opening is not None and not opening.open)


def _button(title: str, intent: str) -> dict[str, str]:
    return {"title": title, "payload": f"/{intent}"}
