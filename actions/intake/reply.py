"""What the interview answers: the next question, the same one again, the summary, and what it remembers with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from actions.intake import say
from actions.intake.menu import shown
from actions.intake.questions import SERVICE, Question
from actions.intake.report import fingerprint
from actions.intake.say import NEARBY, PERSON, SUMMARY, WHICH, Say
from actions.intake.services import Catalogue
from actions.intake.state import State, next_open, notes_before, question_asked, questions
from bot.messages import Location, Submit

Outcome = Literal["confirmed", "stopped", "person", "put_aside", "followed"]
#: So many misreadings of one question bring an explanation, then the offer of a person.
EXPLAIN_AFTER, PERSON_AFTER = 2, 3
#: What is asked beside the questions, and stays asked whatever else is said.
ASIDE = (WHICH, PERSON, NEARBY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """What is reported, and where, now that both are known: others may have reported the same."""

    service_code: str
    location: Location | None
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What to say, what to remember, and how the interview ended, if it did."""

    says: tuple[Say, ...]
    #: JSON-able; hand it back with the next answer.
    state: dict[str, Any]
    outcome: Outcome | None = None
    submit: Submit | None = None
    #: Number of the case that the citizen follows instead.
    follow: str | None = None
    #: Set once in an interview: look for open cases there, and hand them to `Interview.offer_nearby`.
    near: Near | None = None
    #: False when the text was no readable answer to the present question and no command: the caller may answer it
    #: as a question of its own and drop this reply.
    understood: bool = True


def ask(catalogue: Catalogue, state: State, language: str, *before: Say) -> Reply:
    """Put what `state.asked` names, after the notes that are due."""
    if not catalogue.services:
        waiting = state.instead_of or state.asked
        state = replace(state, asked=PERSON, instead_of=waiting, misread=0)
    question = None if state.asked == PERSON else question_asked(catalogue, state)
    if question is None and state.asked not in (SUMMARY, *ASIDE):  # its service, or the question, is gone
        return go_on(catalogue, state, language, *before)
    notes = [] if state.asked in ASIDE else notes_before(catalogue, state, question)
    state = replace(state, noted=(*state.noted, *(note.code for note in notes)))
    if state.asked == SUMMARY:
        state = replace(state, summed_up=fingerprint(catalogue, state))
    said = [Say("utter_intake_note", {"note": note.text("description", language)}) for note in notes]
    return Reply(says=(*before, *said, _present(catalogue, state, question, language)), state=state.to_json())


def _present(catalogue: Catalogue, state: State, question: Question | None, language: str) -> Say:
    if question is not None:
        return say.ask(question, shown(question, state, language), language)
    if state.asked == PERSON:
        return say.offer_person(language, open_for_reports=bool(catalogue.services))
    if state.asked == WHICH:
        return say.which(questions(catalogue, state), language)
    if state.asked == NEARBY:
        return say.nearby(state.nearby or (), language)
    return say.summary(questions(catalogue, state), state.answers, len(state.photos), language)


def go_on(catalogue: Catalogue, state: State, language: str, *before: Say) -> Reply:
    """Ask the next open question, or read the report back when there is none."""
    if not catalogue.services:
        return ask(catalogue, state, language, *before)
    question = next_open(catalogue, state)
    if question and question.key == SERVICE and SERVICE in state.answers:
        before = (*before, Say("utter_intake_service_gone", {}))
    return ask(catalogue, state.asking(question.key if question else SUMMARY), language, *before)


def stay(catalogue: Catalogue, state: State, language: str, *before: Say) -> Reply:
    """Ask the same again, or go on if it need not be asked any more."""
    if state.asked in ASIDE or question_asked(catalogue, state) is not None:
        return ask(catalogue, state, language, *before)
    return go_on(catalogue, state, language, *before)


def misread(catalogue: Catalogue, state: State, language: str) -> Reply:
    """Ask again simply, then with an explanation, then offer a person."""
    worse = replace(state, misread=state.misread + 1)
    if worse.misread >= PERSON_AFTER:
        worse = replace(worse, asked=PERSON, instead_of=state.instead_of or state.asked, misread=0)
        return replace(ask(catalogue, worse, language), understood=False)
    kind = "again"
    if worse.misread >= EXPLAIN_AFTER:
        question = question_asked(catalogue, state)
        kind = f"explain_{question.kind if question else 'singlevaluelist'}"
    return replace(ask(catalogue, worse, language, Say(f"utter_intake_{kind}", {})), understood=False)
