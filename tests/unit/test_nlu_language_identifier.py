"""The language in Rasa's hands: told for messages and for training examples, and part of what Rasa returns."""

from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.data import TrainingType
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.language_identifier import LanguageIdentifier

NAME = "bot.nlu.language_identifier.LanguageIdentifier"


@pytest.fixture
def component(tmp_path: Path) -> LanguageIdentifier:
    context = ExecutionContext(GraphSchema({}), node_name="language")
    return LanguageIdentifier.create({}, LocalModelStorage(tmp_path), Resource("language"), context)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("when is bin day", "en"),
        ("cuando pasa la basura", "es"),
        ("cop ne zaman toplaniyor", "tr"),
        ("متى يتم جمع القمامة؟", "ar"),
        ("je voudrais payer ma facture d'eau", "other"),
    ],
)
def test_what_rasa_returns_of_a_message_says_the_language(
    component: LanguageIdentifier, text: str, language: str
) -> None:
    (message,) = component.process([Message({"text": text})])
    assert message.get("language") == language
    assert message.as_dict(only_output_properties=True)["language"] == language


@pytest.mark.parametrize("text", ["", "ok", "12 Oak Street", "Maria Gonzalez"])
def test_too_little_is_no_language(component: LanguageIdentifier, text: str) -> None:
    (message,) = component.process([Message({"text": text})])
    assert message.get("language") is None


def test_a_message_without_text_is_left_alone(component: LanguageIdentifier) -> None:
    message = Message({"action_name": "action_listen"})
    assert component.process([message]) == [message]
    assert "language" not in message.data


def test_training_examples_know_their_language(component: LanguageIdentifier) -> None:
    texts = ["when is bin day", "cuando pasa la basura", "çöp ne zaman toplanıyor", "متى موعد القمامة"]
    data = TrainingData([Message.build(text, "faq/bins") for text in texts])
    assert component.process_training_data(data) is data
    assert [example.get("language") for example in data.training_examples] == ["en", "es", "tr", "ar"]
    assert [example.get_full_intent() for example in data.training_examples] == ["faq/bins"] * 4


def test_the_pipeline_runs_it_in_training_and_at_every_message() -> None:
    config = {
        "language": "en",
        "pipeline": [{"name": NAME}, {"name": "bot.nlu.classifier.IntentClassifier"}],
        "policies": [{"name": "RulePolicy"}],
    }
    graphs = DefaultV1Recipe().graph_config_for_recipe(config, {}, training_type=TrainingType.BOTH)
    ran = [
        [node.fn for node in schema.nodes.values() if node.uses is LanguageIdentifier]
        for schema in (graphs.train_schema, graphs.predict_schema)
    ]
    assert ran == [["process_training_data"], ["process"]]
