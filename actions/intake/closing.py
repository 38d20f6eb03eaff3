"""The ways out of an interview: the summary, what to change in it, a person, a case that others reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from actions.intake import say
from actions.intake.commands import hand_over, leave, obey_words
from actions.intake.heard import Heard
from actions.intake.reply import Reply, ask, go_on, misread, stay
from actions.intake.report import fingerprint, to_submit
from actions.intake.say import DONE, WHICH, Say
from actions.intake.services import Catalogue
from actions.intake.state import State, next_open, questions
from actions.intake.text import plain
from actions.intake.words import CHANGE, CHANGE_VERBS, FOLLOW, LINES, MINE, NO, SEND, SEND_AND_FOLLOW, WISHES, YES
from bot.choices import read_choice


def take_summary(catalogue: Catalogue, state: State, heard: Heard) -> Reply:
    """Take one of its choices, or at once what to change: "change 3", "change the place"."""
    wanted = heard.picks(say.own_titles(("follow", "send", "change", "leave"), heard.language))
    said = plain(heard.text)
    if wanted in ("follow", "send") or said in SEND | SEND_AND_FOLLOW:
        return _send(catalogue, state, heard, follow=wanted == "follow" or said in SEND_AND_FOLLOW)
    if wanted == "change" or said in CHANGE:
        return ask(catalogue, state.asking(WHICH), heard.language)
    if wanted == "leave":
        return leave(catalogue, state, heard.language)
    line = _line(catalogue, state, heard) if _without_verb(said.split()) is not None else None
    if line:
        return ask(catalogue, state.asking(line), heard.language)
    return _obey_or_misread(catalogue, state, heard)


def _send(catalogue: Catalogue, state: State, heard: Heard, *, follow: bool) -> Reply:
    """Hand the report over, unless the service has changed since it was read back."""
    if next_open(catalogue, state) is not None:
        return go_on(catalogue, state, heard.language)
    if state.summed_up != fingerprint(catalogue, state):
        return go_on(catalogue, state, heard.language, Say("utter_intake_look_again", {}))
    reference = heard.new_reference()
    submit = to_submit(catalogue, state, reference=reference, language=heard.language, follow=follow)
    received = Say(f"utter_intake_received{'_following' if follow else ''}", {"reference": reference})
    return Reply(says=(received,), state=state.asking(DONE).to_json(), outcome="confirmed", submit=submit)


def take_which(catalogue: Catalogue, state: State, heard: Heard) -> Reply:
    """Take the line that is to be changed."""
    keys = [question.key for question in questions(catalogue, state)]
    key = heard.pressed if heard.pressed in keys else _line(catalogue, state, heard)
    if key:
        return ask(catalogue, state.asking(key), heard.language)
    return _obey_or_misread(catalogue, state, heard)


def _line(catalogue: Catalogue, state: State, heard: Heard) -> str | None:
    """Return the key of the summary's line that is meant by number or name, with or without "change"."""
    words = plain(heard.text).split()
    changed = _without_verb(words)
    rest = [word for word in (words if changed is None else changed) if word not in LINES]
    asked = questions(catalogue, state)
    labels = [plain(question.label(heard.language)) for question in asked]
    index = read_choice(" ".join(rest), labels)
    if index is not None:
        return asked[index].key
    named = {word for word in rest if len(word) > 3}
    hits = [question.key for question, label in zip(asked, labels, strict=True) if named & set(label.split())]
    return hits[0] if len(hits) == 1 else None


def _without_verb(words: list[str]) -> list[str] | None:
    """Return what is left of "change 3" or, as Turkish orders it, "3 değiştir"; None when nothing is to be changed."""
    words = [word for word in words if word not in WISHES]
    if words and words[0].startswith(CHANGE_VERBS):
        return words[1:]
    return words[:-1] if words and words[-1].startswith(CHANGE_VERBS) else None


def take_nearby(catalogue: Catalogue, state: State, heard: Heard) -> Reply:
    """Take which case is followed instead, or that the citizen reports all the same."""
    cases = state.nearby or ()
    wanted = heard.picks(say.nearby_titles(cases, heard.language)) or ""
    said = plain(heard.text)
    numbers = [case.number for case in cases]
    named = [number for number in numbers if _names(number, said)] or (numbers if said in FOLLOW else [])
    if wanted.startswith("follow:") or len(named) == 1:
        number = wanted.removeprefix("follow:") or named[0]
        followed = Say("utter_intake_followed", {"number": number})
        return Reply(says=(followed,), state=state.asking(DONE).to_json(), outcome="followed", follow=number)
    if wanted == "mine" or said in MINE | NO:
        return go_on(catalogue, state, heard.language)
    return _obey_or_misread(catalogue, state, heard)


def _names(number: str, said: str) -> bool:
    """Tell whether a case's number was said; a short one only if nothing else was."""
    wanted = plain(number)
    return (bool(said) and said == wanted) or (len(wanted) > 4 and f" {wanted} " in f" {said} ")


def take_person(catalogue: Catalogue, state: State, heard: Heard, take: Callable[[State, Heard], Reply]) -> Reply:
    """Take yes or no to a person; an answer to the question itself, which `take` reads, is welcome too."""
    wanted = heard.picks(say.own_titles(("person", "go_on"), heard.language))
    said = plain(heard.text)
    if wanted == "person" or said in YES:
        return hand_over(catalogue, state, heard.language)
    back = state.asking(state.instead_of)
    if wanted == "go_on" or said in NO:
        return stay(catalogue, back, heard.language)
    reply = take(back, heard)
    return reply if reply.understood else replace(ask(catalogue, state, heard.language), understood=False)


def _obey_or_misread(catalogue: Catalogue, state: State, heard: Heard) -> Reply:
    obeyed = obey_words(heard.text, catalogue, state, heard.language)
    return obeyed or misread(catalogue, state, heard.language)
