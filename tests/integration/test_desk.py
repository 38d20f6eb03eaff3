"""The desk: what is settled where a message comes in, without the worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot.emergency import Emergencies
from bot.messages import Inbound, Wish
from bot.phrases import Phrases
from bot.ports import Desk, Limits, StoredOutbox, new_id
from store import alerts, tables
from store.engine import migrate, open_engine, reading

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
Say = Callable[..., Any]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    url = f"sqlite:///{tmp_path}/town.db"
    migrate(url)
    return open_engine(url)


@pytest.fixture
def say(engine: Engine) -> Say:
    """Let a citizen say something at a minute after nine; return what is told to them."""
    at = [NOW]
    desk = Desk(
        engine,
        Emergencies.load(ROOT / "data/emergency.yml"),
        Phrases.load(ROOT / "data/responses"),
        lambda: at[0],
        "https://town.example/media",
        Limits(a_minute=3, a_day=5),
    )

    async def say(text: str, wish: Wish | None = None, minute: int = 0, id: str | None = None) -> list[str]:
        at[0] = NOW + timedelta(minutes=minute)
        before = len(told(engine))
        inbound = Inbound(
            channel="sms", provider_id=id or new_id(), address="+1", text=text, wish=wish, received_at=at[0]
        )
        await desk.accept(inbound)
        return told(engine)[before:]

    return say


def told(engine: Engine) -> list[str]:
    with reading(engine) as conn:
        rows = conn.execute(select(tables.outbox.c.body, tables.outbox.c.state).order_by(tables.outbox.c.seq))
        return [row.body["text"] for row in rows if row.state == "waiting"]


def states(engine: Engine) -> list[str]:
    with reading(engine) as conn:
        return list(conn.scalars(select(tables.inbox.c.state).order_by(tables.inbox.c.seq)))


def kinds(engine: Engine) -> list[str]:
    with reading(engine) as conn:
        return [alert.kind for alert in alerts.open_alerts(conn)]


async def test_after_the_carriers_stop_nothing_is_said_and_what_comes_is_left_to_staff(
    engine: Engine, say: Say
) -> None:
    assert await say("STOP", Wish.STOP) == []
    assert await say("when is bin day") == []
    assert states(engine) == ["done", "parked"]
    assert kinds(engine) == ["silenced_message"]
    assert await say("START", Wish.START) == []
    assert await say("when is bin day", minute=2) == []
    assert states(engine)[2:] == ["done", "waiting"]


async def test_other_words_for_stop_are_confirmed_once_and_questions_still_answered(engine: Engine, say: Say) -> None:
    (confirmed,) = await say("please stop texting me", Wish.QUIET, id="q1")
    assert "BACK" in confirmed
    assert await say("please stop texting me", Wish.QUIET, id="q1") == []
    await say("when is bin day")
    assert states(engine) == ["done", "waiting"]


async def test_a_wish_is_confirmed_in_the_citizens_language(say: Say) -> None:
    (confirmed,) = await say("por favor no me escriban más", Wish.QUIET)
    assert "VOLVER" in confirmed


async def test_yes_ends_a_silence_and_is_an_ordinary_answer_otherwise(engine: Engine, say: Say) -> None:
    assert await say("yes", Wish.YES) == []
    await say("stop please", Wish.QUIET)
    (welcome,) = await say("BACK", Wish.YES)
    assert "Welcome back" in welcome
    assert states(engine) == ["waiting", "done", "done"]


async def test_what_the_provider_answers_itself_is_kept_and_not_answered(engine: Engine, say: Say) -> None:
    assert await say("HELP", Wish.HELP) == []
    assert states(engine) == ["done"]


async def test_a_flood_is_left_to_staff_and_told_once(engine: Engine, say: Say) -> None:
    answers = [await say(f"message {number}") for number in range(5)]
    assert [len(answer) for answer in answers] == [0, 0, 0, 1, 0]
    assert states(engine) == ["waiting"] * 3 + ["parked"] * 2
    assert kinds(engine) == ["flood"]
    # Five a day is the other limit; it is told once a day that there is one.
    assert await say("and another", minute=5) == []
    assert states(engine)[-1] == "parked"


async def test_danger_is_answered_whatever_went_before(engine: Engine, say: Say) -> None:
    for number in range(6):
        await say(f"message {number}")
    (answer,) = await say("there is a fire in my house")
    assert "911" in answer
    with reading(engine) as conn:
        assert conn.scalars(select(tables.outbox.c.body).order_by(tables.outbox.c.seq.desc())).first()["urgent"]


async def test_what_a_day_may_not_cost_waits_for_the_next_unless_it_is_urgent(engine: Engine, say: Say) -> None:
    await say("there is a fire in my house")
    await say("stop please", Wish.QUIET, minute=1)
    outbox = StoredOutbox(engine, ["sms"], lambda: NOW + timedelta(minutes=2), limits={"sms": 1}, zone=UTC)
    (urgent,) = await outbox.claim(10)
    assert await outbox.spend(urgent, 2)
    await outbox.sent(urgent.id, "SM1")
    (ordinary,) = await outbox.claim(10)
    assert not await outbox.spend(ordinary, 1)
    assert await outbox.claim(10) == ()
    assert "spent" in kinds(engine)
    tomorrow = StoredOutbox(engine, ["sms"], lambda: NOW + timedelta(days=1), limits={"sms": 1}, zone=UTC)
    (ordinary,) = await tomorrow.claim(10)
    assert ordinary.attempts == 0
    assert await tomorrow.spend(ordinary, 1)


async def test_danger_behind_a_stop_is_for_a_person(engine: Engine, say: Say) -> None:
    await say("STOP", Wish.STOP)
    assert await say("there is a fire in my house") == []
    assert kinds(engine) == ["silenced_message"]
