"""A training without Rasa's overhead: a model as Rasa's own makes it, errors that say what to put right."""

from __future__ import annotations

import ast
import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.core.channels.channel import UserMessage
from rasa.engine.graph import GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.model_training import train as rasa_train
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from small_town import CONFIG, POLICIES, ROOT, released, town

from bot.errors import ConfigurationError, ContentError
from bot.processor import TurnProcessor
from bot.release import SOURCES, fingerprint, train


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class Broken(GraphComponent):
    """A component that cannot do without something."""

    @classmethod
    def create(cls, **_: Any) -> Broken:
        raise ConfigurationError("Something is missing; mend it.")

    def train(self, training_data: TrainingData) -> Resource:
        return Resource("broken")

    def process(self, messages: list[Message]) -> list[Message]:
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "nlu:\n- intent: greet: x\n",
            "data/more.yml, line 2: mapping values are not allowed in this context; write it",
        ),
        ("nlu:\n- examples: |\n    - hello\n", "data/more.yml: an entry below nlu has no intent; begin it with"),
        ("nlu:\n- intent:\n  examples: |\n    - hello\n", "an entry below nlu has no intent"),
        ("nlu:\n- intent: greet\n", "data/more.yml: greet has no examples; write some below `examples: |`"),
        (
            "nlu:\n- intent: greet\n  examples: |\n    - hi\n    ho\n",
            "greet: 'ho' is no example; write each on one line",
        ),
        ("nlu:\n  intent: greet\n", "what stands below nlu is no list"),
        ("- intents:\n  nlu:\n", "it is a list as a whole; write `nlu:` or `responses:` above it"),
        ("nlu:\n- intent: a/b/c\n  examples: |\n    - hi\n", "data/more.yml: Intent name 'a/b/c' is invalid"),
        (
            'nlu:\n- intent: greet\n  examples: |\n    - in [x]{"entity"}\n',
            "data/more.yml: Incorrect training data format",
        ),
        (
            "responses:\n  utter_greet: [{text: b}]\n",
            "data/responses/greet.yml: utter_greet stands in data/more.yml too",
        ),
        (
            "responses:\n  utter_b: [{text: b}]\n  utter_b: [{text: c}]\n",
            "utter_b stands a second time, in line 3; keep",
        ),
        ("responses:\n  utter_b: [{words: b}]\n", "data/more.yml: Failed to validate"),
        ("responses:\n  utter_b: b\n", "data/more.yml: Failed to validate"),
        ("rules:\n- rule: x\n  steps: [{intent: [}]\n", "data/more.yml: Failed to read"),
        (
            "rules:\n- rule: x\n  steps: [{intent: greet}, {slot_was_set: [{odd: 1}]}]\n",
            "Rules set odd; name such slots",
        ),
    ],
)
def test_an_error_of_content_says_where_and_what_to_put_right(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ContentError, match=re.escape(told)):
        train(released(town(tmp_path, more=text)), tmp_path / "models")
    assert list((tmp_path / "models").iterdir()) == []


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("config.yml", CONFIG, "config.yml has no policies; list at least one below it."),
        ("config.yml", CONFIG.replace("Normaliser", "Nobody") + POLICIES, "config.yml: Cannot retrieve class"),
        ("domain.yml", "intents: {a: [}", "domain.yml: Failed to read"),
        ("data/rules/rules.yml", "", "Nothing below data/ has rules; write some below data/rules/."),
        ("data/nlu/greet.yml", "\udcff", "data/nlu/greet.yml is no UTF-8; save it as UTF-8."),
    ],
)
def test_an_error_of_another_file_says_so_too(tmp_path: Path, file: str, text: str, told: str) -> None:
    released(town(tmp_path))
    (tmp_path / file).write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(ContentError, match=re.escape(told)):
        train(tmp_path, tmp_path / "models")


def test_what_a_component_of_ours_complains_of_is_told_as_it_is(tmp_path: Path) -> None:
    released(town(tmp_path))
    (tmp_path / "config.yml").write_text(
        CONFIG.replace("bot.nlu.normaliser.Normaliser", f"{__name__}.Broken") + POLICIES
    )
    with pytest.raises(ConfigurationError, match="mend it"):
        train(tmp_path, tmp_path / "models")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with some of the town's topics and the shipped pipeline."""
    root = tmp_path_factory.mktemp("checkout")
    for name in ("config.yml", "domain.yml"):
        shutil.copy(ROOT / name, root / name)
    topics = sorted((ROOT / "data" / "nlu" / "topics").glob("b*.yml"))[:4]
    for path in (*topics, *(ROOT / "data" / "rules").glob("*.yml"), *(ROOT / "data" / "responses").glob("*.yml")):
        copy = root / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    shutil.copy(ROOT / "data" / "nlu" / "small_talk.yml", root / "data" / "nlu")
    return released(root)


@pytest.fixture(scope="module")
def trained(checkout: Path) -> Path:
    """The model of that checkout."""
    return train(checkout, checkout / "models")


def contents(model: Path) -> tuple[set[str], dict[str, Any]]:
    """The files in a model's archive, and its metadata without what is another's in every training."""
    with tarfile.open(model) as archive:
        files = {member.name.removeprefix("./") for member in archive if member.isfile()}
        metadata = json.load(archive.extractfile("metadata.json"))  # type: ignore[arg-type]
    for node in metadata["predict_schema"]["nodes"].values():
        (node["resource"] or {}).pop("output_fingerprint", None)
    return files, {key: value for key, value in metadata.items() if key not in ("trained_at", "model_id")}


@pytest.mark.slow
def test_a_model_holds_what_rasa_s_own_training_puts_into_it(checkout: Path, trained: Path, tmp_path: Path) -> None:
    files = str(checkout / "domain.yml"), str(checkout / "config.yml"), [str(checkout / "data")]
    model = rasa_train(*files, output=str(tmp_path), force_training=True).model
    assert contents(trained) == contents(Path(str(model)))


@pytest.mark.slow
def test_the_worker_loads_a_model(trained: Path) -> None:
    processor = TurnProcessor(trained, {})
    parsed = asyncio.run(processor.parse_message(UserMessage("when is bin day?")))
    assert parsed["response_selector"]["default"]["ranking"][0]["intent_response_key"] == "faq/bin_days"
    assert processor.domain.responses["utter_faq/bin_days"]


@pytest.mark.slow
def test_rasa_s_own_commands_load_a_model(checkout: Path, trained: Path) -> None:
    told = subprocess.run(
        [Path(sys.executable).parent / "rasa", "shell", "nlu", "--model", trained],
        cwd=checkout,
        env={**os.environ, "HOME": str(checkout)},
        input="when is bin day\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert '"intent_response_key": "faq/bin_days"' in told.stdout, told.stderr[-2000:]


@pytest.mark.slow
def test_a_model_is_trained_once(checkout: Path, trained: Path) -> None:
    before = trained.stat().st_mtime_ns
    assert train(checkout, checkout / "models") == trained
    assert trained.stat().st_mtime_ns == before
    assert [path.name for path in trained.parent.iterdir()] == [f"{fingerprint(checkout)}.tar.gz"]


def imported(path: Path) -> Iterator[Path]:
    """The house's modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        if isinstance(node, ast.ImportFrom):
            names = [str(node.module), *(f"{node.module}.{name}" for name in names)]
        yield from (found for name in names if (found := ROOT / f"{name.replace('.', '/')}.py").exists())


def components() -> set[Path]:
    """The modules of the house's components that config.yml names."""
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    names = [part["name"] for part in (*config["pipeline"], *config["policies"])]
    return {ROOT / f"{name.rpartition('.')[0].replace('.', '/')}.py" for name in names if name.startswith("bot.")}


def test_a_release_s_name_depends_on_all_that_makes_a_model() -> None:
    todo = [ROOT / "bot" / "training.py", *(ROOT / "bot" / "nlu").rglob("*.py")]
    used: set[Path] = set()
    while todo:
        if (path := todo.pop()) not in used:
            used.add(path)
            todo += imported(path)
    # What a policy asks others in a turn, no training depends on.
    used |= components()
    # Folders with words and such, which lie beside the modules that read them.
    for path in list(used):
        beside = re.findall(r"""(?:with_name\(|parent / )["']([\w.-]+)["']""", path.read_text(encoding="utf-8"))
        used |= {path.parent / name for name in beside}
    sources = [ROOT / source for source in SOURCES]
    assert sorted(path for path in used if not any(path.is_relative_to(source) for source in sources)) == []
