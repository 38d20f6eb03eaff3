"""The pipeline's first look at a text: texting abbreviations become words, each in its own language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.abbreviations import ABBREVIATIONS
from bot.nlu.properties import CLEAN, LANGUAGE

WORD = re.compile(r"(?<![\w@./-])[\w'’]+/?(?![\w@]|[./-]\w)")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class Normaliser(GraphComponent):
    """Writes abbreviations out: "pls tell me wen u pick up" is read as "please tell me when you pick up"."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings a config.yml may change."""
        # Words of the town's own: language, then abbreviation and what it stands for.
        return {"abbreviations": {}}

    def __init__(self, config: Mapping[str, Any]) -> None:
        own = {**self.get_default_config(), **config}["abbreviations"]
        languages = {*ABBREVIATIONS, *own}
        self._tables = {one: {**ABBREVIATIONS.get(one, {}), **own.get(one, {})} for one in languages}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Normaliser:
        """Return the component; it learns nothing."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Leave the written-out text of each message under `clean_text`."""
        for message in messages:
            if message.get(TEXT) is not None:
                message.set(CLEAN, self.write_out(message.get(TEXT), message.get(LANGUAGE)))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Do the same to the examples."""
        self.process(training_data.training_examples)
        return training_data

    def write_out(self, text: str, language: str | None) -> str:
        """Return `text` with the abbreviations of its language written out; of English when it has no known one."""
        table = self._tables.get(language or "en", {})

        def long(found: re.Match[str]) -> str:
            short = found[0]
            # One letter beside a number belongs to an address or a measure: "12 n main st", "5 x 8".
            alone = len(short) == 1 and re.search(r"\d\s*$|&$", text[: found.start()])
            return short if alone or re.match(r"\s*\d|&", text[found.end() :]) else table.get(short.lower(), short)

        return WORD.sub(long, text)
