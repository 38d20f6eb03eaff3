"""A citizen who talks to the interview of the demo town, or of another, for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from actions.intake.interview import Case, Interview, Reply
from actions.intake.services import Catalogue, read_service
from bot.phrases import Phrases

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
REFERENCE = "K7QX-2M9D-4HTR"
INTERVIEW = Interview(Catalogue.load(ROOT / "data/services"))
PHRASES = Phrases.load(ROOT / "data/responses")


class Citizen:
    """Plays one citizen; keeps the state between messages as JSON, the way the store does."""

    def __init__(
        self,
        said: str,
        *,
        language: str = "en",
        service_code: str | None = None,
        interview: Interview = INTERVIEW,
        cases: Sequence[Case] = (),
    ) -> None:
        self.language = language
        self.interview = interview
        self.cases = cases
        self.looks = 0
        self.reply = self._looked(interview.start(said, language=language, service_code=service_code, now=NOW))

    def says(self, text: str = "", **more: Any) -> Reply:
        self.reply = self._looked(
            self.interview.answer(
                self.kept(), text, language=self.language, now=NOW, new_reference=lambda: REFERENCE, **more
            )
        )
        return self.reply

    def presses(self, title: str) -> Reply:
        """Press the choice of the last message that is called so."""
        [value] = [option.value for option in self.reply.says[-1].choices if option.title == title]
        return self.says(title, choice=value)

    def comes_back(self) -> Reply:
        self.reply = self.interview.resume(self.kept(), self.language)
        return self.reply

    def kept(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(json.dumps(self.reply.state))
        return state

    def _looked(self, reply: Reply) -> Reply:
        if reply.near is None:
            return reply
        self.looks += 1
        return self.interview.offer_nearby(reply, self.cases, self.language)

    def hears(self) -> str:
        lines = [PHRASES.say(s.response, self.language, "sms", **s.values) for s in self.reply.says]
        titles = [f"{i} {option.title}" for i, option in enumerate(self.reply.says[-1].choices if lines else (), 1)]
        return "\n".join([*lines, *titles])

    def titles(self) -> list[str]:
        return [option.title for option in self.reply.says[-1].choices]

    def responses(self) -> list[str]:
        return [one.response.removeprefix("utter_intake_") for one in self.reply.says]

    @property
    def asked(self) -> str:
        return str(self.reply.state["asked"])

    @property
    def answers(self) -> dict[str, Any]:
        return dict(self.reply.state["answers"])


def to_the_summary(**more: Any) -> Citizen:
    citizen = Citizen("There is a pothole near the library", **more)
    for text in ("12 Oak Street", "2", "4", "1 and 3"):
        citizen.says(text)
    assert citizen.asked == "#summary"
    return citizen


def town_of(*definitions: Mapping[str, Any]) -> Interview:
    """Return the interview of a town with these services; of each a code is enough."""
    named = [{"service_name": f"Service {one['service_code']}", **one} for one in definitions]
    return Interview(Catalogue.of(map(read_service, named)))
