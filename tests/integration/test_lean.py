"""The worker runs on stand-ins for what it never uses: it answers as ever, stays small, and says what is missing."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from bot.lean import SHALLOW, STAND_INS
from store.engine import MIGRATIONS, migrate

#: Needs the trained model of the whole content.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
#: MB that the worker's code may take, without a model.
IMPORT_LIMIT = 120
TOWN = """
import asyncio, json, sys
from pathlib import Path
from bot import lean
from bot.logs import configure_logging

configure_logging("test")
lean.install()
sys.path.insert(0, "tests")
from town import Town

async def talk():
    town = Town(sys.argv[1], Path(sys.argv[2]))
    lean.settle()
    answers = [await town.say(text) for text in ("when is bin day?", "there is graffiti on a wall", "12 Oak Street")]
    while "Shall we send it?" not in answers[-1]:
        answers.append(await town.say("skip" if "SKIP" in answers[-1] else "1"))
    return [*answers, await town.say("1")]

answers = asyncio.run(talk())
modules = {name: [getattr(m, "__file__", None), lean.is_stand_in(m)] for name, m in list(sys.modules.items()) if m}
print(json.dumps({"answers": answers, "modules": modules}))
"""
IMPORT = """
import os
from pathlib import Path
from bot import lean
lean.install()
import bot.processor, bot.turn
print(int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024**2)
"""


def run(code: str, *arguments: str) -> str:
    """Run Python code at the root of the checkout; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def below(name: str, listed: str) -> bool:
    """Whether a module is a listed one, or lies in it."""
    return name == listed or name.startswith(f"{listed}.")


@pytest.fixture(scope="module")
def talked(model: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a town on stand-ins answered, and the modules it had in the end: file, and whether it is a stand-in."""
    url = f"sqlite:///{tmp_path_factory.mktemp('lean')}/town.db"
    found: dict[str, Any] = json.loads(run(TOWN, url, str(model)))
    return found


def test_a_worker_on_stand_ins_answers_and_takes_a_report(talked: dict[str, Any]) -> None:
    assert all(talked["answers"])
    assert "Source:" in talked["answers"][0]
    assert re.search(r"\w{4}-\w{4}-\w{4}", talked["answers"][-1])


@pytest.mark.parametrize("listed", STAND_INS)
def test_a_listed_module_is_asked_for_and_never_really_imported(talked: dict[str, Any], listed: str) -> None:
    modules = {name: stand_in for name, (_, stand_in) in talked["modules"].items() if below(name, listed)}
    assert modules, f"nothing imports {listed} any more; take it off the list in bot/lean.py"
    assert all(modules.values()), f"{[name for name, stand_in in modules.items() if not stand_in]} were imported"


@pytest.mark.parametrize(("package", "module"), SHALLOW.items())
def test_of_a_shallow_package_one_module_is_imported(talked: dict[str, Any], package: str, module: str) -> None:
    modules = {name: stand_in for name, (_, stand_in) in talked["modules"].items() if below(name, package)}
    assert modules == {package: True, f"{package}.{module}": False}


def imported_at_once(tree: ast.AST) -> Iterator[str]:
    """The names of the modules that a file imports when it is imported itself: not in its functions."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from imported_at_once(node)


def test_our_own_code_in_the_worker_imports_nothing_that_is_listed(talked: dict[str, Any]) -> None:
    ours = [
        Path(file)
        for name, (file, _) in talked["modules"].items()
        if name.split(".")[0] in ("actions", "bot", "channels", "store") and file
    ]
    assert len(ours) > 20
    found = [
        f"{path.relative_to(ROOT)} imports {module}; import it in the function that trains"
        for path in ours
        for module in imported_at_once(ast.parse(path.read_text(encoding="utf-8")))
        if any(below(module, listed) for listed in STAND_INS)
    ]
    assert found == []


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux tells it this way")
def test_the_code_of_a_worker_is_small() -> None:
    assert int(run(IMPORT)) <= IMPORT_LIMIT


def test_only_the_worker_switches_it_on() -> None:
    folders = ("actions", "bot", "channels", "desk", "store")
    files = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    assert [str(path.relative_to(ROOT)) for path in files if "lean.install(" in path.read_text()] == ["bot/cli.py"]


@pytest.mark.parametrize(
    ("use", "named"),
    [
        ("import sanic; sanic.Sanic('town')", "sanic.Sanic was used, but workers run without sanic"),
        ("from sklearn.svm import LinearSVC; LinearSVC()", "sklearn.svm.LinearSVC was used"),
        ("import sklearn.svm; sklearn.metrics.f1_score(1, 2)", "sklearn.metrics.f1_score was used"),
        ("import pymongo\nclass Ours(pymongo.MongoClient): pass\nOurs('town')", "pymongo.MongoClient was used"),
        # What a model brings along that was trained with another pipeline.
        (
            r"import pickle; pickle.loads(b'csklearn.svm\nLinearSVC\n)\x81.')",
            "take sklearn off the list in bot/lean.py",
        ),
        ("from rasa.core.channels import RestInput; RestInput()", "workers run without rasa.core.channels"),
    ],
)
def test_using_a_stand_in_says_what_is_missing_and_what_to_do(use: str, named: str) -> None:
    code = f"""
from bot import lean
from bot.errors import NotInWorker
lean.install()
try:
    exec({use!r})
except NotInWorker as error:
    print(error)
"""
    assert named in run(code)


@pytest.mark.parametrize(
    "harmless",
    [
        "import typing; typing.Optional[aiohttp.ClientSession], aiohttp.web.Request | None, aiohttp.Signal['x']",
        "assert not isinstance(1, aiohttp.ClientError)",
        "class Mixed(aiohttp.ClientError, collections.abc.Sized): pass\nassert not hasattr(Mixed, 'name')",
        "try: int('x')\nexcept aiohttp.exceptions.Timeout: pass\nexcept ValueError: pass",
        "assert aiohttp.ClientError is aiohttp.ClientError and not hasattr(aiohttp, '__version__')",
    ],
)
def test_naming_a_stand_in_is_harmless(harmless: str) -> None:
    run(f"from bot import lean; lean.install(); import aiohttp, collections.abc\nexec({harmless!r})")


def test_what_is_imported_already_stays_as_it_is() -> None:
    code = "import jsonschema; from bot import lean; lean.install(); lean.install(); import jsonschema.cli, requests;"
    assert run(code + "print([lean.is_stand_in(m) for m in (jsonschema, jsonschema.cli, requests)])") == str(
        [False, False, True]
    )


def test_a_start_with_nothing_to_migrate_does_without_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/town.db"
    migrate(url)
    code = "import sys; from store.engine import migrate; migrate(sys.argv[1]); print('alembic' in sys.modules)"
    assert run(code, url) == "False"


def test_the_newest_migration_is_told_by_its_name() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    names = {path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("*.py")}
    assert names == {revision.revision for revision in script.walk_revisions()}
    assert script.get_current_head() == max(names)
