"""The sender: every claimed message ends as sent, put off or given up, and nothing stops the loop."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import OptedOut, Rejected, Throttled, Unreachable
from bot.messages import Outbound
from channels.sender import Sender

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@dataclass
class Waiting:
    id: str
    outbound: Outbound
    attempts: int = 0
    tried_at: datetime | None = None


@dataclass
class ListOutbox:
    """An outbox in memory, which writes down what it is told."""

    waiting: list[Waiting]
    told: list[tuple[object, ...]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    limit: int = 100
    spent: int = 0
    may_have_gone: dict[str, bool] = field(default_factory=dict)

    def _tell(self, *what: object) -> None:
        if what[0] in self.broken:
            raise OSError(what[0])
        self.told.append(what)

    async def claim(self, limit: int) -> list[Waiting]:
        if "claim" in self.broken:
            raise OSError("locked")
        claimed, self.waiting = self.waiting[:limit], self.waiting[limit:]
        return claimed

    async def sent(self, id: str, provider_id: str) -> None:
        self._tell("sent", id, provider_id)

    async def spend(self, queued: Waiting, cost: int) -> bool:
        self.spent += cost
        return self.spent <= self.limit

    async def retry(self, id: str, error_code: str, at: datetime, *, may_have_gone: bool) -> None:
        self.may_have_gone[id] = may_have_gone
        self._tell("retry", id, error_code, at)

    async def opted_out(self, id: str, error_code: str) -> None:
        self._tell("opted_out", id, error_code)

    async def fail(self, id: str, error_code: str) -> None:
        self._tell("fail", id, error_code)


@dataclass
class ScriptedChannel:
    """A channel that fails where the script says so."""

    script: dict[str, Exception] = field(default_factory=dict)
    name: str = "sms"
    #: What the provider has already, by our id.
    arrived: dict[str, str] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)

    def routes(self) -> list[object]:
        return []

    async def send(self, outbound: Outbound) -> str:
        if outbound.id in self.script:
            raise self.script[outbound.id]
        self.sent.append(outbound.id)
        return f"SM-{outbound.id}"

    async def find(self, outbound: Outbound, since: datetime) -> str | None:
        return self.arrived.get(outbound.id)

    def cost(self, outbound: Outbound) -> int:
        return 1

    async def close(self) -> None:
        return


def message(id: str, attempts: int = 0, channel: str = "sms") -> Waiting:
    return Waiting(id, Outbound(id=id, channel=channel, address=f"+1{id}", text="hello"), attempts)


def sender(outbox: ListOutbox, channel: ScriptedChannel) -> Sender:
    return Sender(outbox, {"sms": channel}, lambda: NOW, max_attempts=3, jitter=lambda: 0.0)  # type: ignore[dict-item]


async def test_what_is_due_is_sent() -> None:
    outbox = ListOutbox([message("a"), message("b")])
    assert await sender(outbox, ScriptedChannel()).run_once() == 2
    assert outbox.told == [("sent", "a", "SM-a"), ("sent", "b", "SM-b")]
    assert await sender(outbox, ScriptedChannel()).run_once() == 0


@pytest.mark.parametrize(
    ("error", "attempts", "expected"),
    [
        (Unreachable("down", code="503"), 0, ("retry", "a", "503", NOW + timedelta(seconds=2))),
        (Unreachable("down", code="503"), 1, ("retry", "a", "503", NOW + timedelta(seconds=4))),
        # The third failure of three.
        (Unreachable("down", code="503"), 2, ("fail", "a", "503")),
        (Throttled("slow", retry_after=60, code="429"), 0, ("retry", "a", "429", NOW + timedelta(seconds=60))),
        (Unreachable("down"), 0, ("retry", "a", "Unreachable", NOW + timedelta(seconds=2))),
        (Rejected("no", code="21211"), 0, ("fail", "a", "21211")),
        (OptedOut("stop", code="21610"), 0, ("opted_out", "a", "21610")),
        # Our own mistake: another release may get it right.
        (KeyError("text"), 0, ("retry", "a", "KeyError", NOW + timedelta(seconds=2))),
    ],
)
async def test_a_failure_is_put_off_or_given_up(error: Exception, attempts: int, expected: tuple[object, ...]) -> None:
    outbox = ListOutbox([message("a", attempts)])
    await sender(outbox, ScriptedChannel({"a": error})).run_once()
    assert outbox.told == [expected]


async def test_one_failure_does_not_touch_the_others() -> None:
    outbox = ListOutbox([message("a"), message("b")])
    await sender(outbox, ScriptedChannel({"a": RuntimeError("x")})).run_once()
    assert ("sent", "b", "SM-b") in outbox.told


async def test_a_message_for_a_channel_that_is_off_waits() -> None:
    outbox = ListOutbox([message("a", channel="fax")])
    await sender(outbox, ScriptedChannel()).run_once()
    assert outbox.told == [("retry", "a", "channel_off", NOW + timedelta(seconds=2))]


@pytest.mark.parametrize("broken", ["claim", "sent", "retry"])
async def test_an_outbox_that_fails_does_not_stop_the_loop(broken: str) -> None:
    outbox = ListOutbox([message("a"), message("b")], broken={broken})
    script = {"a": Unreachable("down")} if broken == "retry" else {}
    await sender(outbox, ScriptedChannel(script)).run_once()  # type: ignore[arg-type]


async def test_logs_name_ids_and_never_repeat_the_text(caplog: pytest.LogCaptureFixture) -> None:
    outbox = ListOutbox([message("a")])
    await sender(outbox, ScriptedChannel({"a": ValueError("hello, my number is 555")})).run_once()
    assert "message a" in caplog.text
    assert "555" not in caplog.text


async def test_what_may_have_gone_out_is_looked_for_before_it_is_sent_again() -> None:
    again = [Waiting(id, message(id).outbound, tried_at=NOW) for id in ("a", "b")]
    outbox, channel = ListOutbox(again), ScriptedChannel(arrived={"a": "SM-known"})
    await sender(outbox, channel).run_once()
    assert outbox.told == [("sent", "a", "SM-known"), ("sent", "b", "SM-b")]
    assert channel.sent == ["b"]


async def test_only_a_provider_that_asked_us_to_wait_certainly_has_nothing() -> None:
    outbox = ListOutbox([message("a"), message("b")])
    await sender(outbox, ScriptedChannel({"a": Throttled("slow"), "b": Unreachable("down")})).run_once()
    assert outbox.may_have_gone == {"a": False, "b": True}


async def test_what_the_town_does_not_want_to_spend_is_not_sent() -> None:
    outbox, channel = ListOutbox([message("a"), message("b")], limit=1), ScriptedChannel()
    await sender(outbox, channel).run_once()
    assert channel.sent == ["a"]
    assert outbox.told == [("sent", "a", "SM-a")]
