"""The interview: takes one message after the other, asks what a service wants to know, and sends once confirmed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from actions.intake import say
from actions.intake.answers import LONGEST_TEXT, Asked, clean, read
from actions.intake.commands import hand_over, leave, obey, skip
from actions.intake.finding import address_in, describes, find
from actions.intake.questions import DESCRIPTION, LOCATION, SERVICE, Question
from actions.intake.reply import Reply, ask, go_on, misread, stay
from actions.intake.report import to_submit
from actions.intake.say import COMMAND, DONE, PERSON, SUMMARY, WHICH, Option, Say
from actions.intake.services import Catalogue
from actions.intake.state import State, next_open, question_asked, questions
from actions.intake.text import is_question, plain
from actions.intake.words import CHANGE, CHANGE_VERBS, LINES, NO, NOT_KNOWN, SEND, WISHES, YES, command
from bot.choices import read_choice
from bot.messages import Location

__all__ = ["Interview", "Option", "Reply", "Say"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One message of the citizen, as the interview takes it."""

    text: str
    #: What a pressed choice of the present question means.
    pressed: str | None
    language: str
    now: datetime
    new_reference: Callable[[], str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Interview:
    """Takes reports for the services of one catalogue; remembers nothing itself."""

    catalogue: Catalogue

    def start(self, said: str, *, language: str, service_code: str | None = None, now: datetime) -> Reply:
        """Begin with the service that `said` speaks of, and keep what else it tells; else offer the services."""
        known = self.catalogue.get(service_code)
        found = [known] if known else find(self.catalogue, said)
        state = _told(said)
        if len(found) == 1:
            begin = Say("utter_intake_begin", {"service": found[0].name(language)})
            return go_on(self.catalogue, state.answered(SERVICE, found[0].service_code), language, begin)
        offered = tuple(service.service_code for service in found)
        return ask(self.catalogue, replace(state, offered=offered), language)

    def ask_again(self, state: Mapping[str, Any], language: str) -> Reply:
        """Repeat the present question, after something else was talked about."""
        return stay(self.catalogue, State.from_json(state), language)

    def answer(
        self,
        state: Mapping[str, Any],
        text: str,
        *,
        choice: str | None = None,
        location: Location | None = None,
        attachments: tuple[str, ...] = (),
        language: str,
        now: datetime,
        new_reference: Callable[[], str],
    ) -> Reply:
        """Take one message: words, a pressed choice's value, a place on the map, pictures."""
        present = State.from_json(state)
        if present.asked == DONE:
            return Reply(says=(), state=present.to_json(), outcome="stopped", understood=False)
        key, _, pressed = (choice or "").partition(":")
        heard = Heard(
            # A pressed choice says all; its title is no answer to another question.
            text="" if choice else text,
            pressed=pressed if key == present.asked else None,
            language=language,
            now=now,
            new_reference=new_reference,
        )
        if location or attachments:
            return self._take_media(present, heard, location, attachments)
        if choice and key != present.asked:
            return self._take_other_choice(present, key, pressed, language)
        return self._take(present, heard)

    def _take_media(self, state: State, heard: Heard, location: Location | None, attachments: tuple[str, ...]) -> Reply:
        """Keep a place or pictures at any time, then take the words that came with them, if they fit."""
        kept = state.with_photos(attachments)
        said = Say("utter_intake_place_kept" if location else "utter_intake_photo_kept", {})
        if location:
            asked = replace(kept, asked=kept.instead_of or kept.asked, instead_of="")
            kept = asked.located(location, self._read_as("address", heard, {}) or {})
            if kept.asked == LOCATION:
                return go_on(self.catalogue, kept, heard.language, said)
        if heard.text.strip() or heard.pressed:
            reply = self._take(kept, heard)
            if reply.understood:
                return replace(reply, says=(said, *reply.says))
        return stay(self.catalogue, kept, heard.language, said)

    def _take_other_choice(self, state: State, key: str, pressed: str, language: str) -> Reply:
        """Take a command's choice, or one of an earlier question, which changes that answer and no other."""
        if key == COMMAND:
            return obey(pressed, self.catalogue, state, language) or misread(self.catalogue, state, language)
        for question in questions(self.catalogue, state):
            if question.key == key and pressed in question.titles(language):
                value = [pressed] if question.kind == "multivaluelist" else pressed
                changed = replace(state, answers={**state.answers, key: value})
                return stay(self.catalogue, changed, language)
        return misread(self.catalogue, state, language)

    def _take(self, state: State, heard: Heard) -> Reply:
        if state.asked == SUMMARY:
            return self._take_summary(state, heard)
        if state.asked == WHICH:
            return self._take_which(state, heard)
        if state.asked == PERSON:
            return self._take_person(state, heard)
        question = question_asked(self.catalogue, state)
        if question is None:  # its service's file has changed meanwhile
            return go_on(self.catalogue, state, heard.language)
        return self._take_answer(state, question, heard)

    def _take_answer(self, state: State, question: Question, heard: Heard) -> Reply:
        value = self._read(question, heard)
        # "0" is how many, where a number is asked, and a title is a title; everywhere else a command goes first.
        titles = [plain(title) for title in question.titles(heard.language).values()]
        if value is None or (question.kind != "number" and plain(heard.text) not in titles):
            obeyed = self._obey(state, heard)
            if obeyed:
                return obeyed
        if value is not None:
            return go_on(self.catalogue, state.answered(question.key, value), heard.language)
        skipped = None
        if not question.required and plain(heard.text) in NOT_KNOWN:
            skipped = skip(self.catalogue, state, heard.language)
        return skipped or misread(self.catalogue, state, heard.language)

    def _read(self, question: Question, heard: Heard) -> Any | None:
        titles = question.titles(heard.language)
        if heard.pressed is not None:
            picked = [heard.pressed] if question.kind == "multivaluelist" else heard.pressed
            return picked if heard.pressed in titles else None
        value = self._read_as(question.kind, heard, titles)
        if value is None and question.key == SERVICE and not is_question(heard.text):
            found = find(self.catalogue, heard.text)
            return found[0].service_code if len(found) == 1 else None
        return value

    def _read_as(self, kind: str, heard: Heard, titles: Mapping[str, str]) -> Any | None:
        return read(heard.text, Asked(kind=kind, titles=titles, language=heard.language, now=heard.now))

    def _obey(self, state: State, heard: Heard) -> Reply | None:
        wanted = command(heard.text)
        return obey(wanted, self.catalogue, state, heard.language) if wanted else None

    def _take_summary(self, state: State, heard: Heard) -> Reply:
        """Take 1, 2 or 3, or at once what to change: "change 3", "change the place"."""
        wanted = self._picked(heard, say.own_titles(("send", "change", "leave"), heard.language))
        said = plain(heard.text)
        if wanted == "send" or said in SEND:
            return self._send(state, heard)
        if wanted == "change" or said in CHANGE:
            return ask(self.catalogue, state.asking(WHICH), heard.language)
        if wanted == "leave":
            return leave(self.catalogue, state, heard.language)
        line = self._line(state, said, heard.language) if _without_verb(said.split()) is not None else None
        if line:
            return ask(self.catalogue, state.asking(line), heard.language)
        return self._obey(state, heard) or misread(self.catalogue, state, heard.language)

    def _take_which(self, state: State, heard: Heard) -> Reply:
        keys = [question.key for question in questions(self.catalogue, state)]
        key = heard.pressed if heard.pressed in keys else self._line(state, plain(heard.text), heard.language)
        if key:
            return ask(self.catalogue, state.asking(key), heard.language)
        return self._obey(state, heard) or misread(self.catalogue, state, heard.language)

    def _line(self, state: State, said: str, language: str) -> str | None:
        """Return the key of the summary's line that is meant by number or name, with or without "change"."""
        words = said.split()
        changed = _without_verb(words)
        rest = [word for word in (words if changed is None else changed) if word not in LINES]
        asked = questions(self.catalogue, state)
        labels = [plain(question.label(language)) for question in asked]
        index = read_choice(" ".join(rest), labels)
        if index is not None:
            return asked[index].key
        named = {word for word in rest if len(word) > 3}
        hits = [question.key for question, label in zip(asked, labels, strict=True) if named & set(label.split())]
        return hits[0] if len(hits) == 1 else None

    def _take_person(self, state: State, heard: Heard) -> Reply:
        """Take yes or no to a person; an answer to the question itself is welcome too."""
        wanted = self._picked(heard, say.own_titles(("person", "go_on"), heard.language))
        said = plain(heard.text)
        if wanted == "person" or said in YES:
            return hand_over(self.catalogue, state, heard.language)
        back = state.asking(state.instead_of)
        if wanted == "go_on" or said in NO:
            return stay(self.catalogue, back, heard.language)
        reply = self._take(back, heard)
        return reply if reply.understood else replace(ask(self.catalogue, state, heard.language), understood=False)

    def _picked(self, heard: Heard, titles: Mapping[str, str]) -> str | None:
        if heard.pressed in titles:
            return heard.pressed
        index = read_choice(heard.text, list(titles.values()))
        return None if index is None else list(titles)[index]

    def _send(self, state: State, heard: Heard) -> Reply:
        """Hand the report over, unless the service's file has changed and something is missing now."""
        if next_open(self.catalogue, state) is not None:
            return go_on(self.catalogue, state, heard.language)
        submit = to_submit(self.catalogue, state, reference=heard.new_reference(), language=heard.language)
        received = Say("utter_intake_received", {"reference": submit.reference})
        return Reply(says=(received,), state=state.asking(DONE).to_json(), outcome="confirmed", submit=submit)


def _without_verb(words: list[str]) -> list[str] | None:
    """Return what is left of "change 3" or, as Turkish orders it, "3 değiştir"; None when nothing is to be changed."""
    words = [word for word in words if word not in WISHES]
    if words and words[0].startswith(CHANGE_VERBS):
        return words[1:]
    return words[:-1] if words and words[-1].startswith(CHANGE_VERBS) else None


def _told(said: str) -> State:
    """Return what the first sentence answers already, besides the service."""
    state = State()
    if describes(said):
        state = state.answered(DESCRIPTION, clean(said)[:LONGEST_TEXT])
    address = address_in(said)
    return state.answered(LOCATION, {"address": address}) if address else state
