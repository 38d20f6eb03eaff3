"""The composition root: puts edge and worker together from what the settings say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from dateutil.tz import tzlocal
from sqlalchemy import Engine

from actions.backends import open_backend
from actions.backends.base import Backend
from actions.catalogue import CatalogueKeeper, StoredCatalogue, read_definitions
from actions.intake.services import Catalogue, read_service
from bot.errors import BackendError, ConfigurationError
from bot.phrases import Phrases
from bot.settings import Settings
from store.engine import open_engine

if TYPE_CHECKING:
    from bot.edge import Edge
    from bot.worker import Worker


def now() -> datetime:
    """Return the time; everything else gets its clock passed in."""
    return datetime.now(UTC)


def phrases(root: Path) -> Phrases:
    """Load what the assistant says in its own words."""
    return Phrases.load(root / "data" / "responses")


def reports(settings: Settings, root: Path, engine: Engine) -> tuple[Backend, Callable[[], Catalogue]]:
    """Return where reports go, and what can be reported now: by the town's endpoint, or by its own files."""
    town = settings.open311
    if town is not None:
        return open_backend("open311", engine, now, **asdict(town)), StoredCatalogue(engine, town.url, now)
    definitions = read_definitions(root / "data" / "services")
    catalogue = Catalogue.of(map(read_service, definitions))
    return open_backend("register", engine, now, services=definitions), lambda: catalogue


async def reports_state(settings: Settings, root: Path) -> str:
    """Say in a line where reports go, and whether that answers."""
    engine = open_engine(settings.database_url)
    backend, _ = reports(settings, root, engine)
    try:
        offered = f"{len(await backend.services())} services"
    except BackendError as error:
        offered = f"does not answer: {error}"
    finally:
        await backend.close()
        engine.dispose()
    town = settings.open311
    if town is None:
        keys = (
            f"{len(settings.register_keys)} keys" if settings.register_keys else "no keys: set TOWNCLERK_REGISTER_KEYS"
        )
        return f"embedded register, {offered}; for other programs {keys}"
    key = "with a key" if town.api_key else "without a key: set OPEN311_API_KEY if the town gave one"
    return f"{town.url}, {offered}; {key}"


def edge(settings: Settings, root: Path) -> Edge:
    """Return the half of the town that citizens and providers reach."""
    # Here: the worker does without HTTP.
    from bot.edge import Edge

    engine = open_engine(settings.database_url)
    backend, catalogue = reports(settings, root, engine)
    town = settings.open311
    return Edge(
        settings,
        root,
        engine,
        phrases(root),
        backend=backend,
        catalogue=catalogue,
        keeper=CatalogueKeeper(engine, backend, town.url, now) if town else None,
        clock=now,
    )


def has_encoder(config: Path) -> bool:
    """Tell whether the town kept the sentence encoder's line in its pipeline: without it nothing may load it."""
    pipeline = yaml.safe_load(config.read_text(encoding="utf-8")).get("pipeline") or ()
    return any(str(entry.get("name", "")).endswith("SentenceEncoder") for entry in pipeline)


def worker(settings: Settings, root: Path, model: Path, name: str) -> Worker:
    """Load the model and return a worker on it. Only this half of the town imports Rasa."""
    import actions
    from actions.intake.finding import prepare
    from actions.places import open_finder
    from actions.reference import new_code, new_reference
    from bot.executor import local_actions
    from bot.loop import NAME, IntakeLoop
    from bot.nlu.sentence_encoder import encode
    from bot.processor import TurnProcessor
    from bot.spotting import Spotter
    from bot.turn import Turn
    from bot.worker import Worker

    if not model.exists():
        raise ConfigurationError("The present content is not trained; run `townclerk train`.")
    engine, words = open_engine(settings.database_url), phrases(root)
    backend, catalogue = reports(settings, root, engine)
    likeness = encode if has_encoder(root / "config.yml") else None
    loop = IntakeLoop(
        catalogue,
        backend.near,
        words,
        lambda: now().astimezone(settings.timezone),
        new_reference,
        new_code,
        likeness,
    )
    finder = open_finder(
        engine,
        words,
        now,
        folder=root / "data" / "directory",
        zone=settings.timezone or tzlocal(),
        holidays=settings.holidays,
    )
    # Now rather than with the first report: it takes a second.
    prepare(catalogue(), likeness)
    own = {NAME: loop, **local_actions(actions.build(engine, backend, finder))}
    turn = Turn(engine, TurnProcessor(model, own, Spotter(catalogue, likeness)), words, now)
    return Worker(engine, turn, words, name=name, clock=now, max_attempts=settings.max_attempts)
