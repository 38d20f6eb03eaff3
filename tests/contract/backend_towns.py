"""The towns that every service backend is tried on, and what a test may do behind the backend's back in each."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from _pytest.mark.structures import ParameterSet
from sqlalchemy import Engine, text
from starlette.applications import Starlette

from actions.backends.base import Backend, CaseStatus
from actions.backends.memory import Fault, MemoryBackend
from actions.backends.open311 import Open311
from actions.backends.register import Register
from actions.intake.services import Catalogue, read_service
from actions.simulators.answers import NEGLECTED
from actions.simulators.catalogue import BUILT_IN
from actions.simulators.faults import FaultPlan
from actions.simulators.open311 import BASE, FakeOpen311
from actions.simulators.quirks import Quirk
from bot.messages import Location, Submit
from channels.simulators.serving import serve
from register.routes import register_routes
from store import requests
from store.engine import open_engine
from store.tables import metadata

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
KEY = "town-key-1"
SERVICES: list[dict[str, Any]] = yaml.safe_load(BUILT_IN.read_text(encoding="utf-8"))
CATALOGUE = Catalogue.of(map(read_service, SERVICES))


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A report as the town has it; answers as texts."""

    service_code: str
    attributes: Mapping[str, tuple[str, ...]]
    description: str
    address: str
    location: tuple[float, float] | None
    media_url: str


def nothing() -> None:
    """Do nothing."""


@dataclass(slots=True, kw_only=True)
class Town:
    """One backend, and its town from behind."""

    backend: Backend
    clock: Clock
    #: The report with this reference; None when it did not arrive.
    kept: Callable[[str], Kept | None]
    #: Number, new status, notes.
    set_status: Callable[[str, str, str], None]
    #: Let the next report arrive and its answer be lost; let the next fail before it is taken; refuse the next, unless
    #: the town does so of itself; stop all that.
    lose_next: Callable[[], None] = nothing
    fail_next: Callable[[], None] = nothing
    refuse_next: Callable[[], None] = nothing
    recover: Callable[[], None] = nothing
    #: What to do before a report to a service that answers a token, or nothing.
    before_token: Callable[[], None] = nothing
    before_blackbox: Callable[[], None] = nothing
    #: Fields of services, questions and requests that this town does not tell.
    untold: frozenset[str] = frozenset()
    #: Whether an address alone is enough.
    takes_addresses: bool = True


def memory_town(clock: Clock) -> Town:
    faults: list[Fault] = []

    def plan() -> Iterator[Fault]:
        while True:
            yield faults.pop(0) if faults else Fault.NONE

    def kept(reference: str) -> Kept | None:
        submit = backend.report(reference)
        return submit and _kept_submit(submit)

    def set_status(number: str, status: Any, notes: str) -> None:
        backend.set_status(number, CaseStatus(status=status, status_notes=notes, updated_datetime=clock()))

    backend = MemoryBackend(clock, plan(), SERVICES)
    return Town(
        backend=backend,
        clock=clock,
        kept=kept,
        set_status=set_status,
        lose_next=lambda: faults.append(Fault.AMBIGUOUS),
        fail_next=lambda: faults.append(Fault.UNAVAILABLE),
        refuse_next=lambda: faults.append(Fault.REFUSED),
        before_token=lambda: faults.append(Fault.TOKEN),
        before_blackbox=lambda: faults.append(Fault.BLACKBOX),
    )


def _kept_submit(submit: Submit) -> Kept:
    place = submit.location
    return Kept(
        service_code=submit.service_code,
        attributes=_texts(submit.attributes),
        description=submit.description,
        address=submit.address_string,
        location=(place.latitude, place.longitude) if place else None,
        media_url=submit.media_url or "",
    )


def _texts(attributes: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {
        code: tuple(map(str, value)) if isinstance(value, list) else (str(value),) for code, value in attributes.items()
    }


def register_town(backend: Backend, engine: Engine, clock: Clock, **more: Any) -> Town:
    def kept(reference: str) -> Kept | None:
        with engine.begin() as conn:
            found = requests.by_reference(conn, reference)
        return found and Kept(
            service_code=found.service_code,
            attributes=_texts(found.attributes),
            description=found.description,
            address=found.address,
            location=(found.lat, found.long) if found.lat is not None and found.long is not None else None,
            media_url=found.media_url or "",
        )

    def set_status(number: str, status: str, notes: str) -> None:
        with engine.begin() as conn:
            requests.set_status(conn, number, status=status, notes=notes, now=clock())

    return Town(backend=backend, clock=clock, kept=kept, set_status=set_status, **more)


@asynccontextmanager
async def served_register_town(engine: Engine, clock: Clock) -> AsyncIterator[Town]:
    """Our own server, asked by our own client."""
    routes = register_routes(
        engine, lambda: CATALOGUE, keys=(KEY,), public_url="http://town.example", clock=clock, new_id=lambda: "id-1"
    )
    async with serve(Starlette(routes=routes)) as url:
        client = Open311(f"{url}{BASE}", clock, api_key=KEY)
        yield register_town(client, engine, clock, untold=frozenset({"type"}))
        await client.close()


@asynccontextmanager
async def open311_town(quirks: frozenset[Quirk], clock: Clock) -> AsyncIterator[Town]:
    fake = FakeOpen311(clock, api_key=KEY, quirks=quirks)

    def kept(reference: str) -> Kept | None:
        last_line = f"Ref: {reference}"
        for form in (request.form for request in fake.received):
            if form.get("description").endswith(last_line):
                return Kept(
                    service_code=form.get("service_code"),
                    attributes=form.attributes,
                    description=form.get("description").removesuffix(last_line).removesuffix("\n"),
                    address=form.get("address_string"),
                    location=form.position,
                    media_url=form.get("media_url"),
                )
        return None

    email = "counter@town.example" if Quirk.EMAIL_DEMANDED in quirks else None
    async with serve(fake) as url:
        client = Open311(f"{url}{BASE}", clock, api_key=KEY, email=email)
        yield Town(
            backend=client,
            clock=clock,
            kept=kept,
            set_status=fake.set_status,
            lose_next=lambda: fake.fail(FaultPlan(lost=1.0, calls=("POST",))),
            fail_next=lambda: fake.fail(FaultPlan(errors=1.0, calls=("POST",))),
            recover=lambda: fake.fail(FaultPlan()),
            # Questions without numbers still come in order.
            untold=NEGLECTED - {"order"} if Quirk.MISSING_FIELDS in quirks else frozenset(),
            takes_addresses=Quirk.CHICAGO not in quirks,
        )
        await client.close()


#: Open311 servers, from the standard's own to those that put together what several real ones do.
SERVERS: dict[str, frozenset[Quirk]] = {
    "by the book, JSON": frozenset(),
    "by the book, XML": frozenset({Quirk.XML_ONLY}),
    "careless JSON": frozenset(
        {
            Quirk.NUMBERS_AS_CODES,
            Quirk.TRUE_AS_TEXT,
            Quirk.WRAPPED,
            Quirk.SINGLE_OBJECT,
            Quirk.ERRORS_AS_OBJECT,
            Quirk.LATIN_1,
            Quirk.NO_ZONE,
        }
    ),
    "small and plain": frozenset(
        {
            Quirk.JSON_ONLY,
            Quirk.MISSING_FIELDS,
            Quirk.ERRORS_AS_HTML,
            Quirk.TRAILING_SLASH,
            Quirk.NO_COMMA_LISTS,
            Quirk.IGNORES_FILTERS,
        }
    ),
    "wordy XML": frozenset({Quirk.XML_ONLY, Quirk.MAY_NOT_BE_RETURNED, Quirk.LATIN_1, Quirk.OBJECT_AS_ID}),
    "strict, with pages": frozenset({Quirk.DUPLICATE_400, Quirk.EMAIL_DEMANDED, Quirk.PAGES}),
    "Chicago": frozenset({Quirk.CHICAGO, Quirk.SLOW_TOKENS, Quirk.NO_DESCRIPTIONS, Quirk.PAGES}),
}
REGISTERS = ("register", "register, PostgreSQL", "register, served")
#: The others have the same promises to keep, and take longer than the everyday loop has.
QUICK = ("memory", "register", "by the book, JSON")
TOWNS = ("memory", *REGISTERS, *SERVERS)
#: Those that can be told to fail, and have services that give no number at once.
FAULTY = ("memory", *SERVERS)


def each(names: Iterable[str]) -> list[ParameterSet]:
    """Return towns as parameters, those that take long marked."""
    return [pytest.param(name, marks=[] if name in QUICK else pytest.mark.slow) for name in names]


@dataclass(slots=True)
class Towns:
    """Opens a town by its name."""

    request: pytest.FixtureRequest
    folder: Path
    clock: Clock = field(default_factory=Clock)

    @asynccontextmanager
    async def open(self, name: str) -> AsyncIterator[Town]:
        if name == "memory":
            yield memory_town(self.clock)
        elif name in SERVERS:
            async with open311_town(SERVERS[name], self.clock) as town:
                yield town
        else:
            async with self._register(name) as town:
                yield town

    @asynccontextmanager
    async def _register(self, name: str) -> AsyncIterator[Town]:
        engine = self._postgres() if name == "register, PostgreSQL" else self._sqlite()
        if name == "register, served":
            async with served_register_town(engine, self.clock) as town:
                yield town
        else:
            yield register_town(Register(engine, self.clock, SERVICES), engine, self.clock)

    def _sqlite(self) -> Engine:
        shutil.copy(self.request.getfixturevalue("migrated_sqlite"), self.folder / "town.db")
        engine = open_engine(f"sqlite:///{self.folder}/town.db")
        self.request.addfinalizer(engine.dispose)
        return engine

    def _postgres(self) -> Engine:
        engine: Engine = self.request.getfixturevalue("migrated_postgres")
        with engine.begin() as conn:
            conn.execute(text(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY"))
        return engine


def here(north: float = 0.0) -> Location:
    """Return a place, so many metres north of the town's middle."""
    return Location(latitude=41.88 + north / 111_195, longitude=-87.63)
