"""How fast messages may go to Telegram: in bursts, one a second to a chat, and nobody waits for another chat."""

from __future__ import annotations

import pytest

from bot.errors import Throttled
from channels.telegram import pacing
from channels.telegram.pacing import Once, Pace


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> Pace:
    return Pace(clock, clock.sleep)


async def _went(pace: Pace, clock: Clock, chats: list[str]) -> list[float]:
    begin, went = clock.now, []
    for chat in chats:
        await pace.turn(chat)
        went.append(round(clock.now - begin, 2))
    return went


async def test_a_chat_gets_three_at_once_and_then_one_a_second(pace: Pace, clock: Clock) -> None:
    assert await _went(pace, clock, ["a"] * 6) == [0, 0, 0, 1, 2, 3]
    await clock.sleep(60)
    assert await _went(pace, clock, ["a"] * 4) == [0, 0, 0, 1]


async def test_all_together_get_twenty_five_a_second(pace: Pace, clock: Clock) -> None:
    went = await _went(pace, clock, [str(number) for number in range(75)])
    assert went[:25] == [0.0] * 25
    assert went[25] == pytest.approx(0.04)
    assert went[-1] == pytest.approx(2.0)


async def test_only_the_chat_that_telegram_named_waits(pace: Pace, clock: Clock) -> None:
    pace.hold("a", 30)
    with pytest.raises(Throttled) as caught:
        await pace.turn("a")
    assert caught.value.retry_after == 30
    assert await _went(pace, clock, ["b"]) == [0]
    await clock.sleep(30)
    assert await _went(pace, clock, ["a"]) == [0]


async def test_a_long_wait_is_left_to_the_outbox(clock: Clock) -> None:
    async def without_waiting(seconds: float) -> None:
        """Let the next one in at once, as messages that are sent side by side come."""

    pace = Pace(clock, without_waiting)
    for _ in range(8):
        await pace.turn("a")
    with pytest.raises(Throttled) as caught:
        await pace.turn("a")
    assert caught.value.retry_after == pytest.approx(6)


async def test_chats_are_forgotten(pace: Pace, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "MOST_CHATS", 10)
    once = Once(clock, 600)
    for number in range(500):
        pace.hold(str(number), 0)
        await pace.turn(str(number))
        once.may(str(number))
        await clock.sleep(1)
    assert max(len(pace._full_at), len(pace._held_until), len(once._last)) <= 12


async def test_once_is_once_in_its_time_for_each_chat(clock: Clock) -> None:
    once = Once(clock, 600)
    assert [once.may("a"), once.may("a"), once.may("b")] == [True, False, True]
    await clock.sleep(599)
    assert not once.may("a")
    await clock.sleep(1)
    assert [once.may("a"), once.may("a")] == [True, False]
