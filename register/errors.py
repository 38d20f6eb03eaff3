"""What a caller did wrong, as GeoReport v2 tells it: a code, and a sentence that says how to put it right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of an answer's list of errors."""

    code: int
    description: str


class Refusal(Exception):
    """Nothing is done, and the answer is the list of problems; the first one's code is that of the answer.

    By the standard 404 is what does not exist, 403 a missing or wrong key, 400 everything else.
    """

    def __init__(self, *problems: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__("; ".join(problem.description for problem in problems))
        self.problems = problems
        self.headers = headers

    @property
    def status(self) -> int:
        return self.problems[0].code


def not_found(description: str) -> Refusal:
    return Refusal(Problem(404, description))


def forbidden(description: str) -> Refusal:
    return Refusal(Problem(403, description))


def wrong(*descriptions: str) -> Refusal:
    return Refusal(*(Problem(400, description) for description in descriptions))
