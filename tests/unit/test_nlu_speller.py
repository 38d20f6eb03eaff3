"""Typing errors in whole messages, repaired by a component that learned the words of the examples."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.properties import CLEAN, LANGUAGE
from bot.nlu.speller import Speller

CONTEXT = ExecutionContext(GraphSchema({}), node_name="spell")
#: Few common words, so that the tests stay quick.
CONFIG = {"common_words": 3000}
EXAMPLES = {
    "en": """when is garbage collection|garbage collection day|where is the library|library hours on sunday
pay the water bill|water bill payment|recycling calendar|recycling pickup|apply for a building permit
building permit application|permit application|garbage calendar""",
    "es": """cuándo pasa la basura|recogen la basura hoy|pagar la factura del agua|factura de agua alta
horario de la biblioteca|biblioteca abierta el domingo""",
    "fr": "quand passe la poubelle|la poubelle bleue",
}


def examples() -> TrainingData:
    lines = [(one, text) for one, texts in EXAMPLES.items() for text in texts.replace("\n", "|").split("|")]
    return TrainingData([Message({"text": text, "intent": "any", LANGUAGE: one}) for one, text in lines])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> tuple[LocalModelStorage, Resource]:
    return LocalModelStorage(tmp_path_factory.mktemp("model")), Resource("spell")


@pytest.fixture(scope="module")
def trained(home: tuple[LocalModelStorage, Resource]) -> Speller:
    component = Speller.create(CONFIG, *home, CONTEXT)
    assert component.train(examples()) == home[1]
    return component


@pytest.fixture(scope="module")
def speller(trained: Speller, home: tuple[LocalModelStorage, Resource]) -> Speller:
    return Speller.load(CONFIG, *home, CONTEXT)


@pytest.mark.parametrize(
    ("text", "language", "repaired"),
    [
        ("when is garbge day", "en", "when is garbage day"),
        ("librray huors", "en", "library hours"),
        ("recyclnigg calandar", "en", "recycling calendar"),
        ("biulding permt aplication", "en", "building permit application"),
        ("GARBGE DAY", "en", "garbage DAY"),
        ("Garbge day", "en", "garbage day"),
        ("(garbge), watre!", "en", "(garbage), water!"),
        ("q dia pasa la basra", "es", "q dia pasa la basura"),
        ("facutra del agua", "es", "factura del agua"),
        ("bibliotca", "es", "biblioteca"),
    ],
)
def test_typing_errors_are_repaired(speller: Speller, text: str, language: str, repaired: str) -> None:
    assert speller.repair(text, language) == repaired


@pytest.mark.parametrize(
    ("language", "repaired"),
    [(None, "garbage basura"), ("other", "garbge basra"), ("fr", "garbge basra"), ("tr", "garbge basra")],
)
def test_a_language_without_words_of_its_own_is_left_alone(
    speller: Speller, language: str | None, repaired: str
) -> None:
    assert speller.repair("garbge basra", language) == repaired


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "🔥 ?!",
        "the light near Garbge house",
        "ask Jonh Wattre about it",
        "at 420 elmwoood",
        "12 libray st",
        "K7QX-2M9D-WTRB",
        "k7qxgarbge2m",
        "555-0100 ext 12",
        "$84.20 on 3/12/2026",
        "libray@mail.example",
        "jo.libray@mail.example",
        "see springdale.example/libray",
        "(libray.example/garbge)",
        "libray.example",
        "@libray",
        "garbge2",
        "to st lb dr",
        "garbge-watre",
    ],
)
def test_names_numbers_and_addresses_are_left_alone(speller: Speller, text: str) -> None:
    assert speller.repair(text, "en") == text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("biblioteca basura factura", "en"),
        ("library garbage water", "es"),
        ("cuándo pasa la basura", "es"),
        ("people house because", "en"),
        ("gente porque nosotros", "es"),
        ("gente porque nosotros", "en"),
    ],
)
def test_words_of_every_taught_language_and_common_words_are_known(speller: Speller, text: str, language: str) -> None:
    assert speller.repair(text, language) == text


def test_an_error_is_repaired_in_the_language_of_the_message_only(speller: Speller) -> None:
    assert speller.repair("bibliotca", "en") == "bibliotca"
    assert speller.repair("librry", "es") == "librry"


def test_what_was_trained_is_loaded_again(trained: Speller, speller: Speller) -> None:
    for text in ("garbge recyclnigg basra", "420 elmwoood", "facutra"):
        for language in ("en", "es", None):
            assert speller.repair(text, language) == trained.repair(text, language)


def test_a_message_gets_its_repaired_text_and_keeps_its_own(speller: Speller) -> None:
    said = Message({"text": "wen is garbge day", CLEAN: "when is garbge day", LANGUAGE: "en"})
    bare = Message({"text": "garbge day"})
    nothing, action = Message({"text": ""}), Message({"action_name": "action_listen"})
    assert speller.process([said, bare, nothing, action]) == [said, bare, nothing, action]
    assert said.get("text") == "wen is garbge day"
    assert (said.get(CLEAN), bare.get(CLEAN)) == ("when is garbage day", "garbage day")
    assert CLEAN not in nothing.data
    assert CLEAN not in action.data


def test_examples_stay_as_they_were_written(speller: Speller) -> None:
    data = TrainingData([Message({"text": "garbge", "intent": "any"})])
    assert speller.process_training_data(data) is data
    assert data.training_examples[0].get(CLEAN) is None


def test_without_examples_nothing_is_repaired(tmp_path: Path) -> None:
    component = Speller.create(CONFIG, LocalModelStorage(tmp_path), Resource("spell"), CONTEXT)
    component.train(TrainingData([]))
    loaded = Speller.load(CONFIG, LocalModelStorage(tmp_path), Resource("spell"), CONTEXT)
    assert loaded.repair("garbge", "en") == "garbge"


def test_a_language_in_hardly_any_example_is_a_mistake_of_the_identifier(
    home: tuple[LocalModelStorage, Resource], tmp_path: Path
) -> None:
    many = [
        Message({"text": f"garbage {word} day", "intent": "any", LANGUAGE: "en"}) for word in EXAMPLES["en"].split()
    ]
    few = [Message({"text": "zonguldak zonguldak", "intent": "any", LANGUAGE: "tr"})]
    component = Speller.create(CONFIG, LocalModelStorage(tmp_path), Resource("spell"), CONTEXT)
    component.train(TrainingData([*many * 3, *few]))
    assert component.repair("belediyeye", "tr") == component.repair("belediyeye", "en")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text()
    | st.lists(st.sampled_from("garbge librray 12 k7qx basra 420 Jonh a@b.c x.y/z رقم ıİ ß".split())).map(" ".join),
    language=st.sampled_from(["en", "es", "tr", "ar", "other", None]),
)
def test_repair_never_fails_and_never_touches_digits(speller: Speller, text: str, language: str | None) -> None:
    repaired = speller.repair(text, language)
    assert re.findall(r"\d", repaired) == re.findall(r"\d", text)
    assert len(repaired.split()) == len(text.split())
