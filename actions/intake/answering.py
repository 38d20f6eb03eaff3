"""Taking the answer to one question: a value, a command, a choice that shows others, or nothing that we can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from actions.intake.answers import LONGEST_TEXT, Asked, clean, read
from actions.intake.commands import obey_words, skip
from actions.intake.filling import fill
from actions.intake.finding import address_in, describes, find
from actions.intake.heard import Heard
from actions.intake.menu import MORE, of_group, other_picked, page_of, shown, values_shown
from actions.intake.questions import ATTRIBUTE, DESCRIPTION, LOCATION, SERVICE, Question
from actions.intake.reply import Reply, ask, go_on, misread, stay
from actions.intake.say import Say, unbound
from actions.intake.services import Catalogue, Service
from actions.intake.state import State
from actions.intake.text import is_question, plain
from actions.intake.words import NOT_KNOWN


def take_answer(catalogue: Catalogue, state: State, question: Question, heard: Heard) -> Reply:
    """Keep the answer and go on; or carry out a command, show other choices, or ask again."""
    # "0" is how many, where a number is asked, and a title is a title; everywhere else a command goes first.
    a_title = plain(heard.text) in [plain(title) for title in question.titles(heard.language).values()]
    other = other_picked(heard.text, question, shown(question, state, heard.language))
    if other and not a_title and heard.pressed is None:
        return show_others(catalogue, state, *unbound(other), heard)
    value = _read(state, question, heard)
    if value is None or (question.kind != "number" and not a_title):
        obeyed = obey_words(heard.text, catalogue, state, heard.language)
        if obeyed:
            return obeyed
    if value is not None and question.key == SERVICE:
        return go_on(catalogue, _with_service(catalogue, state, value, heard), heard.language)
    if value is not None:
        return go_on(catalogue, state.answered(question.key, value), heard.language)
    return _take_unread(catalogue, state, question, heard)


def _take_unread(catalogue: Catalogue, state: State, question: Question, heard: Heard) -> Reply:
    """Take what is no answer for what else it may be: words of several services, "I don't know"."""
    if question.key == SERVICE and not is_question(heard.text):
        told, address = with_told(state, heard.text), address_in(heard.text)
        # "12 Oak Street" speaks of no street light.
        said = clean(heard.text).replace(address, "") if address else heard.text
        fitting = tuple(service.service_code for service in find(catalogue, said, heard.likeness))
        if fitting and fitting != question.offered:
            return _narrow(catalogue, told, fitting, heard)
        if address and LOCATION not in state.answers:
            placed = state.keeping(LOCATION, told.answers[LOCATION])
            return stay(catalogue, placed, heard.language, Say("utter_intake_place_kept", {}))
    skipped = None
    if not question.required and plain(heard.text) in NOT_KNOWN:
        skipped = skip(catalogue, state, heard.language)
    return skipped or misread(catalogue, state, heard.language)


def show_others(catalogue: Catalogue, state: State, key: str, pressed: str, heard: Heard) -> Reply:
    """Turn the page or open a group of the present question's choices; below another question it does nothing."""
    here = state.asking(state.instead_of or state.asked)
    if key == MORE:
        below, page = page_of(pressed)
        return stay(catalogue, replace(here, page=page) if below == here.asked else here, heard.language)
    codes = of_group(catalogue, pressed)
    if here.asked != SERVICE or not codes:
        return stay(catalogue, here, heard.language)
    return _narrow(catalogue, here, codes, heard)


def _narrow(catalogue: Catalogue, state: State, codes: tuple[str, ...], heard: Heard) -> Reply:
    """Offer these services, or take the only one."""
    if len(codes) == 1:
        return go_on(catalogue, _with_service(catalogue, state, codes[0], heard), heard.language)
    return ask(catalogue, replace(state, offered=codes, page=0), heard.language)


def _with_service(catalogue: Catalogue, state: State, code: str, heard: Heard) -> State:
    said = f"{state.answers.get(DESCRIPTION) or ''}\n{heard.text}"
    return with_service(state, catalogue.services[code], said, language=heard.language, now=heard.now)


def with_service(state: State, service: Service, said: str, *, language: str, now: datetime) -> State:
    """Keep the service, and what was said that answers its questions already."""
    chosen = state.answered(SERVICE, service.service_code)
    told = {ATTRIBUTE + code: value for code, value in fill(service, said, language, now).items()}
    return replace(chosen, answers={**told, **chosen.answers})


def with_told(state: State, said: str) -> State:
    """Keep what a sentence about the matter answers besides the service: what happened, and where, if it is sure."""
    if DESCRIPTION not in state.answers and describes(said):
        state = state.keeping(DESCRIPTION, clean(said)[:LONGEST_TEXT])
    address = address_in(said)
    return state.keeping(LOCATION, {"address": address}) if address and LOCATION not in state.answers else state


def _read(state: State, question: Question, heard: Heard) -> Any | None:
    titles = question.titles(heard.language)
    if heard.pressed is not None:
        picked = [heard.pressed] if question.kind == "multivaluelist" else heard.pressed
        return picked if heard.pressed in titles else None
    page = values_shown(question, shown(question, state, heard.language))
    if question.offered:
        # Words that fit several services may fit only one of those that are offered.
        among = read_as(question.kind, heard, {code: titles[code] for code in question.offered}, page)
        if among is not None:
            return among
    return read_as(question.kind, heard, titles, page)


def read_as(
    kind: str, heard: Heard, titles: Mapping[str, str] | None = None, shown: Sequence[str] | None = None
) -> Any | None:
    """Return the value that the words mean as an answer of this kind, or None."""
    return read(heard.text, Asked(kind=kind, titles=titles or {}, shown=shown, language=heard.language, now=heard.now))
