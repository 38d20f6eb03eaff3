"""The component in Rasa's hands: trained, kept, loaded, and read through Rasa's own storage."""

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.classifier import IntentClassifier

CONTEXT = ExecutionContext(GraphSchema({}), node_name="understand")
EXAMPLES = [
    ("when is bin day", "faq/bins"),
    ("trash pickup day", "faq/bins"),
    ("what day is garbage taken", "faq/bins"),
    ("pay my water bill", "faq/water"),
    ("water bill is high", "faq/water"),
    ("how do i pay for water", "faq/water"),
    ("there is a pothole", "report"),
    ("report a pothole on my street", "report"),
    ("hole in the road", "report"),
    ("hello", "greet"),
    ("good morning", "greet"),
    ("hi there", "greet"),
]


@pytest.fixture
def home(tmp_path: Path) -> tuple[LocalModelStorage, Resource]:
    return LocalModelStorage(tmp_path), Resource("understand")


def read(component: IntentClassifier, text: str) -> dict[str, Any]:
    (message,) = component.process([Message({"text": text})])
    return message.as_dict(only_output_properties=True)


def test_what_was_trained_is_loaded_again(home: tuple[LocalModelStorage, Resource]) -> None:
    data = TrainingData([Message.build(text, intent) for text, intent in EXAMPLES])
    trained = IntentClassifier.create({}, *home, CONTEXT)
    assert trained.train(data) == home[1]
    loaded = IntentClassifier.load({}, *home, CONTEXT)
    for text, intent in EXAMPLES:
        assert read(loaded, text) == read(trained, text)
        assert read(loaded, text)["response_selector"]["default"]["ranking"][0]["intent_response_key"] == intent


def test_without_examples_everything_is_asked_back(home: tuple[LocalModelStorage, Resource]) -> None:
    component = IntentClassifier.create({}, *home, CONTEXT)
    component.train(TrainingData([]))
    assert read(IntentClassifier.load({}, *home, CONTEXT), "hello")["intent"]["name"] == "nlu_fallback"


def test_a_message_without_text_is_left_alone(home: tuple[LocalModelStorage, Resource]) -> None:
    message = Message({"action_name": "action_listen"})
    assert IntentClassifier.create({}, *home, CONTEXT).process([message]) == [message]
    assert message.get("intent") is None
