"""A backend in memory that fails as told: for tests and benchmarks."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from actions.backends.base import NEAR, Accepted, CaseStatus, Nearby
from actions.backends.nearness import MOST_NEARBY, metres, same_address
from bot.errors import BackendAmbiguous, BackendRefused, BackendUnavailable
from bot.messages import Location, Submit

#: How long a token stands for nothing yet.
TOKEN_WAIT = timedelta(minutes=1)


class Fault(enum.Enum):
    """What becomes of one `submit`."""

    NONE = enum.auto()
    #: It does not arrive.
    UNAVAILABLE = enum.auto()
    #: It arrives, and the answer is lost.
    AMBIGUOUS = enum.auto()
    REFUSED = enum.auto()
    #: It arrives, and has its number only after `TOKEN_WAIT`.
    TOKEN = enum.auto()
    #: It arrives, and nothing is ever told about it.
    BLACKBOX = enum.auto()


@dataclass(slots=True)
class _Case:
    """A report that arrived."""

    number: str
    submit: Submit
    requested_datetime: datetime
    #: When its number is known; None is never.
    numbered_at: datetime | None
    status: CaseStatus


class MemoryBackend:
    """A `Backend`; each `submit` takes the next fault of the plan, and none once it is used up."""

    def __init__(
        self, clock: Callable[[], datetime], plan: Iterable[Fault] = (), services: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        self._clock = clock
        self._plan = iter(plan)
        self._services = services
        #: By reference.
        self._cases: dict[str, _Case] = {}
        #: References in the order they arrived, repeated ones too: a blind second try shows here.
        self.arrived: list[str] = []

    async def services(self) -> Sequence[Mapping[str, Any]]:
        return self._services

    async def submit(self, submit: Submit) -> Accepted:
        fault = next(self._plan, Fault.NONE)
        if fault is Fault.UNAVAILABLE:
            raise BackendUnavailable("The backend is planned to be down; try again.")
        if fault is Fault.REFUSED:
            raise BackendRefused("The backend is planned to refuse this report; staff must look.", reason="Not here.")
        case = self._accept(submit, fault)
        if fault is Fault.AMBIGUOUS:
            raise BackendAmbiguous("The backend is planned to lose its answer; look up the reference.")
        if fault is Fault.TOKEN:
            return Accepted(token=f"token-{case.number}")
        return Accepted(service_request_id=case.number if self._has_number(case) else None)

    async def find(self, submit: Submit, *, tried_at: datetime) -> str | None:
        case = self._cases.get(submit.reference)
        if case is None or self._has_number(case):
            return case.number if case else None
        if case.numbered_at is None:
            raise BackendRefused("The backend is planned to tell nothing about this report; ask the town.")
        raise BackendAmbiguous("The backend is planned to have no number yet; look again later.")

    async def number(self, token: str) -> str | None:
        case = next((case for case in self._cases.values() if token == f"token-{case.number}"), None)
        return case.number if case and self._has_number(case) else None

    async def statuses(self, service_request_ids: Sequence[str]) -> Mapping[str, CaseStatus]:
        return {case.number: case.status for case in self._known() if case.number in service_request_ids}

    async def near(self, service_code: str, location: Location | None, address: str) -> Sequence[Nearby]:
        of_service = [case for case in self._known() if case.submit.service_code == service_code]
        close = [_nearby(case, location, address) for case in of_service if case.status.status == "open"]
        return sorted((one for one in close if one), key=lambda nearby: nearby.distance or 0.0)[:MOST_NEARBY]

    async def close(self) -> None:
        return None

    def report(self, reference: str) -> Submit | None:
        """Return a report as it arrived."""
        case = self._cases.get(reference)
        return case.submit if case else None

    def set_status(self, service_request_id: str, status: CaseStatus) -> None:
        """Say what became of a case, as the town's staff would."""
        for case in self._known():
            if case.number == service_request_id:
                case.status = status

    def _known(self) -> list[_Case]:
        return [case for case in self._cases.values() if self._has_number(case)]

    def _has_number(self, case: _Case) -> bool:
        return case.numbered_at is not None and case.numbered_at <= self._clock()

    def _accept(self, submit: Submit, fault: Fault) -> _Case:
        now = self._clock()
        self.arrived.append(submit.reference)
        if submit.reference not in self._cases:
            self._cases[submit.reference] = _Case(
                number=str(len(self._cases) + 1),
                submit=submit,
                requested_datetime=now,
                numbered_at=None if fault is Fault.BLACKBOX else now + TOKEN_WAIT * (fault is Fault.TOKEN),
                status=CaseStatus(status="open", status_notes="", updated_datetime=now),
            )
        return self._cases[submit.reference]


def _nearby(case: _Case, location: Location | None, address: str) -> Nearby | None:
    """Return the case as it is offered, or None when it is somewhere else."""
    place, there = case.submit.location, case.submit.address_string
    distance = metres(place, location) if place and location else None
    if same_address(there, address) or (distance is not None and distance <= NEAR):
        return Nearby(
            service_request_id=case.number,
            requested_datetime=case.requested_datetime,
            address=there,
            distance=distance,
        )
    return None
