"""The exam is apart from the training data, large enough, and says nothing twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from bot.evaluation.exam import CLEAN, Case, written
from bot.fold import fold

ROOT = Path(__file__).parents[2]
#: The languages in which every topic is asked for, and how often at least.
TOPIC_LANGUAGES = ("en", "es")
PER_TOPIC = 8
OUT_OF_SCOPE = 200
#: Rasa's ways to mark an entity: [text](type) and [text]{...}.
MARKED = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")


def plain(text: str) -> str:
    """Return the words of a text, folded: what makes two wordings the same."""
    return " ".join(re.findall(r"\w+", fold(text)))


def training() -> Iterator[tuple[str, str]]:
    """Every training example: its intent and its text."""
    for path in sorted((ROOT / "data" / "nlu").rglob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block.get("examples", "").splitlines():
                yield block.get("intent", ""), MARKED.sub(r"\1", line.removeprefix("- "))


@cache
def exam() -> tuple[Case, ...]:
    return tuple(written(ROOT / "tests" / "nlu"))


def test_no_message_stands_in_the_training_data() -> None:
    learnt = {plain(text): intent for intent, text in training()}
    clashes = [
        f"{case.language} {'/'.join(case.intents) or case.foreign}: {case.text!r} is an example of {learnt[words]}"
        for case in exam()
        if (words := plain(case.text)) in learnt
    ]
    assert clashes == [], "put other wordings into the exam"


def test_the_check_sees_what_is_the_same() -> None:
    assert plain("When's  TRASH day?") == plain("when s trash day")
    assert plain("Recolección") == plain("recoleccion")
    assert MARKED.sub(r"\1", 'pay [84](amount) [today]{"entity": "date"}') == "pay 84 today"


@pytest.mark.parametrize("language", TOPIC_LANGUAGES)
def test_every_topic_is_asked_for_often_enough(language: str) -> None:
    asked = Counter(c.intents for c in exam() if (c.language, c.kind) == (language, CLEAN) and len(c.intents) == 1)
    topics = [f"faq/{path.stem}" for path in sorted((ROOT / "data" / "nlu" / "topics").glob("*.yml"))]
    assert {topic: asked[(topic,)] for topic in topics if asked[(topic,)] < PER_TOPIC} == {}


@pytest.mark.parametrize("language", TOPIC_LANGUAGES)
def test_enough_is_out_of_scope(language: str) -> None:
    assert sum(c.language == language and bool(c.foreign) for c in exam()) >= OUT_OF_SCOPE


def test_no_message_has_two_meanings() -> None:
    meanings: dict[str, set[object]] = {}
    for case in exam():
        # Messages that are asked for entities alone, or for their language, have no meaning of their own.
        if case.intents or case.foreign:
            meanings.setdefault(plain(case.text), set()).add(case.intents or "out of scope")
    assert {text: found for text, found in meanings.items() if len(found) > 1} == {}


def test_no_message_is_asked_twice_in_one_language() -> None:
    texts = Counter((case.language, plain(case.text)) for case in exam() if case.entities is None)
    assert [text for text, count in texts.items() if count > 1] == []


def test_every_intent_of_the_exam_can_be_learnt() -> None:
    assert {intent for case in exam() for intent in case.intents} - {intent for intent, _ in training()} == set()


def test_every_intent_that_is_learnt_is_asked_for() -> None:
    learnt = {intent for intent, _ in training() if intent and not intent.startswith("out_of_scope/")}
    assert learnt - {intent for case in exam() for intent in case.intents} == set()
