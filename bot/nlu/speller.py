"""Typing errors, repaired before anything is understood; names, numbers and references are left as they are."""

from __future__ import annotations

import pickle
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.properties import CLEAN, LANGUAGE, text_of
from bot.nlu.spelling import Lexicon, lexicon, repairable
from bot.nlu.text import CASE_REFERENCE, normalise

MODEL_FILE = "lexicons.pickle"
#: Whole words, not those together with digits.
WORD = re.compile(r"(?<![\w@'’-])[^\W\d_]+(?:['’][^\W\d_]+)?(?![\w]|-\w)")
#: Addresses of the net, e-mail addresses and case references: not a letter of them is touched.
UNTOUCHED = re.compile(rf"(\S+@\S+|https?://\S+|\S+\.\w+/\S*|\w+(?:\.\w+)+|{CASE_REFERENCE})", re.IGNORECASE)
#: What stands before the name of a street: "420 Elmwoood".
HOUSE_NUMBER = re.compile(r"\b\d{2,}\s+$")
#: Languages whose common words are known, as the package wordfreq names them.
SPOKEN = ("en", "es", "tr", "ar")
#: A language with a smaller share of the examples is a mistake of the identifier.
LEAST_SHARE = 0.02


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class Speller(GraphComponent):
    """Learns the words of the examples by language, and repairs what is one typing error away from them."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings a config.yml may change."""
        # How many of a language's commonest words are known, and never touched.
        return {"common_words": 20000}

    def __init__(
        self,
        config: Mapping[str, Any],
        storage: ModelStorage,
        resource: Resource,
        lexicons: Mapping[str, Lexicon] | None = None,
    ) -> None:
        self._common_words = {**self.get_default_config(), **config}["common_words"]
        self._storage = storage
        self._resource = resource
        self._lexicons = dict(lexicons or {})

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Speller:
        """Return a component that knows no words yet."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Speller:
        """Return the component as it was trained."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, pickle.loads((folder / MODEL_FILE).read_bytes()))  # noqa: S301

    def train(self, training_data: TrainingData) -> Resource:
        """Count the words of the examples of each language, and keep them with the language's common ones."""
        counts: dict[str, Counter[str]] = {}
        examples = [example for example in training_data.training_examples if example.get(TEXT)]
        for example in examples:
            words = set(normalise(text_of(example)).split())
            counts.setdefault(example.get(LANGUAGE) or "en", Counter()).update(words)
        sizes = Counter(example.get(LANGUAGE) or "en" for example in examples)
        spoken = [one for one in counts if one in SPOKEN and sizes[one] >= LEAST_SHARE * len(examples)]
        self._lexicons = {one: lexicon(counts[one], _common(one, self._common_words)) for one in spoken}
        with self._storage.write_to(self._resource) as folder:
            (folder / MODEL_FILE).write_bytes(pickle.dumps(self._lexicons))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Leave the repaired text of each message under `clean_text`."""
        for message in messages:
            if text := text_of(message):
                message.set(CLEAN, self.repair(text, message.get(LANGUAGE)))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the examples as they were written: they are what repairs go by."""
        return training_data

    def repair(self, text: str, language: str | None) -> str:
        """Return `text` with its misspelt words put right; as it is when its language was not taught."""
        chosen = list(self._lexicons.values()) if language is None else [self._lexicons.get(language)]
        lexicons = [one for one in chosen if one is not None]
        if not lexicons:
            return text
        shouted = text.isupper()
        # A split by one group gives what lies between and what was matched by turns.
        pieces = UNTOUCHED.split(text)
        pieces[::2] = [self._words(piece, lexicons, shouted=shouted) for piece in pieces[::2]]
        return "".join(pieces)

    def _words(self, text: str, lexicons: Iterable[Lexicon], *, shouted: bool) -> str:
        def word(found: re.Match[str]) -> str:
            said, before = found[0], text[: found.start()]
            name = said[0].isupper() and not shouted and before.endswith(" ")
            return said if name or HOUSE_NUMBER.search(before) else self._repaired(said, lexicons)

        return WORD.sub(word, text)

    def _repaired(self, said: str, chosen: Iterable[Lexicon]) -> str:
        word = normalise(said)
        if not repairable(word) or any(one.knows(word) for one in self._lexicons.values()):
            return said
        suggestions = [(one, meant) for one in chosen if (meant := one.suggest(word))]
        if not suggestions:
            return said
        return max(suggestions, key=lambda pair: pair[0].taught.get(pair[1], 0))[1]


def _common(language: str, count: int) -> dict[str, int]:
    """Return a language's commonest words, folded, with their rank."""
    # Here: its tables take 60 MB, and only training needs them.
    from wordfreq import top_n_list

    ranks: dict[str, int] = {}
    # The small list has the same words on top, and is read in a third of the time.
    for rank, word in enumerate(top_n_list(language, count, wordlist="small")):
        ranks.setdefault(normalise(word), rank)
    return ranks
