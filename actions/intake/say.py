"""What the interview says: names of responses with their values, so that a state holds no text and no language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actions.intake.questions import Question
from actions.intake.words import title

#: Pseudo-questions of the way out; they are asked like the others, but answer nothing in the report.
SUMMARY, WHICH, PERSON, DONE = "#summary", "#which", "#person", "#done"
COMMAND = "do"


@dataclass(frozen=True, slots=True)
class Option:
    """A choice under a question; `value` is bound to it, so that an old button answers nothing else."""

    value: str
    title: str


@dataclass(frozen=True, slots=True)
class Say:
    """One message: the response `utter_intake_*` with its values."""

    response: str
    values: Mapping[str, str]
    choices: tuple[Option, ...] = ()


def options(key: str, titles: Mapping[str, str]) -> tuple[Option, ...]:
    return tuple(Option(f"{key}:{value}", text) for value, text in titles.items())


def own_titles(names: Sequence[str], language: str) -> dict[str, str]:
    return {name: title(name, language) for name in names}


def text_of(question: Question, language: str) -> str:
    return question.attribute.text("description", language) if question.attribute else ""


def ask(question: Question, language: str) -> Say:
    """Ask it plainly."""
    choices = options(question.key, question.titles(language))
    if question.attribute is None:
        return Say(f"utter_intake_{question.key}", {}, choices)
    several = "_several" if question.kind == "multivaluelist" else ""
    optional = "" if question.required else "_optional"
    return Say(f"utter_intake_question{several}{optional}", {"question": text_of(question, language)}, choices)


def offer_person(language: str) -> Say:
    return Say("utter_intake_offer_person", {}, options(PERSON, own_titles(("person", "go_on"), language)))


def summary(questions: Sequence[Question], answers: Mapping[str, Any], photos: int, language: str) -> Say:
    """Read the whole report back, each line with its number."""
    lines = [
        f"#{number} {question.label(language).rstrip(':?¿ ').lstrip('¿')}: "
        f"{_short(question.show(answers.get(question.key), language))}"
        for number, question in enumerate(questions, start=1)
    ]
    if photos:
        lines.append(f"{title('photos', language)}: {photos}")
    choices = options(SUMMARY, own_titles(("send", "change", "leave"), language))
    return Say("utter_intake_summary", {"lines": "\n".join(lines)}, choices)


def which(questions: Sequence[Question], language: str) -> Say:
    labels = {question.key: question.label(language).rstrip(":?¿ ").lstrip("¿") for question in questions}
    return Say("utter_intake_which", {}, options(WHICH, labels))


def _short(text: str) -> str:
    """Return enough of an answer to recognise it; what is sent is whole."""
    return text if len(text) <= 160 else f"{text[:157].rstrip()}..."
