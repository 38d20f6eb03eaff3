"""A citizen who talks to the interview of the demo town, for tests."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from actions.intake.interview import Interview, Reply
from actions.intake.services import Catalogue
from bot.phrases import Phrases

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
REFERENCE = "K7QX-2M9D-4HTR"
INTERVIEW = Interview(Catalogue.load(ROOT / "data/services"))
PHRASES = Phrases.load(ROOT / "data/responses")


class Citizen:
    """Plays one citizen; keeps the state between messages as JSON, the way the store does."""

    def __init__(self, said: str, *, language: str = "en", service_code: str | None = None) -> None:
        self.language = language
        self.reply = INTERVIEW.start(said, language=language, service_code=service_code, now=NOW)

    def says(self, text: str = "", **more: Any) -> Reply:
        self.reply = INTERVIEW.answer(
            json.loads(json.dumps(self.reply.state)),
            text,
            language=self.language,
            now=NOW,
            new_reference=lambda: REFERENCE,
            **more,
        )
        return self.reply

    def hears(self) -> str:
        lines = [PHRASES.say(s.response, self.language, "sms", **s.values) for s in self.reply.says]
        titles = [f"{i} {option.title}" for i, option in enumerate(self.reply.says[-1].choices if lines else (), 1)]
        return "\n".join([*lines, *titles])

    def responses(self) -> list[str]:
        return [one.response.removeprefix("utter_intake_") for one in self.reply.says]

    @property
    def asked(self) -> str:
        return self.reply.state["asked"]


def to_the_summary() -> Citizen:
    citizen = Citizen("There is a pothole near the library")
    for text in ("12 Oak Street", "2", "4", "1 and 3"):
        citizen.says(text)
    assert citizen.asked == "#summary"
    return citizen
