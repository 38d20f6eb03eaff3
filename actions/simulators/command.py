"""`townclerk simulate`: a town's own service system on this machine, to rehearse with before the real one is asked."""

from __future__ import annotations

import argparse
import contextlib
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from actions.simulators.quirks import Quirk
from bot.errors import ConfigurationError

HOST = "127.0.0.1"
PORT = 9311
#: The outage begins so long after the start.
DOWN_AFTER = timedelta(minutes=1)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("system", choices=["open311"], help="what to play: a GeoReport v2 server")
    parser.add_argument("--port", type=int, default=PORT, help=f"where it listens on this machine ({PORT})")
    parser.add_argument("--catalogue", type=Path, metavar="FILE", help="its services, in YAML or JSON")
    parser.add_argument("--api-key", metavar="KEY", help="demand this key with every report")
    parser.add_argument(
        "--quirk",
        action="append",
        default=[],
        type=Quirk,
        choices=list(Quirk),
        metavar="QUIRK",
        help=f"may be repeated: {', '.join(Quirk)}",
    )
    parser.add_argument("--errors", type=_share, default=0.0, help="share of calls that fail, 0 to 1")
    parser.add_argument("--lost", type=_share, default=0.0, help="share of calls that are done, and never answered")
    parser.add_argument(
        "--down",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="length of an outage, which begins one minute after the start",
    )
    parser.add_argument("--seed", type=int, default=0, help="another number, other faults")


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no share; give a number from 0 to 1.")
    return share


def run(arguments: argparse.Namespace, say: Callable[[str], None]) -> None:
    """Serve until Ctrl-C. Raises ConfigurationError when the port is taken, ContentError for a bad catalogue."""
    # Here, so that other commands do not load a server for it.
    import uvicorn

    from actions.simulators.catalogue import BUILT_IN, read_catalogue
    from actions.simulators.faults import FaultPlan
    from actions.simulators.open311 import BASE, FakeOpen311, Post

    def told(post: Post) -> None:
        what = f"request {post.request.service_request_id}" if post.request else "nothing accepted"
        # A code that is none of ours may be anything, a citizen's words too.
        code = dict(post.fields).get("service_code", "")
        service = code if code in town.catalogue else "unknown"
        answer = f"answered {post.status}" if post.status else "answer lost"
        say(f"{post.at:%H:%M:%S}  {what}, service {service}, {answer}")

    start = datetime.now(UTC) + DOWN_AFTER
    end = start + timedelta(seconds=arguments.down)
    town = FakeOpen311(
        lambda: datetime.now(UTC),
        read_catalogue(arguments.catalogue or BUILT_IN),
        arguments.api_key,
        frozenset(arguments.quirk),
        FaultPlan(seed=arguments.seed, errors=arguments.errors, lost=arguments.lost, down=((start, end),)),
        told,
    )
    with _listener(arguments.port) as listener:
        address = f"http://{HOST}:{listener.getsockname()[1]}"
        say(f"The town listens; what it received, and how to close it: {address}/   (Ctrl-C ends it)")
        key = f" OPEN311_API_KEY={arguments.api_key}" if arguments.api_key else ""
        say(f"Start Townclerk with: OPEN311_URL={address}{BASE}{key}")
        if arguments.down:
            say(f"It will be down from {start:%H:%M:%S} to {end:%H:%M:%S} UTC.")
        config = uvicorn.Config(town, log_level="warning", access_log=False, lifespan="off", ws="none")
        # uvicorn ends in good order, and raises the signal again.
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


def _listener(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except (OSError, OverflowError) as error:
        raise ConfigurationError(f"Nobody can listen on {HOST}:{port} ({error}); give another --port.") from error
