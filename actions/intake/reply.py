"""What the interview answers: the next question, the same one again, the summary, and what it remembers with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from actions.intake import say
from actions.intake.questions import Question
from actions.intake.say import PERSON, SUMMARY, WHICH, Say
from actions.intake.services import Catalogue
from actions.intake.state import State, next_open, notes_before, question_asked, questions
from bot.messages import Submit

Outcome = Literal["confirmed", "stopped", "person"]
#: So many misreadings of one question bring an explanation, then the offer of a person.
EXPLAIN_AFTER, PERSON_AFTER = 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What to say, what to remember, and how the interview ended, if it did."""

    says: tuple[Say, ...]
    #: JSON-able; hand it back with the next answer.
    state: dict[str, Any]
    outcome: Outcome | None = None
    submit: Submit | None = None
    #: False when the text was no readable answer to the present question and no command: the caller may answer it
    #: as a question of its own and drop this reply.
    understood: bool = True


def ask(catalogue: Catalogue, state: State, language: str, *before: Say) -> Reply:
    """Put what `state.asked` names, after the notes that are due."""
    question = None if state.asked == PERSON else question_asked(catalogue, state)
    notes = [] if state.asked in (PERSON, WHICH) else notes_before(catalogue, state, question)
    state = replace(state, noted=(*state.noted, *(note.code for note in notes)))
    said = [Say("utter_intake_note", {"note": note.text("description", language)}) for note in notes]
    return Reply(says=(*before, *said, _present(catalogue, state, question, language)), state=state.to_json())


def _present(catalogue: Catalogue, state: State, question: Question | None, language: str) -> Say:
    if question is not None:
        return say.ask(question, language)
    if state.asked == PERSON:
        return say.offer_person(language)
    if state.asked == WHICH:
        return say.which(questions(catalogue, state), language)
    return say.summary(questions(catalogue, state), state.answers, len(state.photos), language)


def go_on(catalogue: Catalogue, state: State, language: str, *before: Say) -> Reply:
    """Ask the next open question, or read the report back when there is none."""
    question = next_open(catalogue, state)
    return ask(catalogue, state.asking(question.key if question else SUMMARY), language, *before)


def stay(catalogue: Catalogue, state: State, language: str, *before: Say) -> Reply:
    """Ask the same again, or go on if it need not be asked any more."""
    if state.asked in (WHICH, PERSON) or question_asked(catalogue, state) is not None:
        return ask(catalogue, state, language, *before)
    return go_on(catalogue, state, language, *before)


def misread(catalogue: Catalogue, state: State, language: str) -> Reply:
    """Ask again simply, then with an explanation, then offer a person."""
    worse = replace(state, misread=state.misread + 1)
    if worse.misread >= PERSON_AFTER:
        worse = replace(worse.asking(PERSON), instead_of=state.instead_of or state.asked)
        return replace(ask(catalogue, worse, language), understood=False)
    kind = "again"
    if worse.misread >= EXPLAIN_AFTER:
        question = question_asked(catalogue, state)
        kind = f"explain_{question.kind if question else 'singlevaluelist'}"
    return replace(ask(catalogue, worse, language, Say(f"utter_intake_{kind}", {})), understood=False)
