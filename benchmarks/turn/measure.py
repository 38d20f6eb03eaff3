"""What is measured, the same way for everybody: load, latency, memory, start-up, size on disk."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

#: What every conversation says, over and over: both assistants know how to answer each of them with one message.
SENTENCES = ("hello", "are you a bot?", "goodbye")
#: Seconds that one answer may take before the run is given up.
PATIENCE = 60.0


class Conversation(Protocol):
    """One citizen."""

    async def say(self, text: str) -> str:
        """Send a message, wait for its answer, and return it."""


class Subject(Protocol):
    """An assistant that can be started and talked to."""

    name: str
    #: The environment that it needs.
    environment: Path

    def running(self) -> AbstractAsyncContextManager[int]:
        """Start it, yield the id of its process, and end it."""

    async def conversation(self, number: int) -> Conversation:
        """Open one; raises ConnectionError while the assistant is not up yet."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One assistant's row."""

    name: str
    messages: int
    conversations: int
    messages_per_second: float
    p50_ms: float
    p99_ms: float
    memory_mb: float
    start_s: float
    install_mb: float


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)]


async def talk(conversation: Conversation, messages: int) -> list[float]:
    """Say `messages` sentences, one after the other, each after the answer to the last; return the waits in seconds."""
    waits = []
    for number in range(messages):
        started = time.perf_counter()
        async with asyncio.timeout(PATIENCE):
            answer = await conversation.say(SENTENCES[number % len(SENTENCES)])
        waits.append(time.perf_counter() - started)
        if not answer:
            raise RuntimeError("An empty answer: the assistant failed, so its speed means nothing.")
    return waits


def tree(process: int) -> list[int]:
    """Return the process and all below it."""
    found, unseen = [], [process]
    while unseen:
        found.append(unseen.pop())
        for task in Path(f"/proc/{found[-1]}/task").glob("*/children"):
            unseen.extend(int(child) for child in task.read_text().split())
    return found


def resident_mb(process: int) -> float:
    """Return the resident memory of one process."""
    fields = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in fields if line.startswith("VmRSS"))


def size_mb(folder: Path) -> float:
    """Return what a folder takes on disk; a file with several names counts once."""
    seen: dict[tuple[int, int], int] = {}
    for where, _, names in os.walk(folder):
        for name in names:
            status = os.lstat(os.path.join(where, name))
            seen[status.st_dev, status.st_ino] = status.st_blocks * 512
    return sum(seen.values()) / 1024**2


async def first_answer(subject: Subject) -> Conversation:
    """Try until the assistant answers its first message; return that conversation."""
    async with asyncio.timeout(5 * PATIENCE):
        while True:
            try:
                conversation = await subject.conversation(0)
                await conversation.say(SENTENCES[0])
            except ConnectionError:
                await asyncio.sleep(0.05)
            else:
                return conversation


async def measure(subject: Subject, messages: int, conversations: int) -> Figures:
    """Start the assistant, talk to it from several conversations at once, and return its row."""
    started = time.perf_counter()
    async with subject.running() as process:
        first = await first_answer(subject)
        start = time.perf_counter() - started
        others = [await subject.conversation(number) for number in range(1, conversations)]
        talkers = [first, *others]
        # The first words of a conversation cost more (it opens, it introduces itself): not counted.
        await asyncio.gather(*(talk(talker, 2) for talker in talkers))
        begun = time.perf_counter()
        waits = await asyncio.gather(*(talk(talker, messages // conversations) for talker in talkers))
        took = time.perf_counter() - begun
        memory = sum(resident_mb(one) for one in tree(process))
    flat = [wait for one in waits for wait in one]
    return Figures(
        name=subject.name,
        messages=len(flat),
        conversations=conversations,
        messages_per_second=round(len(flat) / took, 1),
        p50_ms=round(statistics.median(flat) * 1000, 1),
        p99_ms=round(percentile(flat, 0.99) * 1000, 1),
        memory_mb=round(memory),
        start_s=round(start, 1),
        install_mb=round(size_mb(subject.environment)),
    )
