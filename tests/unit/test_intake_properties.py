"""What holds for every interview, in every town, whatever a citizen does."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from intake_citizen import NOW, PHRASES, REFERENCE
from intake_towns import LANGUAGES, RARE_WORDS, WORDS, some_place, some_town, with_fewer_questions

from actions.intake.interview import Case, Interview, Option, Reply
from actions.intake.menu import GROUP, MORE
from actions.intake.questions import questions_of
from actions.intake.say import SUMMARY, unbound
from actions.intake.services import Catalogue
from actions.intake.state import State, question_asked
from actions.intake.text import plain
from actions.intake.words import command

NOTHING = Catalogue.of(())
CASES = (Case(number="2026-000123", date="2026-03-03", address="12 Oak Street"), Case(number="a:b", date="2026-03-01"))
MOST_CHOICES = 9
SEEDS = st.integers(0, 2**32 - 1)
#: What answers a question of each kind.
GOOD = {
    "string": "a green door",
    "text": "It is broken.",
    "number": "3",
    "datetime": "yesterday",
    "phone": "415 555 2671",
    "email": "ana@example.org",
    "address": "12 Oak Street",
}


@dataclass
class Talk:
    """One conversation; everything that must always be true is checked after each step."""

    catalogue: Catalogue
    language: str = "en"
    cases: tuple[Case, ...] = ()
    reply: Reply = field(init=False)
    #: Every choice that was ever shown: old buttons stay on the screen.
    seen: list[str] = field(default_factory=list)
    looks: int = 0
    #: The catalogue that the present question was asked from, and the one before.
    asked_by: Catalogue = NOTHING
    asked_before: Catalogue = NOTHING
    #: What the last summary showed: (key, value) of each question, and the state then.
    summary: tuple[dict[str, Any], Mapping[str, Any]] = field(default_factory=lambda: ({}, {}))

    def begin(self, text: str) -> None:
        self._hear(Interview(self.catalogue).start(text, language=self.language, now=NOW), {})

    def say(self, text: str = "", **more: Any) -> None:
        before = json.loads(json.dumps(self.reply.state))
        reply = Interview(self.catalogue).answer(
            before, text, language=self.language, now=NOW, new_reference=lambda: REFERENCE, **more
        )
        if command(text) == "restart":
            self.looks = 0
        else:
            _check_that_nothing_is_lost(before, reply)
        self._hear(reply, before)

    def take_up(self) -> None:
        before = json.loads(json.dumps(self.reply.state))
        reply = Interview(self.catalogue).resume(before, self.language)
        _check_that_nothing_is_lost(before, reply)
        self._hear(reply, before)

    def choices(self) -> tuple[Option, ...]:
        return self.reply.says[-1].choices if self.reply.says else ()

    def _hear(self, reply: Reply, before: Mapping[str, Any]) -> None:
        if reply.near is not None:
            self.looks += 1
            reply = Interview(self.catalogue).offer_nearby(reply, self.cases, self.language)
        assert (reply.submit is not None) == (reply.outcome == "confirmed")
        assert (reply.follow is not None) == (reply.outcome == "followed")
        assert reply.says or reply.outcome == "put_aside"
        for said in reply.says:
            PHRASES.say(said.response, self.language, "sms", **said.values)
        if reply.submit is not None:
            assert SUMMARY in (before["asked"], before["instead_of"])
            self._check_that_it_was_shown(reply)
        self.reply = reply
        self.asked_before, self.asked_by = self.asked_by, self.catalogue
        if reply.state["asked"] == SUMMARY and reply.says and reply.outcome is None:
            asked = questions_of(self.catalogue, reply.state["answers"])
            lines = reply.says[-1].values["lines"].splitlines()
            assert [line.partition(" ")[0] for line in lines[: len(asked)]] == [f"#{n + 1}" for n in range(len(asked))]
            self.summary = ({q.key: reply.state["answers"].get(q.key) for q in asked}, reply.state)
        self._check_choices()

    def _check_choices(self) -> None:
        choices = self.choices()
        assert len(choices) <= MOST_CHOICES
        assert len({option.value for option in choices}) == len(choices)
        assert all(option.title.strip() for option in choices)
        assert not any(option.value.startswith("/") for option in choices), "a payload with a slash is an intent"
        self.seen += [option.value for option in choices]

    def _check_that_it_was_shown(self, reply: Reply) -> None:
        submit, (shown, state) = reply.submit, self.summary
        assert submit is not None
        place = dict(shown["location"])
        assert submit.service_code == shown["service"]
        assert submit.address_string == place.get("address", "")
        assert (submit.location is not None) == ("latitude" in place)
        attributes = {key: value for key, value in shown.items() if key.startswith("attr.") and value is not None}
        assert {f"attr.{code}": value for code, value in submit.attributes.items()} == attributes
        photos = [submit.media_url, *submit.description.splitlines()[-len(state["photos"]) + 1 :]]
        assert not state["photos"] or photos[: len(state["photos"])] == state["photos"]
        assert submit.description.startswith(shown["description"] or "")


def _check_that_nothing_is_lost(before: Mapping[str, Any], reply: Reply) -> None:
    old, new = _answers(before), _answers(reply.state)
    assert old.keys() <= new.keys()
    # One answer, and a place on the map that came with it; what nobody was asked, nobody changes.
    assert len([key for key in old if old[key] != new[key]]) <= 2
    assert set(before["photos"]) <= set(reply.state["photos"])


def _answers(state: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    """Return every answer by the service that its question belongs to."""
    answers = state["answers"]
    here = {(answers.get("service", "") if k.startswith("attr.") else "", k): v for k, v in answers.items()}
    return here | {(code, k): v for code, away in state["elsewhere"].items() for k, v in away.items()}


def act(talk: Talk, random: Random, typed: Sequence[str]) -> None:
    """Do one thing that citizens do."""
    kind = random.choice(("say", "press", "press", "old", "send", "answer", "answer", "answer", "answer"))
    same_town = talk.asked_by is talk.catalogue
    if kind == "press" and talk.choices():
        talk.say(choice=random.choice(talk.choices()).value)
        assert talk.reply.understood or not same_town, "what is offered is understood"
    elif kind == "old" and talk.seen:
        talk.say(choice=random.choice((*talk.seen, *talk.seen, ":", "x", "more:x:y", "group:", "do:back", "do:x")))
    elif kind == "send":
        place = random.choice((None, some_place(random)))
        talk.say(random.choice(("", *typed)), location=place, attachments=tuple(random.choices("abc", k=2)))
    elif kind == "answer":
        answer(talk, random.randrange(100))
    else:
        talk.say(random.choice((*WORDS, *typed)) if random.random() < 0.95 else random.choice(RARE_WORDS))


def answer(talk: Talk, turn: int) -> None:
    """Answer what is asked, by number, by pressing or in words, as somebody does who wants to get through."""
    state = State.from_json(talk.reply.state)
    question = question_asked(talk.catalogue, state)
    if not talk.choices():
        talk.say(GOOD[question.kind] if question else "2")
        return
    shown = [option.value for option in talk.choices()]
    picked = turn % len(shown)
    own = [n for n, one in enumerate(talk.choices(), 1) if question and unbound(one.value)[0] == question.key]
    if question is not None and question.kind == "multivaluelist" and turn % 2:
        talk.say(" and ".join(map(str, own[:2])))
    elif turn % 3:
        talk.say(str(picked + 1))
        if question is not None and question.kind == "singlevaluelist" and picked + 1 in own:
            told_by_number = talk.reply.state["answers"].get(question.key)
            named = str(picked + 1) in [plain(title) for title in question.titles(talk.language).values()]
            assert named or talk.asked_before is not talk.catalogue or told_by_number == unbound(shown[picked])[1]
    else:
        talk.say(choice=talk.choices()[picked].value)


@given(seed=SEEDS, typed=st.lists(st.text(max_size=40), min_size=5, max_size=5))
@settings(max_examples=60, deadline=None)
def test_nothing_crashes_nothing_is_lost_and_nothing_is_sent_but_what_was_confirmed(
    seed: int, typed: list[str]
) -> None:
    random = Random(seed)
    town = some_town(random)
    towns = (town, town, with_fewer_questions(town), some_town(random), NOTHING)
    talk = Talk(town, cases=random.choice(((), (), CASES)))
    talk.begin(random.choice((*WORDS, *typed)))
    for _ in range(80):
        if random.random() < (0.5 if talk.catalogue is NOTHING else 0.05):
            talk.catalogue = random.choice(towns)
            if random.random() < 0.5:
                talk.take_up()
        if random.random() < 0.2:
            talk.language = random.choice(LANGUAGES)
        act(talk, random, typed)
        if talk.reply.outcome in ("person", "put_aside"):
            talk.take_up()
        elif talk.reply.outcome:
            break
        assert talk.looks <= 1, "who changes service or place is not asked about other cases again"


@given(seed=SEEDS)
@settings(max_examples=60, deadline=None)
def test_who_answers_what_is_asked_comes_to_an_end(seed: int) -> None:
    random = Random(seed)
    talk = Talk(some_town(random), random.choice(LANGUAGES), random.choice(((), (), CASES)))
    talk.begin("")
    # Service, place, description, other cases, and the summary twice are asked beside what the service asks.
    steps, most = 0, 6 + max(len(service.attributes) for service in talk.catalogue.services.values())
    changes = random.random() < 0.5
    while talk.reply.outcome is None:
        assert steps < most, "the interview does not end"
        others = any(unbound(option.value)[0] in (MORE, GROUP) for option in talk.choices())
        steps += not others or random.random() < 0.3
        if talk.reply.state["asked"] == SUMMARY:
            if changes:
                talk.catalogue, changes = with_fewer_questions(talk.catalogue), False
            talk.say("1")
        else:
            answer(talk, random.randrange(100))
        assert talk.reply.understood
    assert talk.reply.outcome in ("confirmed", "followed")
