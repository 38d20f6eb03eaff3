"""What the house asks of the place where reports go: a service backend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.messages import Location, Submit


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What a backend answered to a report: its number, or a token to ask for it later, or neither (blackbox)."""

    service_request_id: str | None = None
    token: str | None = None
    #: What the town wants the citizen to know, in its own words.
    service_notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStatus:
    """How far a case is, in Open311's words."""

    status: Literal["open", "closed"]
    status_notes: str
    updated_datetime: datetime
    expected_datetime: datetime | None = None
    agency_responsible: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """An open case of the same service close to a place; nothing here tells who reported it, or in which words."""

    service_request_id: str
    requested_datetime: datetime
    address: str = ""
    #: Metres from the place that was asked about; None when only the address says that it is the same.
    distance: float | None = None


class Backend(Protocol):
    """Takes reports and tells what became of them.

    Failures are BackendUnavailable, BackendAmbiguous or BackendRefused; when to try again is not its business.
    """

    async def services(self) -> Sequence[Mapping[str, Any]]:
        """Return the definitions of all services with their questions, as `read_service` reads them."""
        ...

    async def submit(self, submit: Submit) -> Accepted:
        """Hand a report over."""
        ...

    async def find(self, submit: Submit, *, tried_at: datetime) -> str | None:
        """Return the number of the case that has this report's reference, or None if it certainly did not arrive.

        `tried_at` is when the first try began that may have arrived. Raises BackendAmbiguous while that cannot be told
        yet.
        """
        ...

    async def number(self, token: str) -> str | None:
        """Return the number that a token stands for, or None as long as there is none."""
        ...

    async def statuses(self, service_request_ids: Sequence[str]) -> Mapping[str, CaseStatus]:
        """Return the states of cases by their numbers; what the backend does not know is missing."""
        ...

    async def near(self, service_code: str, location: Location | None, address: str) -> Sequence[Nearby]:
        """Return open cases of a service at most `NEAR` metres from a place, or at the same address, nearest first."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


#: How many metres away a report may be of the same thing.
NEAR = 100.0
