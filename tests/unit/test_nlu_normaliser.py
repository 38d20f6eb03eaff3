"""Texting abbreviations are written out, each in its own language."""

from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.abbreviations import ABBREVIATIONS
from bot.nlu.normaliser import Normaliser
from bot.nlu.properties import CLEAN, LANGUAGE

NORMALISER = Normaliser({})


@pytest.mark.parametrize(
    ("text", "language", "seen"),
    [
        ("pls tell me wen u pick up", "en", "please tell me when you pick up"),
        ("PLS, hurry", "en", "please, hurry"),
        ("is it open 2day?", "en", "is it open today?"),
        ("w/ my dog", "en", "with my dog"),
        ("q dia pasa la basura xfa", "es", "que dia pasa la basura por favor"),
        ("mrb, cop nzmn toplaniyor", "tr", "merhaba, cop ne zaman toplaniyor"),
        ("pls u", None, "please you"),
    ],
)
def test_abbreviations_are_written_out(text: str, language: str | None, seen: str) -> None:
    assert NORMALISER.write_out(text, language) == seen


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "en"),
        ("when is bin day", "en"),
        ("q dia pasa", "en"),
        ("u r late", "es"),
        ("متى يتم جمع القمامة", "ar"),
        ("pls u", "other"),
        ("mail u@r.example", "en"),
        ("see www.u.example/ur/r", "en"),
        ("the u-turn", "en"),
        ("uur rhr", "en"),
        ("K7QX-2M9D-4HTR", "en"),
    ],
)
def test_everything_else_stays(text: str, language: str) -> None:
    assert NORMALISER.write_out(text, language) == text


def test_a_town_adds_words_of_its_own() -> None:
    own = Normaliser({"abbreviations": {"en": {"dpw": "public works", "u": "university"}, "fr": {"svp": "please"}}})
    assert own.write_out("dpw at u, pls", "en") == "public works at university, please"
    assert own.write_out("svp", "fr") == "please"
    assert NORMALISER.write_out("dpw", "en") == "dpw"


@pytest.mark.parametrize("language", list(ABBREVIATIONS))
def test_no_abbreviation_stands_for_another(language: str) -> None:
    table = ABBREVIATIONS[language]
    assert {short: long for short, long in table.items() if not long or short == long} == {}
    assert [short for short in table if short != short.lower()] == []


@pytest.fixture
def component(tmp_path: Path) -> Normaliser:
    context = ExecutionContext(GraphSchema({}), node_name="normalise")
    return Normaliser.create({}, LocalModelStorage(tmp_path), Resource("normalise"), context)


def test_a_message_keeps_its_text_beside_the_clean_one(component: Normaliser) -> None:
    (message,) = component.process([Message({"text": "thx q", LANGUAGE: "en"})])
    assert (message.get("text"), message.get(CLEAN)) == ("thx q", "thanks q")
    assert CLEAN not in message.as_dict(only_output_properties=True)


def test_examples_are_read_as_messages_are(component: Normaliser) -> None:
    data = TrainingData([Message({"text": text, LANGUAGE: one}) for text, one in (("thx", "en"), ("xq", "es"))])
    assert component.process_training_data(data) is data
    assert [example.get(CLEAN) for example in data.training_examples] == ["thanks", "porque"]


def test_a_message_without_text_is_left_alone(component: Normaliser) -> None:
    message = Message({"action_name": "action_listen"})
    assert component.process([message]) == [message]
    assert CLEAN not in message.data
