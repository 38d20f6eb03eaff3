"""One run: a provider, the town, its citizens and its killer, and the books at the end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from random import Random

import httpx

from benchmarks.chaos import check
from benchmarks.chaos.citizens import ACCOUNT, TOKEN, TOWN_NUMBER, Browser, Citizen, Phone, deliver
from benchmarks.chaos.plan import OF_A_REPORT, Plan, Report
from benchmarks.chaos.processes import ROOT, Killer, Process, until_healthy
from channels.simulators.serving import free_port, serve
from channels.simulators.sms import FakeSmsProvider
from store.engine import open_engine

#: Seconds that unfinished work gets after the last kill.
DRAIN = 180.0


def variables(var: Path, port: int, provider_port: int) -> dict[str, str]:
    """Return the town's whole environment."""
    url = f"http://127.0.0.1:{port}"
    return {
        "PATH": os.environ["PATH"],
        "TOWNCLERK_VAR": str(var),
        "TOWNCLERK_PORT": str(port),
        "TOWNCLERK_PUBLIC_URL": url,
        # Its citizens write faster than people do.
        "TOWNCLERK_MESSAGES_A_MINUTE": "10000",
        "TOWNCLERK_MESSAGES_A_DAY": "100000",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_PHONE_NUMBER": TOWN_NUMBER,
        "TWILIO_API_URL": f"http://127.0.0.1:{provider_port}",
    }


@contextlib.asynccontextmanager
async def tasks(*running: asyncio.Task[None]) -> AsyncIterator[None]:
    """Cancel these at the end, and wait for them."""
    try:
        yield
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def make_citizens(plan: Plan, url: str, client: httpx.AsyncClient, random: Random) -> list[Citizen]:
    """Half of them with phones, half with browsers."""
    made = []
    for number in range(plan.conversations):
        line: Phone | Browser = Phone(f"+1555{2000000 + number}", url) if number % 2 else Browser(url)
        made.append(Citizen(f"citizen {number}", line, client, Random(random.random()), plan.patience))
    return made


async def live(citizen: Citizen, places: list[str], questions: int, killing: Callable[[], bool]) -> None:
    """Say the whole script, then go on asking for as long as there is killing."""
    for place in places:
        await citizen.ask()
        await citizen.file(place)
    while citizen.counts["accepted"] < len(places) * OF_A_REPORT + questions or killing():
        await citizen.ask()
        if citizen.broken:
            return


async def run(plan: Plan, var: Path, progress: Callable[[str], None] = lambda _: None) -> Report:
    """Run the plan in the folder `var`, which must be empty; the processes' log stays there."""
    port, provider_port = free_port(), free_port()
    environment = variables(var, port, provider_port)
    progress("training ...")
    subprocess.run(
        [sys.executable, "-m", "bot.cli", "train"], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    url, provider, random = f"http://127.0.0.1:{port}", FakeSmsProvider(ACCOUNT, TOKEN), Random(plan.seed)
    edge = Process("edge", ["edge"], environment, var / "log")
    worker = Process("worker", ["worker", "--name", "worker-1"], environment, var / "log")
    report, started = Report(plan), time.monotonic()
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=50)
    async with serve(provider.app, provider_port), httpx.AsyncClient(timeout=10, limits=limits) as client:
        kept_alive = [asyncio.create_task(process.keep_alive()) for process in (edge, worker)]
        async with tasks(*kept_alive):
            await until_healthy(url)
            engine = open_engine(environment.get("TOWNCLERK_DATABASE_URL", f"sqlite:///{var}/townclerk.db"))
            citizens = make_citizens(plan, url, client, random)
            killer = Killer(edge, worker, url, lambda: check.answered(engine), random)
            await _let_live(plan, citizens, provider, killer, client, progress)
            report.kills = killer.kills
            progress("waiting for what is open ...")
            await _drain(lambda: check.open_work(engine))
            await asyncio.sleep(0.5)
    report.seconds = time.monotonic() - started
    _fill(report, citizens)
    report.broken += check.check_messages(engine, report.accepted)
    report.broken += check.check_reports(engine, {p: r for c in citizens for p, r in c.references.items()})
    if left := check.open_work(engine):
        report.broken.append(f"{left} things are still waiting")
    engine.dispose()
    return report


async def _let_live(
    plan: Plan,
    citizens: list[Citizen],
    provider: FakeSmsProvider,
    killer: Killer,
    client: httpx.AsyncClient,
    progress: Callable[[str], None],
) -> None:
    phones = {citizen.line.number: citizen.line for citizen in citizens if isinstance(citizen.line, Phone)}
    browsers = [citizen.line for citizen in citizens if isinstance(citizen.line, Browser)]
    listening = [asyncio.create_task(browser.listen(client)) for browser in browsers]
    async with tasks(asyncio.create_task(deliver(provider, phones)), *listening):
        killing = asyncio.create_task(killer.run(plan.kills, plan.expected))
        watching = asyncio.create_task(_tell(citizens, killer, progress))
        async with tasks(killing, watching):
            await asyncio.gather(
                *(
                    live(
                        citizen,
                        places,
                        plan.messages // plan.conversations - OF_A_REPORT * len(places),
                        lambda: not killing.done(),
                    )
                    for citizen, places in zip(citizens, _places(plan), strict=True)
                )
            )
        # What is said of our own accord after the last answer (case numbers) is still to be heard.
        await asyncio.sleep(1)


def _places(plan: Plan) -> list[list[str]]:
    """Deal the reports out; each is about a place of its own, so that one can be told from another."""
    all_places = [f"{100 + number} Oak Street" for number in range(plan.submissions)]
    return [all_places[number :: plan.conversations] for number in range(plan.conversations)]


async def _tell(citizens: list[Citizen], killer: Killer, progress: Callable[[str], None]) -> None:
    while True:
        accepted = sum(citizen.counts["accepted"] for citizen in citizens)
        filed = sum(len(citizen.references) for citizen in citizens)
        progress(f"{accepted} messages, {filed} reports, {killer.kills.total()} kills")
        await asyncio.sleep(5)


async def _drain(open_work: Callable[[], int]) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN):
            while open_work():
                await asyncio.sleep(0.2)


def _fill(report: Report, citizens: list[Citizen]) -> None:
    for citizen in citizens:
        report.accepted += citizen.counts["accepted"]
        report.posted_again += citizen.counts["again"]
        report.confirmed += len(citizen.references)
        report.broken += citizen.broken
        twice = check.repeats(citizen.line.heard)
        if isinstance(citizen.line, Phone):
            report.sms_twice += twice
        elif isinstance(citizen.line, Browser) and len(set(citizen.line.numbers)) != len(citizen.line.numbers):
            report.broken.append(f"{citizen.name}: the event stream repeated itself")
