"""The requests: what a provider posts on good and bad days, and what strangers try."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

PAYLOADS = Path(__file__).parent.parent.parent / "tests/payloads"


@dataclass(frozen=True, slots=True)
class Post:
    """One request; the path is the subject's own."""

    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Vector:
    """A name, and the requests that are posted one after the other."""

    name: str
    posts: tuple[Post, ...]
    #: Whether the assistant fails at the first of them, as when the disk is full.
    broken: bool = False


def load_door(name: str) -> Any:
    """Return how a channel is written to: the door that its contract tests use."""
    spec = importlib.util.spec_from_file_location(f"door_{name}", PAYLOADS / name / "door.py")
    assert spec
    assert spec.loader
    door: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(door)
    return door


def vectors(name: str) -> list[Vector]:
    """Return the vectors of one provider ("sms", "telegram")."""
    door = load_door(name)
    good: Callable[..., Post] = lambda text, number=1: _good(door, door.body(text, number))  # noqa: E731
    hello = good("hello")
    unsigned, empty, forged = door.strangers(hello.body)[:3]
    found = [
        Vector("a good message", (hello,)),
        Vector("nothing shows who posts", (Post(hello.body, unsigned),)),
        Vector("an empty signature or secret", (Post(hello.body, empty),)),
        Vector("a forged signature or secret", (Post(hello.body, forged),)),
        Vector("the same message, delivered twice", (hello, hello)),
        Vector("the assistant fails, the provider asks again", (hello, hello), broken=True),
        Vector("two messages, the later first", (good("b", 2), good("a", 1))),
        Vector("a body that is empty", (_good(door, b""),)),
        Vector("a body that is not UTF-8", (_good(door, b"\xff\xfe\x00"),)),
        Vector("a text of internal commands: /restart", (good("/restart"),)),
        Vector("2 MB of text", (good("x" * 2_000_000),)),
    ]
    return found + (_of_sms(good) if name == "sms" else _of_telegram(door))


def _good(door: Any, body: bytes) -> Post:
    return Post(body, door.headers(body))


def _of_sms(good: Callable[..., Post]) -> list[Vector]:
    return [Vector("STOP, which the carrier has answered", (good("STOP"),))]


def _of_telegram(door: Any) -> list[Vector]:
    edited = door.body("hello").replace(b'"message":', b'"edited_message":')
    return [
        Vector("a message that was changed later", (_good(door, edited),)),
        Vector("a voice message", (_good(door, door.unreadable(1)),)),
    ]
