"""Where an interview stands: no text of ours, only keys and answers, so that it survives releases and languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from actions.intake.questions import LOCATION, SERVICE, Question, attributes_of, questions_of
from actions.intake.services import Attribute, Catalogue
from bot.messages import Location

MOST_PHOTOS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """An interview's memory; every change makes a new one."""

    #: Key of the question that waits for an answer.
    asked: str = SERVICE
    #: Key of the question that an offered person stands in for.
    instead_of: str = ""
    misread: int = 0
    answers: Mapping[str, Any] = field(default_factory=dict)
    photos: tuple[str, ...] = ()
    #: Codes of the services to choose from, when not all.
    offered: tuple[str, ...] = ()
    #: Codes of the notes that were said.
    noted: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "asked": self.asked,
            "instead_of": self.instead_of,
            "misread": self.misread,
            "answers": dict(self.answers),
            "photos": list(self.photos),
            "offered": list(self.offered),
            "noted": list(self.noted),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> State:
        """Read a kept state; what an older release did not know is as at the beginning."""
        return cls(
            asked=str(raw.get("asked") or SERVICE),
            instead_of=str(raw.get("instead_of") or ""),
            misread=int(raw.get("misread") or 0),
            answers=dict(raw.get("answers") or {}),
            photos=tuple(raw.get("photos") or ()),
            offered=tuple(raw.get("offered") or ()),
            noted=tuple(raw.get("noted") or ()),
        )

    def answered(self, key: str, value: Any) -> State:
        return replace(self, answers={**self.answers, key: value}, misread=0, instead_of="", offered=())

    def asking(self, key: str) -> State:
        return replace(self, asked=key, misread=0, instead_of="")

    def located(self, location: Location, words: Mapping[str, Any]) -> State:
        """Put a place on the map beside the words for it: those that came with it, or those of before."""
        if self.asked != LOCATION:
            words = self.answers.get(LOCATION) or {}
        place = {**words, "latitude": location.latitude, "longitude": location.longitude}
        return replace(self, answers={**self.answers, LOCATION: place})

    def with_photos(self, urls: tuple[str, ...]) -> State:
        kept = dict.fromkeys((*self.photos, *urls))
        return replace(self, photos=tuple(kept)[:MOST_PHOTOS])


def questions(catalogue: Catalogue, state: State) -> list[Question]:
    return questions_of(catalogue, state.answers, state.offered)


def question_asked(catalogue: Catalogue, state: State) -> Question | None:
    """Return the question that waits, also behind the offer of a person; None at the summary and after."""
    key = state.instead_of or state.asked
    return next((question for question in questions(catalogue, state) if question.key == key), None)


def is_open(question: Question, state: State) -> bool:
    """Tell whether a question still needs an answer, also because its service's file changed."""
    return question.key not in state.answers or not question.holds(state.answers[question.key])


def next_open(catalogue: Catalogue, state: State) -> Question | None:
    for question in questions(catalogue, state):
        if is_open(question, state):
            return question
    return None


def notes_before(catalogue: Catalogue, state: State, question: Question | None) -> list[Attribute]:
    """Return the notes that are due before `question` (all of them before the summary) and not said yet."""
    service = catalogue.get(state.answers.get(SERVICE))
    if service is None or (question is not None and question.key in (SERVICE, LOCATION)):
        return []
    limit = question.attribute.order if question and question.attribute else None
    return [
        attribute
        for attribute in attributes_of(service, state.answers)
        if not attribute.variable and attribute.code not in state.noted and (limit is None or attribute.order <= limit)
    ]
