"""Carrying reports out: once each, for as long as it takes, and an honest word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from submitter_town import PHRASES, REFERENCE, REPORT, SECOND, START, Plays, Town, next_attempt

from actions.backends.memory import TOKEN_WAIT, Fault
from actions.submitter import PATIENCE
from bot.errors import BackendAmbiguous, BackendRefused, BackendUnavailable
from store import submissions


async def test_a_report_is_handed_over_once_and_the_citizen_gets_its_number(
    small_store: Engine,
) -> None:
    town = Town(small_store)
    assert await town.run(3) == [1, 0, 0]
    assert town.state() == ("submitted", "1")
    assert town.memory.arrived == [REFERENCE]
    assert [text.split(".")[0] for text in town.heard()] == [f"Su reporte {REFERENCE} es ahora el caso 1"]


async def test_what_certainly_did_not_arrive_yet_is_not_looked_up(
    small_store: Engine,
) -> None:
    town, backend = Town(small_store), Plays(BackendUnavailable("It is down."))
    town.use(backend)
    await town.run(3)
    assert (backend.looked, town.kept().tried_at) == (0, None)


async def test_a_lost_answer_does_not_make_a_second_report(small_store: Engine) -> None:
    town = Town(small_store, [Fault.AMBIGUOUS])
    await town.run(2)
    assert town.memory.arrived == [REFERENCE]
    assert town.state() == ("submitted", "1")


async def test_a_process_that_dies_after_handing_over_does_not_make_a_second_report(small_store: Engine) -> None:
    town = Town(small_store)
    with small_store.begin() as conn:
        (claimed,) = submissions.claim_due(conn, now=START, lease_for=timedelta(minutes=1), limit=1)
    await town.memory.submit(claimed.effect)  # and nobody wrote it down
    town.now += timedelta(minutes=2)
    await town.run()
    assert town.memory.arrived == [REFERENCE]
    assert town.state() == ("submitted", "1")


async def test_what_cannot_be_told_apart_yet_is_not_sent_again(small_store: Engine) -> None:
    town = Town(small_store, [Fault.TOKEN])
    with small_store.begin() as conn:
        (claimed,) = submissions.claim_due(conn, now=START, lease_for=timedelta(0), limit=1)
    await town.memory.submit(claimed.effect)  # its token was never written down
    await town.run(1, every=TOKEN_WAIT)
    assert town.state() == ("waiting", None)
    await town.run()
    assert town.state() == ("submitted", "1")
    assert town.memory.arrived == [REFERENCE]


async def test_a_lookup_that_finds_nothing_makes_the_next_try_the_first(small_store: Engine) -> None:
    town, backend = Town(small_store), Plays(BackendAmbiguous("The answer was lost."))
    town.use(backend)
    await town.run()
    assert town.kept().tried_at == START
    again = town.now
    await town.run()
    assert (backend.looked, town.kept().tried_at) == (1, again)


async def test_a_backend_that_is_down_is_tried_again_and_the_citizen_is_told_once(small_store: Engine) -> None:
    town = Town(small_store, [Fault.UNAVAILABLE] * 7)
    assert await town.run(8) == [1] * 8
    first, second = town.heard()
    assert "está guardado" in first
    assert "caso 1" in second
    assert town.alerts() == []


async def test_a_hiccup_is_not_worth_a_message(small_store: Engine) -> None:
    town = Town(small_store, [Fault.UNAVAILABLE] * 4)
    await town.run(5)
    assert len(town.heard()) == 1


async def test_staff_hear_of_a_backend_that_stays_down(small_store: Engine) -> None:
    town = Town(small_store, [Fault.UNAVAILABLE] * 11)
    await town.run(12)
    assert [kind for kind, _ in town.alerts()] == ["delayed_submission"]


async def test_waits_grow_and_never_undercut_what_the_town_asks(small_store: Engine) -> None:
    town = Town(small_store)
    town.use(backend := Plays(BackendUnavailable("It is down.")))
    waits = []
    for _ in range(3):
        await town.submitter.run_once()
        until = next_attempt(town)
        waits.append((until - town.now) / SECOND)
        town.now = until
    assert waits == [2, 4, 8]
    backend.answer = BackendUnavailable("Too many requests.", retry_after=3600)
    await town.submitter.run_once()
    assert next_attempt(town) - town.now == timedelta(hours=1)


async def test_a_report_outlives_a_long_outage(small_store: Engine) -> None:
    town = Town(small_store, [Fault.UNAVAILABLE] * 7)
    await town.run(8, every=timedelta(hours=9))
    assert town.state() == ("submitted", "1")
    assert len(town.heard()) == 2


async def test_after_days_staff_get_it_once_and_the_citizen_hears_so(small_store: Engine) -> None:
    town = Town(small_store, [Fault.UNAVAILABLE] * 99)
    await town.run(PATIENCE // timedelta(hours=12) + 3, every=timedelta(hours=12))
    assert town.state() == ("parked", None)
    assert town.alerts() == [("parked_submission", REFERENCE)]
    assert len(town.heard()) == 2
    assert "nuestro personal" in town.heard()[-1]


async def test_a_refusal_is_parked_at_once_and_the_citizen_hears_the_towns_reason(small_store: Engine) -> None:
    town = Town(small_store)
    town.use(Plays(BackendRefused("HTTP 400", reason="<b>Outside</b> our\nborders. " + "Call 311. " * 30)))
    assert await town.run(3) == [1, 0, 0]
    assert town.state() == ("parked", None)
    assert town.alerts() == [("parked_submission", REFERENCE)]
    [said] = town.heard()
    reason, staff = said.removeprefix(f"El municipio no aceptó su reporte {REFERENCE}: ").split("\n")
    assert reason.startswith("Outside our borders. Call 311.")
    assert len(reason) <= 160
    assert "personal" in staff


async def test_a_refusal_that_only_staff_understand_is_not_read_to_the_citizen(small_store: Engine) -> None:
    town = Town(small_store)
    town.use(Plays(BackendRefused("The town wants an email address; set OPEN311_EMAIL.")))
    await town.run()
    assert town.heard() == [PHRASES.say("utter_case_parked", "es", "sms", reference=REFERENCE)]


async def test_a_late_second_process_changes_nothing(small_store: Engine) -> None:
    town = Town(small_store)
    with small_store.begin() as conn:
        (claimed,) = submissions.claim_due(conn, now=START, lease_for=timedelta(0), limit=1)
    await town.run()
    await town.submitter._carry(claimed)
    assert len(town.heard()) == 1


async def test_a_crash_while_noting_the_number_tells_nothing_and_loses_nothing(small_store: Engine) -> None:
    town = Town(small_store, report=replace(REPORT, follow=True))
    town.crashes = 1
    with pytest.raises(RuntimeError):
        await town.run()
    assert town.heard() == []
    assert town.state() == ("submitting", None)
    town.now += timedelta(minutes=1)
    await town.run()
    assert town.memory.arrived == [REFERENCE]
    assert (len(town.heard()), len(town.followed())) == (1, 1)
