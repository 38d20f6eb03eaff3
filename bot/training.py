"""Trains the model of a folder's content: Rasa's own graph, run whole and in order.

Rasa keeps a cache beside every training, and takes fingerprints of all examples after each of the graph's nodes for it,
which takes longer than learning does. A release is trained whole, so there is no cache here.
"""

from __future__ import annotations

import copy
import tarfile
import tempfile
from pathlib import Path

from rasa.engine.constants import PLACEHOLDER_IMPORTER
from rasa.engine.exceptions import GraphComponentException, GraphSchemaException, GraphSchemaValidationException
from rasa.engine.graph import ExecutionContext, GraphModelConfiguration
from rasa.engine.recipes.recipe import Recipe
from rasa.engine.storage.local_model_storage import (
    MODEL_ARCHIVE_COMPONENTS_DIR,
    MODEL_ARCHIVE_METADATA_FILE,
    LocalModelStorage,
)
from rasa.engine.storage.storage import ModelMetadata
from rasa.engine.validation import validate
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet
from rasa.shared.data import TrainingType
from rasa.shared.exceptions import RasaException

from bot.errors import ContentError, TownclerkError
from bot.importer import TownImporter
from bot.runner import PlainGraphRunner

#: None of 9. Most of a model are numbers, which hardly get smaller: 1 takes most of a second and saves a fifth.
COMPRESSION = 0
SEE = "`rasa data validate` says more."


def train(root: Path, target: Path) -> None:
    """Train the content below `root` into the archive `target`, which Rasa's own commands load as any other.

    Raises ContentError with the file and what to put right, and what a component of ours raises.
    """
    importer = TownImporter(root)
    configuration = _configuration(importer)
    _check(importer)
    # Before the graph runs, as Rasa does: a node might change it.
    domain = copy.deepcopy(importer.get_domain())
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        storage = _Storage(Path(folder))
        _run(configuration, storage, importer)
        storage.create_model_package(target, configuration, domain)


def _configuration(importer: TownImporter) -> GraphModelConfiguration:
    config = importer.get_config()
    for key in ("pipeline", "policies"):
        if not config.get(key):
            raise ContentError(f"config.yml has no {key}; list at least one below it.")
    kind = TrainingType.END_TO_END if importer.get_nlu_data().has_e2e_examples() else TrainingType.BOTH
    try:
        configuration = Recipe.recipe_for_name(config.get("recipe")).graph_config_for_recipe(config, {}, kind)
        validate(configuration)
    except (RasaException, ImportError, GraphSchemaException, GraphSchemaValidationException) as error:
        raise ContentError(f"config.yml: {' '.join(str(error).split())}") from error
    return configuration


def _check(importer: TownImporter) -> None:
    """Raise ContentError where Rasa would train a part of a model, or none."""
    stories, domain = importer.get_stories(), importer.get_domain()
    if importer.get_nlu_data().contains_no_pure_nlu_data():
        raise ContentError("Nothing below data/ has examples; write some below data/nlu/.")
    if stories.is_empty():
        raise ContentError("Nothing below data/ has rules; write some below data/rules/.")
    set_here = {event.key for step in stories.story_steps for event in step.events if isinstance(event, SlotSet)}
    if unknown := sorted(set_here - {slot.name for slot in domain.slots}):
        raise ContentError(f"Rules set {', '.join(unknown)}; name such slots in domain.yml too.")


def _run(configuration: GraphModelConfiguration, storage: LocalModelStorage, importer: TownImporter) -> None:
    schema = configuration.train_schema
    try:
        runner = PlainGraphRunner.create(schema, storage, ExecutionContext(graph_schema=schema))
        runner.run(inputs={PLACEHOLDER_IMPORTER: importer})
    except GraphComponentException as error:
        # Rasa wraps what a component raises: what is ours says itself what to do.
        if isinstance(error.__cause__, TownclerkError):
            raise error.__cause__ from error
        raise
    except RasaException as error:
        raise ContentError(f"The content cannot be trained: {' '.join(str(error).split())} {SEE}") from error


class _Storage(LocalModelStorage):
    """What the components keep; packed without copying it first, and uncompressed."""

    def create_model_package(
        self, model_archive_path: str | Path, model_configuration: GraphModelConfiguration, domain: Domain
    ) -> ModelMetadata:
        """Write the archive that LocalModelStorage reads."""
        metadata = self._create_model_metadata(domain, model_configuration)
        with (
            tempfile.TemporaryDirectory() as folder,
            tarfile.open(model_archive_path, "w:gz", compresslevel=COMPRESSION) as archive,
        ):
            self._persist_metadata(metadata, Path(folder))
            archive.add(Path(folder, MODEL_ARCHIVE_METADATA_FILE), MODEL_ARCHIVE_METADATA_FILE)
            archive.add(self._storage_path, MODEL_ARCHIVE_COMPONENTS_DIR)
        return metadata
