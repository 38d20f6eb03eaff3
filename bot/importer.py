"""The town's content for a training, each file read once: what Rasa's own importer makes of it, much faster.

Rasa's importer copies all examples, and compares them with each other again, for every file and for every question that
is asked of it: half a minute for a town's content.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import rasa.shared.utils.io as rasa_io
import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.data import is_likely_yaml_file, is_valid_filetype
from rasa.shared.exceptions import RasaException
from rasa.shared.importers.importer import (
    E2EImporter,
    ResponsesSyncImporter,
    TrainingDataImporter,
    _additional_training_data_from_default_actions,
)
from rasa.shared.importers.utils import story_graph_from_paths
from rasa.shared.nlu.constants import ENTITIES, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.content import VERSION, read, speaks_of
from bot.errors import ContentError

#: Control characters and odd line ends, as they are or as JSON writes them: a YAML reader takes them for others.
UNWRITABLE = re.compile(r"\\u00|[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class TownImporter(E2EImporter):
    """All that a training needs of the content below `root`, with what Rasa adds for retrieval intents and for stories.

    Every answer is the same object each time. Raises ContentError with the file and what to put right.
    """

    def __init__(self, root: Path) -> None:
        self._files = TownFiles(root)
        super().__init__(ResponsesSyncImporter(self._files))

    def get_domain(self) -> Domain:
        """Return the domain with the responses of data/ and the actions of retrieval intents."""
        return self._domain

    @cached_property
    def _domain(self) -> Domain:
        return _QuickDomain.from_dict(super().get_domain().as_dict())

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Return default actions, then examples and responses, then what stories say."""
        return self._nlu_data

    @cached_property
    def _nlu_data(self) -> TrainingData:
        return _joined(
            (
                _additional_training_data_from_default_actions(),
                self._files.get_nlu_data(),
                TrainingData(responses=self._files.get_domain().retrieval_intent_responses),
                self._additional_training_data_from_stories(),
            )
        )


class _QuickDomain(Domain):
    """Writes itself into the model as JSON, which is YAML too: half a second faster, and a worker reads it faster."""

    def as_yaml(self) -> str:
        written = json.dumps({"version": VERSION, **self.as_dict()}, ensure_ascii=False, indent=1)
        return str(super().as_yaml()) if UNWRITABLE.search(written) else written


class TownFiles(TrainingDataImporter):
    """What stands in the files themselves: config.yml, domain.yml, and everything below data/."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._config = root / "config.yml"

    def get_config(self) -> dict[str, Any]:
        """Return config.yml."""
        config: dict[str, Any] = self._told(self._config, rasa_io.read_model_configuration, self._config)
        return config

    def get_config_file_for_auto_config(self) -> str | None:
        """Return config.yml's path."""
        return str(self._config)

    def get_domain(self) -> Domain:
        """Return domain.yml."""
        return self._domain

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """Return rules and stories."""
        return self._stories

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Return examples and responses."""
        return self._nlu_data

    @cached_property
    def _domain(self) -> Domain:
        path = self._root / "domain.yml"
        return self._told(path, Domain.load, path)

    @cached_property
    def _texts(self) -> dict[Path, str]:
        """The data files in Rasa's order."""
        paths = sorted(_data_files(self._root / "data"), key=str)
        return {path: self._told(path, path.read_text, "utf-8") for path in paths}

    @cached_property
    def _stories(self) -> StoryGraph:
        steps = []
        for path, text in self._texts.items():
            if is_likely_yaml_file(path) and speaks_of(text, "stories", "rules"):
                graph = self._told(path, story_graph_from_paths, [str(path)], self._domain)
                steps += graph.story_steps
        return StoryGraph(steps)

    @cached_property
    def _nlu_data(self) -> TrainingData:
        parts = []
        places: dict[str, str] = dict.fromkeys(self._domain.responses, "domain.yml")
        for path, text in self._texts.items():
            part = self._told(path, read, str(path), text)
            for name in part.responses:
                if name in places:
                    raise ContentError(f"{self._short(path)}: {name} stands in {places[name]} too; keep one of them.")
                places[name] = self._short(path)
            parts.append(part)
        return _joined(parts)

    def _told(self, path: Path, reader: Callable[..., Any], *arguments: Any) -> Any:
        """Return what `reader` makes of a file; what it complains of becomes a sentence with the file's name."""
        try:
            return reader(*arguments)
        except UnicodeDecodeError as error:
            raise ContentError(f"{self._short(path)} is no UTF-8; save it as UTF-8.") from error
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise ContentError(
                f"{self._short(path)}, line {line}: {error.problem}; write it as its neighbours are written, "
                "a text that holds a colon in quotes."
            ) from error
        except (ContentError, RasaException, yaml.YAMLError) as error:
            raise ContentError(f"{self._short(path)}: {' '.join(str(error).split())}") from error

    def _short(self, path: Path) -> str:
        return str(path.relative_to(self._root) if path.is_relative_to(self._root) else path)


def _data_files(folder: Path) -> Iterator[Path]:
    for where, _, names in os.walk(folder, followlinks=True):
        yield from (path for path in (Path(where, name) for name in names) if is_valid_filetype(path))


def _joined(parts: Iterable[TrainingData]) -> TrainingData:
    """Return the parts as one, in order, as TrainingData.merge does, but copy no example and compare each once."""
    whole = TrainingData()
    unique: dict[Any, Message] = {}
    for part in parts:
        for example in part.training_examples:
            unique.setdefault(_identity(example), example)
        whole.entity_synonyms.update(part.entity_synonyms)
        whole.regex_features += part.regex_features
        whole.lookup_tables += part.lookup_tables
        whole.responses.update(part.responses)
    whole.sort_regex_features()
    whole.training_examples = list(unique.values())
    whole._fill_response_phrases()
    return whole


def _identity(example: Message) -> Any:
    """Return what makes an example equal to another, much faster than Rasa's fingerprint of its JSON."""
    if example.get(TEXT) is None:
        return example
    annotations = {key: example.data[key] for key in (ENTITIES, METADATA) if key in example.data}
    return example.get(TEXT), example.get_full_intent(), repr(annotations) if annotations else ""
