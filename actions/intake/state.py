"""Where an interview stands: no text of ours, only keys and answers, so that it survives releases and languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from actions.intake.questions import ATTRIBUTE, LOCATION, SERVICE, Question, attributes_of, questions_of
from actions.intake.services import Attribute, Catalogue
from bot.messages import Location

MOST_PHOTOS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What somebody else reported at the same place, as a citizen may follow it."""

    number: str
    #: ISO 8601.
    date: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """An interview's memory; every change makes a new one."""

    #: Key of the question that waits for an answer.
    asked: str = SERVICE
    #: Key of the question that an offered person stands in for.
    instead_of: str = ""
    misread: int = 0
    answers: Mapping[str, Any] = field(default_factory=dict)
    #: Answers to the questions of services that were chosen before, by service code.
    elsewhere: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    photos: tuple[str, ...] = ()
    #: Codes of the services to choose from, when not all.
    offered: tuple[str, ...] = ()
    #: Which page of the asked question's choices is shown, from 0.
    page: int = 0
    #: Codes of the notes that were said.
    noted: tuple[str, ...] = ()
    #: Cases close by that were offered; None as long as nobody has looked for any.
    nearby: tuple[Case, ...] | None = None
    #: What the last summary showed, so that nothing else is sent.
    summed_up: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "asked": self.asked,
            "instead_of": self.instead_of,
            "misread": self.misread,
            "answers": dict(self.answers),
            "elsewhere": {code: dict(answers) for code, answers in self.elsewhere.items()},
            "photos": list(self.photos),
            "offered": list(self.offered),
            "page": self.page,
            "noted": list(self.noted),
            "nearby": None if self.nearby is None else [asdict(case) for case in self.nearby],
            "summed_up": self.summed_up,
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> State:
        """Read a kept state; what an older release did not know is as at the beginning."""
        nearby = raw.get("nearby")
        return cls(
            asked=str(raw.get("asked") or SERVICE),
            instead_of=str(raw.get("instead_of") or ""),
            misread=int(raw.get("misread") or 0),
            answers=dict(raw.get("answers") or {}),
            elsewhere=dict(raw.get("elsewhere") or {}),
            photos=tuple(raw.get("photos") or ()),
            offered=tuple(raw.get("offered") or ()),
            page=int(raw.get("page") or 0),
            noted=tuple(raw.get("noted") or ()),
            nearby=None if nearby is None else tuple(Case(**case) for case in nearby),
            summed_up=str(raw.get("summed_up") or ""),
        )

    def answered(self, key: str, value: Any) -> State:
        """Keep the answer to the question that was asked."""
        return replace(self.keeping(key, value), misread=0, instead_of="", offered=(), page=0)

    def keeping(self, key: str, value: Any) -> State:
        """Keep an answer, whatever is asked; another service has its own questions, whatever their codes."""
        here = self._of_service(str(value)) if key == SERVICE else self
        return replace(here, answers={**here.answers, key: value})

    def _of_service(self, code: str) -> State:
        """Put the answers to another service's questions away, and take those to this one's out again."""
        before = self.answers.get(SERVICE)
        if before in (None, code):
            return self
        away = {key: value for key, value in self.answers.items() if key.startswith(ATTRIBUTE)}
        kept = {key: value for key, value in self.answers.items() if key not in away}
        elsewhere = {**self.elsewhere, before: away}
        return replace(self, answers={**kept, **elsewhere.pop(code, {})}, elsewhere=elsewhere, noted=())

    def asking(self, key: str) -> State:
        """Ask something else, from its first page, or the same again where it was."""
        if key in (self.asked, self.instead_of):
            return replace(self, asked=key, misread=0, instead_of="")
        return replace(self, asked=key, misread=0, instead_of="", offered=(), page=0)

    def located(self, location: Location, words: Mapping[str, Any]) -> State:
        """Put a place on the map beside the words for it: those that came with it, or those of before."""
        if self.asked != LOCATION:
            words = self.answers.get(LOCATION) or {}
        place = {**words, "latitude": location.latitude, "longitude": location.longitude}
        return self.keeping(LOCATION, place)

    def with_photos(self, urls: tuple[str, ...]) -> State:
        kept = dict.fromkeys((*self.photos, *urls))
        return replace(self, photos=tuple(kept)[:MOST_PHOTOS])


def is_begun(state: Mapping[str, Any]) -> bool:
    """Tell whether there is anything in a kept state that somebody would miss."""
    return bool(state.get("answers") or state.get("photos"))


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
