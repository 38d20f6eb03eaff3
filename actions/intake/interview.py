"""The interview: takes one message after the other, asks what a service wants to know, and sends once confirmed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from actions.intake.answering import read_as, show_others, take_answer, with_service, with_told
from actions.intake.closing import take_nearby, take_person, take_summary, take_which
from actions.intake.commands import obey
from actions.intake.finding import Likeness, find
from actions.intake.heard import Heard
from actions.intake.menu import GROUP, MORE
from actions.intake.questions import LOCATION, SERVICE
from actions.intake.reply import ASIDE, Near, Reply, ask, go_on, misread, stay
from actions.intake.report import pin
from actions.intake.say import COMMAND, DONE, NEARBY, PERSON, SUMMARY, WHICH, Option, Say, unbound
from actions.intake.services import Catalogue
from actions.intake.state import Case, State, question_asked, questions
from bot.messages import Location

__all__ = ["Case", "Interview", "Option", "Reply", "Say"]

#: So many cases close by are offered at most.
MOST_CASES = 3


@dataclass(frozen=True, slots=True)
class Interview:
    """Takes reports for the services of one catalogue; remembers nothing itself."""

    catalogue: Catalogue
    #: Tells how alike texts are in meaning; without it they are compared by their letters alone.
    likeness: Likeness | None = None

    def start(self, said: str, *, language: str, service_code: str | None = None, now: datetime) -> Reply:
        """Begin with the service that `said` speaks of, and keep what else it tells; else offer the services."""
        known = self.catalogue.get(service_code)
        found = [known] if known else find(self.catalogue, said, self.likeness)
        state = with_told(State(), said)
        if len(found) == 1:
            begin = Say("utter_intake_begin", {"service": found[0].name(language)})
            state = with_service(state, found[0], said, language=language, now=now)
            return self._looking_around(go_on(self.catalogue, state, language, begin))
        offered = tuple(service.service_code for service in found)
        return ask(self.catalogue, replace(state, offered=offered), language)

    def resume(self, state: Mapping[str, Any], language: str) -> Reply:
        """Take up what was put aside: say what it is about, and ask what was open."""
        kept = State.from_json(state)
        waiting = kept.asking(SUMMARY if kept.asked in (WHICH, NEARBY, DONE) else kept.instead_of or kept.asked)
        service = self.catalogue.get(kept.answers.get(SERVICE))
        about = {"service": service.name(language)} if service else {}
        welcome = Say(f"utter_intake_welcome_back{'' if service else '_open'}", about)
        return stay(self.catalogue, waiting, language, welcome)

    def ask_again(self, state: Mapping[str, Any], language: str) -> Reply:
        """Repeat the present question, after something else was talked about."""
        return stay(self.catalogue, State.from_json(state), language)

    def offer_nearby(self, reply: Reply, cases: Sequence[Case], language: str) -> Reply:
        """Offer cases to follow before asking what `reply` asks; it comes next if the citizen reports all the same."""
        if not cases:
            return reply
        state = replace(State.from_json(reply.state).asking(NEARBY), nearby=tuple(cases[:MOST_CASES]))
        return ask(self.catalogue, state, language, *reply.says[:-1])

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
        key, pressed = unbound(choice) if choice else ("", "")
        if key and key == present.instead_of:
            present = present.asking(key)
        own = bool(choice) and key == present.asked
        # A pressed choice says all; its title is no answer to another question.
        words = "" if choice else text
        heard = Heard(
            text=words,
            pressed=pressed if own else None,
            language=language,
            now=now,
            new_reference=new_reference,
            likeness=self.likeness,
        )
        if location or attachments:
            reply = self._take_media(present, heard, location, attachments)
        elif choice and not own:
            reply = self._take_other_choice(present, key, pressed, heard)
        else:
            reply = self._take(present, heard)
        return self._looking_around(reply)

    def _looking_around(self, reply: Reply) -> Reply:
        """Ask for cases close by, once: when service and place are known, and while there is time to follow one."""
        state = State.from_json(reply.state)
        place = state.answers.get(LOCATION)
        service = self.catalogue.get(state.answers.get(SERVICE))
        busy = reply.outcome is not None or not reply.understood or state.asked in ASIDE
        if state.nearby is not None or place is None or service is None or busy:
            return reply
        near = Near(service_code=service.service_code, location=pin(place), address=str(place.get("address", "")))
        return replace(reply, near=near, state=replace(state, nearby=()).to_json())

    def _take_media(self, state: State, heard: Heard, location: Location | None, attachments: tuple[str, ...]) -> Reply:
        """Keep a place or pictures at any time, then take the words that came with them, if they fit."""
        kept = state.with_photos(attachments)
        said = Say("utter_intake_place_kept" if location else "utter_intake_photo_kept", {})
        if location:
            asked = kept.asking(kept.instead_of or kept.asked)
            kept = asked.located(location, read_as("address", heard) or {})
            if kept.asked == LOCATION:
                return go_on(self.catalogue, kept, heard.language, said)
        if heard.text.strip() or heard.pressed:
            reply = self._take(kept, heard)
            if reply.understood:
                return replace(reply, says=(said, *reply.says))
        return stay(self.catalogue, kept, heard.language, said)

    def _take_other_choice(self, state: State, key: str, pressed: str, heard: Heard) -> Reply:
        """Take a choice that shows others, a command's, or one of an earlier question, which changes that answer."""
        if key in (MORE, GROUP):
            return show_others(self.catalogue, state, key, pressed, heard)
        if key == COMMAND:
            reply = obey(pressed, self.catalogue, state, heard.language)
            return reply or misread(self.catalogue, state, heard.language)
        for question in questions(self.catalogue, state):
            if question.key == key and pressed in question.titles(heard.language):
                value = [pressed] if question.kind == "multivaluelist" else pressed
                return stay(self.catalogue, state.keeping(key, value), heard.language)
        return misread(self.catalogue, state, heard.language)

    def _take(self, state: State, heard: Heard) -> Reply:
        if state.asked == SUMMARY:
            return take_summary(self.catalogue, state, heard)
        if state.asked == WHICH:
            return take_which(self.catalogue, state, heard)
        if state.asked == NEARBY:
            return take_nearby(self.catalogue, state, heard)
        if state.asked == PERSON:
            return take_person(self.catalogue, state, heard, self._take)
        question = question_asked(self.catalogue, state)
        if question is None:  # its service's file has changed meanwhile
            return go_on(self.catalogue, state, heard.language)
        return take_answer(self.catalogue, state, question, heard)
