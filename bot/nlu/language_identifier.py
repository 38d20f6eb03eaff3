"""Rasa's pipeline learns which language a message is in: the property `language` of messages and training examples."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language import identify
from bot.nlu.properties import LANGUAGE


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class LanguageIdentifier(GraphComponent):
    """Sets `language`: en, es, tr or ar, `other`, or None when a text gives too little away.

    Rasa leaves a None out of what it returns, so readers of a parsed message ask with `.get("language")`.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageIdentifier:
        """Return the component: it has nothing to learn and nothing to set."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the language of each message that has a text."""
        for message in messages:
            if message.get(TEXT) is not None:
                message.set(LANGUAGE, identify(message.get(TEXT)), add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Set the language of each training example that has a text."""
        self.process(training_data.training_examples)
        return training_data
