"""What the interview says: names of responses with their values, so that a state holds no text and no language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actions.intake.questions import Question
from actions.intake.state import Case
from actions.intake.words import title

#: Pseudo-questions of the way out; they are asked like the others, but answer nothing in the report.
SUMMARY, WHICH, PERSON, NEARBY, DONE = "#summary", "#which", "#person", "#nearby", "#done"
COMMAND = "do"
#: So many lines of a summary can be picked as choices; of more, a number is asked for.
MOST_LINES = 9
MOST_OF_AN_ANSWER, MOST_OF_AN_ADDRESS = 160, 40


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


def bound(key: str, value: str) -> str:
    """Return what pressing the choice `value` of the question `key` means; a foreign key may hold any character."""
    return f"{key.replace('%', '%25').replace(':', '%3A')}:{value}"


def unbound(choice: str) -> tuple[str, str]:
    """Return the question's key and the value of a choice."""
    key, _, value = choice.partition(":")
    return key.replace("%3A", ":").replace("%25", "%"), value


def options(key: str, titles: Mapping[str, str]) -> tuple[Option, ...]:
    return tuple(Option(bound(key, value), text) for value, text in titles.items())


def own_titles(names: Sequence[str], language: str) -> dict[str, str]:
    return {name: title(name, language) for name in names}


def ask(question: Question, choices: tuple[Option, ...], language: str) -> Say:
    """Ask it plainly."""
    if question.attribute is None:
        many = "_many" if question.catalogue and len(question.catalogue.services) > len(choices) else ""
        return Say(f"utter_intake_{question.key}{many}", {}, choices)
    several = "_several" if question.kind == "multivaluelist" and len(question.titles(language)) > 1 else ""
    optional = "" if question.required else "_optional"
    words = question.attribute.text("description", language)
    return Say(f"utter_intake_question{several}{optional}", {"question": words}, choices)


def offer_person(language: str, *, open_for_reports: bool) -> Say:
    response = "utter_intake_offer_person" if open_for_reports else "utter_intake_unavailable"
    return Say(response, {}, options(PERSON, own_titles(("person", "go_on"), language)))


def summary(questions: Sequence[Question], answers: Mapping[str, Any], photos: int, language: str) -> Say:
    """Read the whole report back, each line with its number."""
    lines = [
        f"#{number} {line_label(question, language)}: "
        f"{_short(question.show(answers.get(question.key), language), MOST_OF_AN_ANSWER)}"
        for number, question in enumerate(questions, start=1)
    ]
    if photos:
        lines.append(f"{title('photos', language)}: {photos}")
    choices = options(SUMMARY, own_titles(("follow", "send", "change", "leave"), language))
    return Say("utter_intake_summary", {"lines": "\n".join(lines)}, choices)


def which(questions: Sequence[Question], language: str) -> Say:
    """Ask what to change; the summary's own numbers hold."""
    if len(questions) > MOST_LINES:
        return Say("utter_intake_which_number", {})
    labels = {question.key: line_label(question, language) for question in questions}
    return Say("utter_intake_which", {}, options(WHICH, labels))


def line_label(question: Question, language: str) -> str:
    return question.label(language).rstrip(":?؟¿ ").lstrip("¿")


def nearby(cases: Sequence[Case], language: str) -> Say:
    return Say("utter_intake_nearby", {}, options(NEARBY, nearby_titles(cases, language)))


def nearby_titles(cases: Sequence[Case], language: str) -> dict[str, str]:
    """Return each case as a choice to follow it, and that of reporting all the same."""
    follow = title("follow_case", language)
    known = {
        f"follow:{case.number}": f"{follow} {case.number} ({', '.join(filter(None, (case.date, _where(case))))})"
        for case in cases
    }
    return known | own_titles(("mine",), language)


def _where(case: Case) -> str:
    return _short(case.address, MOST_OF_AN_ADDRESS)


def _short(text: str, most: int) -> str:
    """Return enough of a text to recognise it; what is sent is whole."""
    return text if len(text) <= most else f"{text[: most - 3].rstrip()}..."
