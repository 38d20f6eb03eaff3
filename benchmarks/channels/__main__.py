"""Posts the vectors to each channel and prints what came of them: python -m benchmarks.channels."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import httpx

from benchmarks.channels.subjects import Subject, ours, rasas
from benchmarks.channels.vectors import Vector, vectors

TITLES = {"sms": "Rasa's twilio", "telegram": "Rasa's telegram"}


async def outcome(
    open_subject: Callable[[str], AbstractAsyncContextManager[Subject]], name: str, vector: Vector
) -> str:
    """Post one vector to a subject of its own; return the statuses and what would be answered."""
    async with open_subject(name) as subject, httpx.AsyncClient(trust_env=False, timeout=20) as client:
        statuses = []
        for number, post in enumerate(vector.posts):
            subject.breaks(vector.broken and number == 0)
            # A provider that heard 2xx does not ask again.
            if vector.broken and statuses and statuses[0].startswith("2"):
                break
            statuses.append(await _posted(client, subject.url, post.body, dict(post.headers)))
        return describe(statuses, subject.answered())


async def _posted(client: httpx.AsyncClient, url: str, body: bytes, headers: dict[str, str]) -> str:
    try:
        return str((await client.post(url, content=body, headers=headers)).status_code)
    except httpx.HTTPError as error:
        return type(error).__name__


def describe(statuses: list[str], answered: list[str]) -> str:
    """Say in a table's cell what was answered over HTTP, and which texts reach the assistant."""
    texts = ", ".join(f"`{text[:12]}`" for text in answered)
    return f"{', '.join(statuses)}; {texts or 'nothing'}"


async def table(name: str) -> list[str]:
    """Return the table of one provider, as lines of Markdown."""
    lines = [f"| {name}: what is posted | ours | {TITLES[name]} |", "|---|---|---|"]
    for vector in vectors(name):
        cells = [await outcome(subject, name, vector) for subject in (ours, rasas)]
        lines.append(f"| {vector.name} | {' | '.join(cells)} |")
    return lines


def main() -> None:
    """Print one table for each provider."""
    logging.disable(logging.CRITICAL)
    for name in TITLES:
        print("\n".join(asyncio.run(table(name))) + "\n", flush=True)


if __name__ == "__main__":
    main()
