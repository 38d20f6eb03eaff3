"""The entity extractor of Rasa's pipeline: what a report asks for, found where citizens tell it unasked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.errors import ConfigurationError
from bot.nlu.address_entities import addresses
from bot.nlu.amount_entities import amounts
from bot.nlu.contact_entities import emails, phones, references
from bot.nlu.date_entities import dates
from bot.nlu.spans import Folded, Span, folded

#: Finders by what they find, in the order in which they win where two find something in the same words.
FINDERS: dict[str, Callable[[Folded, str], Iterable[Span]]] = {
    "case_reference": lambda message, region: references(message),
    "email": lambda message, region: emails(message),
    "phone": phones,
    "amount": lambda message, region: amounts(message),
    "address": lambda message, region: addresses(message),
    "date": lambda message, region: dates(message),
}


def find(text: str, dimensions: Iterable[str] = FINDERS, region: str = "US") -> list[tuple[str, Span]]:
    """Return what stands in `text`, in its order, without overlaps; `region` is where local phone numbers are from."""
    message = folded(text)
    wanted = set(dimensions)
    found: list[tuple[str, Span]] = []
    taken = bytearray(len(text))
    for kind in (kind for kind in FINDERS if kind in wanted):
        longest_first = sorted(FINDERS[kind](message, region), key=lambda span: (span.start - span.end, span.start))
        for span in longest_first:
            if not any(taken[span.start : span.end]):
                taken[span.start : span.end] = b"x" * (span.end - span.start)
                found.append((kind, span))
    return sorted(found, key=lambda one: one[1].start)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class EntityExtractor(GraphComponent, EntityExtractorMixin):
    """Finds dates, phone numbers, e-mail and street addresses, amounts of money and case references."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings a config.yml may change."""
        return {
            # What is looked for; a town leaves out what none of its services asks for.
            "dimensions": list(FINDERS),
            # Where phone numbers without a country's prefix are from: two capital letters.
            "region": "US",
        }

    def __init__(self, config: dict[str, Any]) -> None:
        """Keep the settings; a dimension that nobody can find is a ConfigurationError."""
        self.config = {**self.get_default_config(), **config}
        unknown = set(self.config["dimensions"]) - set(FINDERS)
        if unknown:
            raise ConfigurationError(
                f"EntityExtractor knows no dimension {', '.join(sorted(unknown))}. "
                f"Choose from {', '.join(FINDERS)} in config.yml."
            )

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EntityExtractor:
        """Return the component; it learns nothing."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add to each message that has a text the entities found in it."""
        for message in messages:
            if message.get(TEXT) is not None:
                entities = self.add_extractor_name(list(self._entities(message.get(TEXT))))
                message.set(ENTITIES, [*message.get(ENTITIES, []), *entities], add_to_output=True)
        return messages

    def _entities(self, text: str) -> Iterator[dict[str, Any]]:
        for kind, span in find(text, self.config["dimensions"], self.config["region"]):
            said = text[span.start : span.end]
            entity = {"entity": kind, "start": span.start, "end": span.end, "value": said, "text": said}
            yield entity if span.normal is None else {**entity, "normal": span.normal}
