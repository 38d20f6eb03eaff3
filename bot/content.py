"""One file of examples and answers, read as Rasa reads it: by libyaml when it is as plain as ours are, else by Rasa.

Rasa's reader goes through a file six times, with a YAML parser in Python and a schema: a tenth of a second for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from rasa.shared.data import is_likely_yaml_file, is_nlu_file
from rasa.shared.nlu.training_data import entities_parser, loading, synonyms_parser
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from ruamel.yaml.resolver import implicit_resolvers

from bot.errors import ContentError

#: The version that Rasa 3.6 knows best; of another one its reader says what it thinks.
VERSION = "3.1"
#: What a plain file holds; whatever holds more is for Rasa's reader.
PLAIN_KEYS = {"version", "metadata", "nlu", "responses"}
PLAIN_VARIANT = {"text", "channel", "condition"}
#: What an entry below `nlu:` can be.
ENTRIES = ("intent", "synonym", "regex", "lookup")
#: As Rasa strips an example.
BLANKS = "\n\r "


def read(path: str, text: str) -> TrainingData:
    """Return what a file says of understanding and answers: nothing when it is about something else.

    Raises ContentError that says what to put right, yaml.MarkedYAMLError where it is no YAML, and whatever Rasa's
    reader raises.
    """
    if not is_likely_yaml_file(path):
        return loading.load_data(path) if is_nlu_file(path) else TrainingData()
    if not speaks_of(text, "nlu", "responses"):
        return TrainingData()
    content = yaml.load(text, _Loader) or {}  # noqa: S506 (it is a safe one)
    if not isinstance(content, dict):
        raise ContentError("it is a list as a whole; write `nlu:` or `responses:` above it.")
    entries = content.get("nlu") or []
    _check(entries)
    if not _plain(text, content):
        return loading.load_data(path)
    data = TrainingData(responses=content.get("responses"))
    data.training_examples = [m for entry in entries for m in _messages(data.entity_synonyms, **entry)]
    return data


def speaks_of(text: str, *keys: str) -> bool:
    """Tell whether a line of the text begins with one of the keys, which is how Rasa knows its files."""
    return any(line.lstrip().startswith(tuple(f"{key}:" for key in keys)) for line in text.splitlines())


class _Loader(yaml.CSafeLoader):
    """libyaml, but `no` and 12:30 are words, as for Rasa (YAML 1.2), and a key that stands twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                line = key.start_mark.line + 1
                raise ContentError(f"{key.value} stands a second time, in line {line}; keep one of them.")
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {}
for _versions, _tag, _pattern, _beginnings in implicit_resolvers:
    if (1, 2) in _versions:
        _Loader.add_implicit_resolver(_tag, _pattern, _beginnings)


def _check(entries: Any) -> None:
    """Raise ContentError for an entry below `nlu:` that Rasa would pass over with a warning."""
    if not isinstance(entries, list):
        raise ContentError("what stands below nlu is no list; begin each entry with `- intent:`.")
    for entry in entries:
        kind = next((key for key in ENTRIES if isinstance(entry, dict) and entry.get(key)), None)
        if kind is None:
            raise ContentError("an entry below nlu has no intent; begin it with `- intent:` and the intent's name.")
        if not entry.get("examples"):
            raise ContentError(f"{entry[kind]} has no examples; write some below `examples: |`, each after a dash.")
        if isinstance(entry["examples"], str):
            _check_lines(str(entry[kind]), entry["examples"])


def _check_lines(name: str, examples: str) -> None:
    for line in examples.splitlines():
        if line.strip() and not line.startswith("-"):
            raise ContentError(f"{name}: {line.strip()[:60]!r} is no example; write each on one line, after a dash.")


def _plain(text: str, content: Mapping[str, Any]) -> bool:
    """Tell whether our own reader understands all of a file, and as Rasa does."""
    responses = content.get("responses") or {}
    return (
        content.keys() <= PLAIN_KEYS
        and content.get("version", VERSION) == VERSION
        # Rasa puts the environment's variables in, and takes \u for a letter in any place.
        and not ("${" in text or ("\\u" in text and text.isascii()))
        and all(
            entry.keys() == {"intent", "examples"} and _words(*entry.values()) for entry in content.get("nlu") or ()
        )
        and isinstance(responses, dict)
        and all(_words(name) and _plain_response(variants) for name, variants in responses.items())
    )


def _words(*values: Any) -> bool:
    return all(isinstance(value, str) for value in values)


def _plain_response(variants: Any) -> bool:
    return isinstance(variants, list) and all(
        isinstance(variant, dict)
        and variant.keys() <= PLAIN_VARIANT
        and _words(variant.get("text"), variant.get("channel", ""))
        and _plain_conditions(variant.get("condition", []))
        for variant in variants or [None]
    )


def _plain_conditions(conditions: Any) -> bool:
    return isinstance(conditions, list) and all(
        isinstance(one, dict) and one.keys() == {"type", "name", "value"} and _words(*one.values())
        for one in conditions
    )


def _messages(synonyms: dict[str, str], intent: str, examples: str) -> Iterator[Message]:
    """Yield the examples of an intent; what their annotations say of synonyms goes into `synonyms`."""
    for line in examples.splitlines():
        if not (example := line[1:].strip(BLANKS)):
            continue
        if "[" not in example:
            yield Message.build(example, intent.strip())
            continue
        entities = entities_parser.find_entities_in_training_example(example)
        words = entities_parser.replace_entities(example)
        synonyms_parser.add_synonyms_from_entities(words, entities, synonyms)
        yield Message.build(words, intent.strip(), entities)
