"""A backend in memory that fails as told: for tests and benchmarks."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from datetime import datetime

from actions.backends.base import CaseStatus
from bot.errors import BackendAmbiguous, BackendRefused, BackendUnavailable
from bot.messages import Submit


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

    async def submit(self, submit: Submit) -> str:
        fault = next(self._plan, Fault.NONE)
        if fault is Fault.UNAVAILABLE:
            raise BackendUnavailable("The backend is planned to be down; try again.")
        if fault is Fault.REFUSED:
            raise BackendRefused("The backend is planned to refuse this report; staff must look.")
        number = self._accept(submit.reference)
        if fault is Fault.AMBIGUOUS:
            raise BackendAmbiguous("The backend is planned to lose its answer; look up the reference.")
        return number

    async def status(self, service_request_id: str) -> CaseStatus | None:
        return self._cases.get(service_request_id)

    async def find(self, reference: str) -> str | None:
        return self._numbers.get(reference)

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
