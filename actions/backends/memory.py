"""A backend in memory that fails as told: for tests and benchmarks."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from actions.backends.base import Accepted, CaseStatus, Nearby
from bot.errors import BackendAmbiguous, BackendRefused, BackendUnavailable
from bot.messages import Location, Submit


class Fault(enum.Enum):
    """What goes wrong with one `submit`."""

    NONE = enum.auto()
    #: It does not arrive.
    UNAVAILABLE = enum.auto()
    #: It arrives, and the answer is lost.
    AMBIGUOUS = enum.auto()
    REFUSED = enum.auto()


class MemoryBackend:
    """A `Backend`; each `submit` takes the next fault of the plan, and none once it is used up."""

    def __init__(self, clock: Callable[[], datetime], plan: Iterable[Fault] = ()) -> None:
        self._clock = clock
        self._plan = iter(plan)
        self._numbers: dict[str, str] = {}
        self._cases: dict[str, CaseStatus] = {}
        #: References in the order they arrived, repeated ones too: a blind second try shows here.
        self.arrived: list[str] = []

    async def services(self) -> Sequence[Mapping[str, Any]]:
        return ()

    async def submit(self, submit: Submit) -> Accepted:
        fault = next(self._plan, Fault.NONE)
        if fault is Fault.UNAVAILABLE:
            raise BackendUnavailable("The backend is planned to be down; try again.")
        if fault is Fault.REFUSED:
            raise BackendRefused("The backend is planned to refuse this report; staff must look.")
        number = self._accept(submit.reference)
        if fault is Fault.AMBIGUOUS:
            raise BackendAmbiguous("The backend is planned to lose its answer; look up the reference.")
        return Accepted(service_request_id=number)

    async def statuses(self, service_request_ids: Sequence[str]) -> Mapping[str, CaseStatus]:
        return {number: self._cases[number] for number in service_request_ids if number in self._cases}

    async def find(self, submit: Submit, *, tried_at: datetime) -> str | None:
        return self._numbers.get(submit.reference)

    async def number(self, token: str) -> str | None:
        return None

    async def near(self, service_code: str, location: Location | None, address: str) -> Sequence[Nearby]:
        return ()

    async def close(self) -> None:
        return None

    def set_status(self, service_request_id: str, status: CaseStatus) -> None:
        """Say what became of a case, as the town's staff would."""
        self._cases[service_request_id] = status

    def _accept(self, reference: str) -> str:
        self.arrived.append(reference)
        if reference not in self._numbers:
            number = str(len(self._numbers) + 1)
            self._numbers[reference] = number
            self._cases[number] = CaseStatus(status="open", status_notes="", updated_datetime=self._clock())
        return self._numbers[reference]
