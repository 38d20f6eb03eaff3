"""The commands of `townclerk`; each ends with one clear line and a non-zero code when it fails."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import ConfigurationError, TownclerkError
from bot.settings import Settings, read_settings

#: Seconds that `townclerk run` waits for the first answer of its edge.
START_LIMIT = 60.0


def _root() -> Path:
    root = Path.cwd()
    if not (root / "domain.yml").exists():
        raise ConfigurationError(f"There is no domain.yml in {root}; start Townclerk in its checkout.")
    return root


def _say(text: str) -> None:
    print(text, flush=True)


def train(settings: Settings, _: argparse.Namespace) -> None:
    """Train the model of the present content, unless it is trained."""
    from bot import lean
    from bot.logs import configure_logging

    lean.install()
    from bot.release import model_path
    from bot.release import train as train_model

    configure_logging("train")
    root = _root()
    known = model_path(root, settings.var / "models").exists()
    started = time.monotonic()
    path = train_model(root, settings.var / "models")
    _say(f"model {path.name} {'stands already' if known else f'trained in {time.monotonic() - started:.0f} s'}")


def edge(settings: Settings, arguments: argparse.Namespace) -> None:
    """Serve channels and run the loops that send and submit."""
    import uvicorn

    from bot.app import edge as build
    from bot.logs import configure_logging
    from bot.supervisor import end_with_parent
    from store.engine import migrate

    configure_logging("edge")
    if arguments.supervised:
        end_with_parent()
    migrate(settings.database_url)
    config = uvicorn.Config(
        build(settings, _root()).asgi(),
        host=settings.host,
        port=settings.port,
        log_config=None,
        ws="none",
        access_log=False,
        timeout_graceful_shutdown=5,
        h11_max_incomplete_event_size=65536,
        # Signatures are checked against the configured address; forwarded headers could only mislead.
        proxy_headers=False,
        server_header=False,
    )
    with _listener(settings) as listener:
        uvicorn.Server(config).run(sockets=[listener])


def _listener(settings: Settings) -> socket.socket:
    try:
        return socket.create_server((settings.host, settings.port), backlog=2048)
    except OSError as error:
        raise ConfigurationError(
            f"The edge cannot listen on {settings.host}:{settings.port} ({error.strerror}); "
            "free the port, or set TOWNCLERK_PORT."
        ) from error


def worker(settings: Settings, arguments: argparse.Namespace) -> None:
    """Answer messages, turn by turn."""
    from bot import lean
    from bot.logs import configure_logging
    from bot.supervisor import end_with_parent

    configure_logging("worker")
    if arguments.supervised:
        end_with_parent()
    lean.one_core()
    lean.install()
    from bot.app import worker as build
    from bot.release import model_path
    from store.engine import migrate

    migrate(settings.database_url)
    root = _root()
    built = build(settings, root, model_path(root, settings.var / "models"), arguments.name)
    lean.settle()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_until_asked(built.run))


async def _until_asked(run: Callable[[], Coroutine[object, object, None]]) -> None:
    task = asyncio.create_task(run())
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task


def run(settings: Settings, _: argparse.Namespace) -> None:
    """Run the small town: train, migrate, and keep one edge and one worker alive."""
    from bot.logs import configure_logging
    from bot.supervisor import Child, supervise
    from store.engine import migrate

    configure_logging("supervisor")
    root = _root()
    _listener(settings).close()
    _say("1/3  understanding: training the model if the content changed (up to a minute) ...")
    done = subprocess.run([sys.executable, "-m", "bot.cli", "train"], cwd=root, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)
    _say("2/3  database: bringing it up to date ...")
    migrate(settings.database_url)
    _say("3/3  starting edge and worker ...")
    children = [
        Child("edge", ["edge", "--supervised"]),
        Child("worker", ["worker", "--supervised", "--name", "worker-1"]),
    ]

    async def town() -> None:
        announcing = asyncio.create_task(_announce(settings))
        await supervise(children)
        announcing.cancel()

    asyncio.run(town())


async def _announce(settings: Settings) -> None:
    """Say where to look as soon as the edge answers."""
    address = f"http://{settings.host}:{settings.port}"
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        if await asyncio.to_thread(_answers, f"{address}/readyz"):
            _say(f"Townclerk is open: {settings.public_url}/   (Ctrl-C ends it)")
            return
        await asyncio.sleep(0.2)
    _say(f"The edge does not answer at {address}; its log above says why.")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - our own address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def doctor(settings: Settings, _: argparse.Namespace) -> None:
    """Say what is on, what is off, and what is missing."""
    from bot.app import reports_state
    from bot.release import model_path
    from channels import channel_states
    from store.engine import migrate

    migrate(settings.database_url)
    _say("database   up to date")
    trained = model_path(_root(), settings.var / "models").exists()
    _say("model      " + ("trained" if trained else "not trained: run `townclerk train`"))
    _say("address    " + settings.public_url)
    _say("reports    " + asyncio.run(reports_state(settings, _root())))
    for channel, state in channel_states(settings).items():
        _say(f"{channel:<10} {state}")


def evaluate(settings: Settings, arguments: argparse.Namespace) -> None:
    """Measure how well messages are understood, on an exam that the training data never sees."""
    from bot.logs import configure_logging

    configure_logging("evaluate")
    from bot.evaluation.exam import read_exam
    from bot.evaluation.figures import figures
    from bot.evaluation.report import report
    from bot.evaluation.run import sit, write
    from bot.release import train as train_model

    root = _root()
    cases = read_exam(root / "tests" / "nlu", quick=arguments.quick)
    model = train_model(root, settings.var / "models")
    _say(f"reading {len(cases)} messages with model {model.name} ...")
    measured = figures(asyncio.run(sit(model, cases)), model.name, quick=arguments.quick)
    _say(report(measured))
    for path in write(measured, arguments.out or settings.var / "evaluation", arguments.json):
        _say(f"written: {path}")


def directory(settings: Settings, arguments: argparse.Namespace) -> None:
    """Fill the directory of services from HSDS files."""
    from actions.backends.directory.embedded import replace
    from actions.backends.directory.files import read_directory
    from store.engine import migrate, open_engine

    if settings.hsds_url:
        raise ConfigurationError("HSDS_URL is set, so the directory comes from there; unset it to import files.")
    found = read_directory(arguments.path)
    migrate(settings.database_url)
    engine = open_engine(settings.database_url)
    replace(engine, found.places, datetime.now(UTC))
    engine.dispose()
    _say(f"{arguments.path}: {found.services} services at {found.locations} locations are the directory now")


def simulate(_: Settings, arguments: argparse.Namespace) -> None:
    """Play the town's own service system, to rehearse with."""
    from actions.simulators.command import run as serve

    serve(arguments, _say)


COMMANDS = {
    "run": run,
    "edge": edge,
    "worker": worker,
    "train": train,
    "evaluate": evaluate,
    "directory": directory,
    "doctor": doctor,
    "simulate": simulate,
}


def _unique_name() -> str:
    return f"{socket.gethostname()}-{os.getpid()}"[:64]


def _parser() -> argparse.ArgumentParser:
    from actions.simulators import command as simulator

    parser = argparse.ArgumentParser(prog="townclerk", description="A citizen's counter by SMS and web chat.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, function in COMMANDS.items():
        command = commands.add_parser(name, help=(function.__doc__ or "").strip())
        if name in ("edge", "worker"):
            command.add_argument("--supervised", action="store_true", help="end when standard input closes")
        if name == "worker":
            command.add_argument("--name", default=_unique_name(), help="unlike any other worker's on this database")
        if name == "directory":
            command.add_argument("what", choices=["import"], help="replace the directory by what PATH has")
            command.add_argument("path", type=Path, metavar="PATH", help="HSDS: a .json, a folder of .csv, or a .zip")
        if name == "simulate":
            simulator.add_arguments(command)
        if name == "evaluate":
            command.add_argument("--json", type=Path, metavar="FILE", help="where the figures go, for machines")
            command.add_argument("--out", type=Path, metavar="FOLDER", help="where report and pictures go")
            command.add_argument("--quick", action="store_true", help="ask a fifth of the exam, for a first look")
    return parser


def main() -> None:
    """Run one command."""
    arguments = _parser().parse_args()
    try:
        COMMANDS[arguments.command](read_settings(), arguments)
    except TownclerkError as error:
        print(f"townclerk: {error}", file=sys.stderr)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
