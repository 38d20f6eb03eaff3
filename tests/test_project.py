"""The rules of the house: who may import whom, who reads the environment, how long a file may grow."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HOUSE = ("bot", "actions", "channels", "store", "register", "desk")
#: The words of `bot` that the rest of the house may use; they know nobody but each other.
WORDS = tuple(
    f"bot.{name}"
    for name in (
        "messages",
        "errors",
        "choices",
        "phrases",
        "retry",
        "emergency",
        "language",
        "fold",
        "pictures",
        "segments",
    )
)
#: Where the house is put together.
COMPOSITION = ("bot.app", "bot.edge", "bot.cli", "bot.demo", "actions.standalone")
LONGEST_FILE = 300
LONGEST_FUNCTION = 60


@dataclass(frozen=True)
class Rule:
    """Modules under `who` may import, of the house, only `may`; and of the rest of the world nothing in `never`."""

    who: str
    may: tuple[str, ...]
    never: tuple[str, ...] = ("rasa",)


#: The first rule whose `who` fits a module counts.
RULES = (
    *(Rule(module, HOUSE, never=()) for module in COMPOSITION),
    Rule("bot.settings", ("bot.errors",), never=("rasa", "rasa_sdk")),
    *(Rule(module, WORDS, never=("rasa", "rasa_sdk", "httpx", "sqlalchemy")) for module in WORDS),
    Rule("bot", ("bot", "store", "actions"), never=("httpx", "starlette")),
    Rule("store", ("store", "bot.messages", "bot.errors"), never=("rasa", "rasa_sdk", "httpx", "starlette")),
    Rule("channels", ("channels", "bot.settings", *WORDS), never=("rasa", "rasa_sdk", "sqlalchemy")),
    Rule("actions.intake", ("actions.intake", *WORDS), never=("rasa", "rasa_sdk", "httpx", "sqlalchemy")),
    Rule("actions.simulators", ("actions", *WORDS), never=("rasa", "rasa_sdk", "sqlalchemy")),
    Rule("actions.backends", ("actions", "store", *WORDS), never=("rasa", "rasa_sdk", "starlette")),
    Rule("actions", ("actions", "store", *WORDS), never=("rasa", "starlette")),
    Rule("register", ("register", "store", "actions.intake.services", *WORDS), never=("rasa", "rasa_sdk", "httpx")),
    Rule("desk", ("desk", "store", "actions", "channels", "bot.settings", *WORDS)),
)


def inside(module: str, packages: tuple[str, ...]) -> bool:
    """Whether `module` is one of the packages or lies in one."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def sources(root: Path) -> Iterator[tuple[Path, str]]:
    """Every module of the house: its file and its dotted name."""
    for package in HOUSE:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            yield path, ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path, module: str) -> Iterator[tuple[int, str]]:
    """Every import of a file, at whatever depth: its line and the dotted name of what is imported."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base]).rstrip(".")
            # `from bot import settings` names a module; `from bot.settings import Settings` lies in one.
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def trespasses(root: Path) -> list[str]:
    """Every import that breaks a rule, as file:line and a sentence."""
    found = []
    for path, module in sources(root):
        rule = next(rule for rule in RULES if inside(module, (rule.who,)))
        for line, target in imports(path, module):
            ours = inside(target, HOUSE)
            if (ours and not inside(target, rule.may)) or (not ours and inside(target, rule.never)):
                found.append(f"{path.relative_to(root)}:{line}: {rule.who} must not import {target}")
    return found


def test_imports_point_inward() -> None:
    assert trespasses(ROOT) == []


@pytest.mark.parametrize(
    ("file", "line", "caught"),
    [
        ("channels/sms.py", "from store import inbox", True),
        ("channels/sms.py", "import rasa.core.agent", True),
        ("channels/web/routes.py", "from ...store import inbox", True),
        ("channels/sms.py", "from bot.messages import Inbound", False),
        ("channels/sms.py", "from bot.turn import Turn", True),
        ("store/inbox.py", "from bot import messages", False),
        ("store/inbox.py", "from bot import retry", True),
        ("store/inbox.py", "def late():\n    from bot.app import Edge", True),
        ("actions/intake/interview.py", "import httpx", True),
        ("actions/intake/interview.py", "from actions.backends import register", True),
        ("actions/intake/interview.py", "from bot.settings import Settings", True),
        ("actions/backends/open311.py", "import httpx", False),
        ("actions/backends/open311.py", "from rasa_sdk import Action", True),
        ("register/routes.py", "from actions.intake.services import Catalogue", False),
        ("register/routes.py", "from actions.backends.register import Register", True),
        ("register/routes.py", "from bot.settings import Settings", True),
        ("register/routes.py", "import httpx", True),
        ("store/requests.py", "from register import records", True),
        ("bot/turn.py", "import rasa", False),
        ("bot/turn.py", "from channels import sms", True),
        ("bot/phrases.py", "from bot.turn import Turn", True),
        ("bot/app.py", "from channels import sms", False),
        ("bot/messages_of_old.py", "import store.inbox", False),
    ],
)
def test_the_walker_sees_what_breaks_a_rule(tmp_path: Path, file: str, line: str, caught: bool) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(line + "\n")
    found = trespasses(tmp_path)
    assert bool(found) is caught
    assert all(entry.startswith(f"{file}:") for entry in found)


def test_the_edge_starts_without_rasa() -> None:
    code = "import sys, bot.cli, bot.app, bot.edge; sys.exit('rasa' in sys.modules or 'sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60, check=False).returncode == 0


def reads_environment(node: ast.AST) -> bool:
    """Whether a node is os.environ, os.getenv, or an import of either."""
    names = {"environ", "getenv", "environb", "getenvb"}
    if isinstance(node, ast.Attribute):
        return node.attr in names and isinstance(node.value, ast.Name) and node.value.id == "os"
    return isinstance(node, ast.ImportFrom) and node.module == "os" and any(a.name in names for a in node.names)


def test_only_settings_read_the_environment() -> None:
    readers = {
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, module in sources(ROOT)
        if module != "bot.settings"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if reads_environment(node)
    }
    assert readers == set()


def test_the_core_names_no_provider() -> None:
    named = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path, module in sources(ROOT)
        if inside(module, ("bot",)) and module not in ("bot.settings", "bot.app")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        # The command that says what is off names the variables that would turn it on.
        if re.search(r"twilio|telegram|open311", line if module != "bot.cli" else re.sub(r"TWILIO_\w+", "", line), re.I)
    ]
    assert named == []


def test_nothing_prints_but_the_commands() -> None:
    printing = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, module in sources(ROOT)
        if module != "bot.cli"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printing == []


def python_files() -> list[Path]:
    """Every Python file that people read: the house, its tests and its benchmarks."""
    written = [path for path, _ in sources(ROOT) if "migrations" not in path.parts]
    return written + [
        path
        for folder in ("tests", "benchmarks")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
    ]


def test_files_and_functions_stay_short() -> None:
    too_long = []
    for path in python_files():
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > LONGEST_FILE:
            too_long.append(f"{path.relative_to(ROOT)} has {text.count(chr(10))} lines; split it")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                length = node.end_lineno - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    too_long.append(f"{path.relative_to(ROOT)}:{node.lineno}: {node.name} has {length} lines; split it")
    assert too_long == []


def test_every_file_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in python_files()
        if path.stat().st_size and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_the_commands_that_pages_name_exist() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.M))
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    unknown = [
        f"{page.relative_to(ROOT)}: make {name}"
        for page in pages
        for name in re.findall(r"(?:`|^ {4}|^)make ([a-z][a-z-]*)", page.read_text(encoding="utf-8"), re.M)
        if name not in targets
    ]
    assert unknown == []


def test_the_commands_that_pages_name_are_commands_of_ours() -> None:
    from bot.cli import COMMANDS

    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    named = {name for page in pages for name in re.findall(r"townclerk ([a-z]+)", page.read_text(encoding="utf-8"))}
    assert named <= set(COMMANDS)
