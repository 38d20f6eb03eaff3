"""The intent classifier of Rasa's pipeline, retrieval intents included: ours in place of five of Rasa's components."""

from __future__ import annotations

import logging
import pickle
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier as RasaIntentClassifier
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.model import NOTHING, Reading, SentenceModel, train
from bot.nlu.parse import parse_data
from bot.nlu.properties import OTHER_REQUEST, VECTORS, text_of
from bot.nlu.requests import other_request
from bot.nlu.sentences import parts

logger = logging.getLogger(__name__)
MODEL_FILE = "model.pickle"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(RasaIntentClassifier, GraphComponent):
    """Reads a message as one of the full intents (`faq/bin_days`), or `nlu_fallback` if it seems not to belong here."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings a config.yml may change."""
        return {
            # Share of held-out examples that may be taken for foreign ones, so that foreign ones are not guessed.
            "rejected": 0.1,
            # How many readings go into the ranking.
            "ranking_length": 10,
        }

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: SentenceModel | None = None
    ) -> None:
        self.config = {**self.get_default_config(), **config}
        self._storage = storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentClassifier:
        """Return an untrained component."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn every example that has an intent and a text, and keep the model."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        if not examples:
            logger.warning("No example has an intent: every message will be asked back. Add examples below data/nlu/.")
            return self._resource
        texts, labels = [text_of(e) for e in examples], [e.get_full_intent() for e in examples]
        encoded = [e.get(VECTORS) for e in examples]
        vectors = None if any(e is None for e in encoded) else np.vstack(encoded)
        self._model = train(texts, labels, vectors, self.config["rejected"])
        with self._storage.write_to(self._resource) as folder:
            (folder / MODEL_FILE).write_bytes(pickle.dumps(self._model))
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentClassifier:
        """Return the component as it was trained; untrained when the model has no such part."""
        try:
            with model_storage.read_from(resource) as folder:
                return cls(config, model_storage, resource, pickle.loads((folder / MODEL_FILE).read_bytes()))  # noqa: S301
        except ValueError:  # what Rasa's storage raises for a resource that was never written
            return cls(config, model_storage, resource)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent, ranking, response selection and second request of each message that has a text."""
        for message in messages:
            if message.get(TEXT) is not None:
                whole, *some = self._read(message)
                for key, value in parse_data(whole, self.config["ranking_length"]).items():
                    message.set(key, value, add_to_output=True)
                message.set(OTHER_REQUEST, other_request(whole, some), add_to_output=True)
        return messages

    def _read(self, message: Message) -> list[Reading]:
        """Read the message, and after it each of its parts."""
        text = text_of(message)
        if self._model is None or not text.strip():
            return [NOTHING]
        return self._model.read([text, *parts(text)], message.get(VECTORS))
