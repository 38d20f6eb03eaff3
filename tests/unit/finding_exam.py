"""The exam of finding: catalogues of three towns, what citizens write to each, and how many are understood."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from actions.intake.finding import Likeness, find
from actions.intake.services import Catalogue, read_service

FOLDER = Path(__file__).parents[1] / "catalogues"
TOWNS = ("us_city", "council", "bilingual")
NONE = "none"


@dataclass(frozen=True)
class Question:
    """One message to a town, and the service that is right; None when it is none."""

    town: str
    service_code: str | None
    text: str

    @property
    def held(self) -> bool:
        """Whether it is kept apart: nothing is tuned to a third of the messages, told by their letters."""
        return zlib.crc32(self.text.encode()) % 3 == 0


@dataclass(frozen=True)
class Result:
    """Shares of messages: of those for a service, and of those for none."""

    #: One service is found, and it is right.
    clear: float
    #: The right one is among those found.
    offered: float
    #: One service is found, and it is wrong.
    wrong: float
    #: One service is found where none is right.
    invented: float


@cache
def catalogue(town: str) -> Catalogue:
    return Catalogue.of(read_service(service) for service in yaml.safe_load((FOLDER / f"{town}.yml").read_text()))


@cache
def exam() -> tuple[Question, ...]:
    content = yaml.safe_load((FOLDER / "exam.yml").read_text())
    return tuple(
        Question(town, None if code == NONE else code, text)
        for town, services in content.items()
        for code, texts in services.items()
        for text in texts
    )


def sit(questions: Iterable[Question], likeness: Likeness | None) -> Result:
    """Return how well the services of these messages are found."""
    found = [(q, [s.service_code for s in find(catalogue(q.town), q.text, likeness)]) for q in questions]
    ours = [(q.service_code, codes) for q, codes in found if q.service_code]
    others = [codes for q, codes in found if not q.service_code]
    return Result(
        clear=sum(codes == [right] for right, codes in ours) / len(ours),
        offered=sum(right in codes for right, codes in ours) / len(ours),
        wrong=sum(len(codes) == 1 and codes != [right] for right, codes in ours) / len(ours),
        invented=sum(len(codes) == 1 for codes in others) / len(others),
    )
