"""What the house asks of the place where reports go: a service backend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.messages import Submit


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStatus:
    """How far a case is, in Open311's words."""

    status: Literal["open", "closed"]
    status_notes: str
    updated_datetime: datetime


class Backend(Protocol):
    """Takes reports and tells what became of them.

    Failures are BackendUnavailable, BackendAmbiguous or BackendRefused; when to try again is not its business.
    """

    async def submit(self, submit: Submit) -> str:
        """Return the number of the case; the same reference again gives the same case."""
        ...

    async def status(self, service_request_id: str) -> CaseStatus | None:
        """Return the state of a case, or None if there is no such case."""
        ...

    async def find(self, reference: str) -> str | None:
        """Return the number of the case that has our reference, or None if it never arrived."""
        ...
