"""Which case a citizen speaks of: by its reference from anywhere, by its number only where it is known already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from actions.reference import find_reference
from store import follows, submissions
from store.follows import Followed
from store.submissions import Submission

#: What may stand around a number in a sentence.
AROUND = ".,;:!?¿¡()#\"'“”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as a conversation knows it: its own report, one that it follows, or both."""

    #: The backend's, once there is one.
    number: str | None
    submission: Submission | None = None
    followed: Followed | None = None

    @property
    def is_followed(self) -> bool:
        return self.followed is not None and self.followed.next_look_at is not None

    @property
    def shown(self) -> str:
        """How citizens read it: "2026-000123 (K7QX-2M9D-4HTR)", as far as both are known."""
        reference = self.submission.reference if self.submission else None
        return f"{self.number} ({reference})" if self.number and reference else self.number or reference or ""


def of_conversation(conn: Connection, conversation_id: str) -> list[Case]:
    """Return the conversation's own cases, newest first, and then those of others that it follows."""
    followed = {one.service_request_id: one for one in follows.of_conversation(conn, conversation_id)}
    cases, numbers = [], set()
    for submission in submissions.of_conversation(conn, conversation_id):
        number = submission.service_request_id
        # A case that was opened again has several reports of ours: the newest stands for it.
        if number is None or number not in numbers:
            numbers.add(number)
            cases.append(Case(number=number, submission=submission, followed=followed.get(number or "")))
    others = [Case(number=number, followed=one) for number, one in followed.items() if number not in numbers]
    return cases + [case for case in others if case.is_followed]


def named(conn: Connection, conversation_id: str, text: str, about: str | None) -> Sequence[Case] | None:
    """Return the cases that a message names: none for an unknown reference, None when it names no case at all.

    `about` is the number behind a pressed choice.
    """
    ours = of_conversation(conn, conversation_id)
    if about is not None:
        return [case for case in ours if case.number == about]
    reference = find_reference(text)
    if reference is not None:
        submission = submissions.get(conn, reference)
        return [_of(submission, ours)] if submission else []
    words = {word.strip(AROUND) for word in text.split()}
    return [case for case in ours if case.number in words] or None


def _of(submission: Submission, ours: Sequence[Case]) -> Case:
    number = submission.service_request_id
    followed = next((case.followed for case in ours if number is not None and case.number == number), None)
    return Case(number=number, submission=submission, followed=followed)
