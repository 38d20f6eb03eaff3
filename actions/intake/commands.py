"""What a citizen may say at any question: back, start over, leave, skip, why, a person."""

from __future__ import annotations

from collections.abc import Callable

from actions.intake.questions import SERVICE
from actions.intake.reply import Reply, ask, go_on
from actions.intake.say import SUMMARY, WHICH, Say
from actions.intake.services import Catalogue
from actions.intake.state import State, is_open, question_asked, questions


def obey(wanted: str, catalogue: Catalogue, state: State, language: str) -> Reply | None:
    """Carry out a command, or return None where it means nothing."""
    command = COMMANDS.get(wanted)
    return command(catalogue, state, language) if command else None


def leave(catalogue: Catalogue, state: State, language: str) -> Reply:
    return Reply(says=(Say("utter_intake_stopped", {}),), state=state.to_json(), outcome="stopped")


def hand_over(catalogue: Catalogue, state: State, language: str) -> Reply:
    """End with a person; the interview waits at its question."""
    waiting = state.asking(state.instead_of or state.asked)
    return Reply(says=(Say("utter_handed_over", {}),), state=waiting.to_json(), outcome="person")


def _restart(catalogue: Catalogue, state: State, language: str) -> Reply:
    return ask(catalogue, State(), language, Say("utter_intake_restarted", {}))


def _back(catalogue: Catalogue, state: State, language: str) -> Reply:
    """Ask the question before this one again; its answer stays until another one is given."""
    if state.asked == WHICH:
        return ask(catalogue, state.asking(SUMMARY), language)
    keys = [question.key for question in questions(catalogue, state)]
    here = state.instead_of or state.asked
    position = keys.index(here) if here in keys else len(keys)
    if position == 0:
        return ask(catalogue, state.asking(SERVICE), language, Say("utter_intake_first", {}))
    return ask(catalogue, state.asking(keys[position - 1]), language)


def _why(catalogue: Catalogue, state: State, language: str) -> Reply | None:
    question = question_asked(catalogue, state)
    if question is None:
        return None
    return ask(catalogue, state, language, Say("utter_intake_why", {"why": question.why(language)}))


def skip(catalogue: Catalogue, state: State, language: str) -> Reply | None:
    """Leave an optional question without an answer; one that has an answer keeps it."""
    question = question_asked(catalogue, state)
    if question is None:
        return None
    if not is_open(question, state):
        return go_on(catalogue, state, language)
    if question.required:
        return ask(catalogue, state, language, Say("utter_intake_required", {}))
    return go_on(catalogue, state.answered(question.key, None), language)


COMMANDS: dict[str, Callable[[Catalogue, State, str], Reply | None]] = {
    "menu": leave,
    "person": hand_over,
    "restart": _restart,
    "back": _back,
    "why": _why,
    "skip": skip,
}
