"""What a citizen may say at any question: back, start over, leave, later, skip, more, repeat, why, a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from actions.intake.menu import shown
from actions.intake.questions import LOCATION, SERVICE
from actions.intake.reply import Reply, ask, go_on, stay
from actions.intake.say import NEARBY, SUMMARY, WHICH, Say
from actions.intake.services import Catalogue
from actions.intake.state import State, is_open, question_asked, questions
from actions.intake.words import command


def obey(wanted: str, catalogue: Catalogue, state: State, language: str) -> Reply | None:
    """Carry out a command, or return None where it means nothing."""
    command = COMMANDS.get(wanted)
    return command(catalogue, state, language) if command else None


def obey_words(text: str, catalogue: Catalogue, state: State, language: str) -> Reply | None:
    """Carry out the command that `text` is, or return None if it is none, or means nothing here."""
    wanted = command(text)
    return obey(wanted, catalogue, state, language) if wanted else None


def leave(catalogue: Catalogue, state: State, language: str) -> Reply:
    return Reply(says=(Say("utter_intake_stopped", {}),), state=state.to_json(), outcome="stopped")


def hand_over(catalogue: Catalogue, state: State, language: str) -> Reply:
    """End with a person; the interview waits at its question."""
    return Reply(says=(Say("utter_handed_over", {}),), state=_waiting(state), outcome="person")


def _save(catalogue: Catalogue, state: State, language: str) -> Reply:
    """End for now; whoever keeps the state says under which code."""
    return Reply(says=(), state=_waiting(state), outcome="put_aside")


def _waiting(state: State) -> dict[str, object]:
    return state.asking(state.instead_of or state.asked).to_json()


def _restart(catalogue: Catalogue, state: State, language: str) -> Reply:
    return ask(catalogue, State(), language, Say("utter_intake_restarted", {}))


def _back(catalogue: Catalogue, state: State, language: str) -> Reply:
    """Ask the question before this one again; its answer stays until another one is given."""
    here = state.instead_of or state.asked
    if here in (WHICH, NEARBY):
        return ask(catalogue, state.asking(SUMMARY if here == WHICH else LOCATION), language)
    if here == SERVICE and (state.offered or state.page):
        return ask(catalogue, replace(state.asking(SERVICE), offered=(), page=0), language)
    keys = [question.key for question in questions(catalogue, state)]
    position = keys.index(here) if here in keys else len(keys)
    if position == 0:
        return ask(catalogue, state.asking(SERVICE), language, Say("utter_intake_first", {}))
    return ask(catalogue, state.asking(keys[position - 1]), language)


def _why(catalogue: Catalogue, state: State, language: str) -> Reply | None:
    question = question_asked(catalogue, state)
    if question is None:
        return None
    return ask(catalogue, state, language, Say("utter_intake_why", {"why": question.why(language)}))


def _more(catalogue: Catalogue, state: State, language: str) -> Reply | None:
    """Turn the page, after the last one back to the first."""
    question = question_asked(catalogue, state)
    turned = replace(state.asking(state.instead_of or state.asked), page=state.page + 1)
    if question is None or shown(question, state, language) == shown(question, turned, language):
        return None
    return ask(catalogue, turned, language)


def skip(catalogue: Catalogue, state: State, language: str) -> Reply | None:
    """Leave an optional question without an answer; one that has an answer keeps it."""
    if state.asked == NEARBY:
        return go_on(catalogue, state, language)
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
    "save": _save,
    "person": hand_over,
    "restart": _restart,
    "back": _back,
    "why": _why,
    "more": _more,
    "repeat": stay,
    "skip": skip,
}
