"""What every channel owes, asked through its door: tests/payloads/<name>/door.py, found by its registered name."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from benchmarks.channels.subjects import bare_settings
from benchmarks.channels.vectors import load_door
from bot.errors import DeliveryError, Throttled
from bot.messages import Choice, Outbound
from channels import CHANNELS, channel_states, open_channels
from channels.base import Channel
from channels.simulators.counter import MemoryCounter
from channels.simulators.serving import serve

CHOICES = (Choice(id="c1", title="Pothole", payload="/a"), Choice(id="c2", title="Street light", payload="/b"))


DOORS = {name: load_door(name) for name in CHANNELS}


@dataclass
class Visit:
    """One channel, its door, the counter behind it and the provider before it."""

    door: Any
    client: httpx.AsyncClient
    counter: MemoryCounter
    channel: Channel
    provider: Any

    async def post(self, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
        headers = self.door.headers(body) if headers is None else headers
        return await self.client.post(self.door.PATH, content=body, headers=headers)

    def outbound(self, text: str, choices: tuple[Choice, ...] = ()) -> Outbound:
        return Outbound(id="1", channel=self.channel.name, address=self.door.ADDRESS, text=text, choices=choices)

    def needs(self, *offers: str) -> None:
        """Skip where the channel has nothing of the kind: a page has no provider, a phone no voice message."""
        for offer in offers:
            if not hasattr(self.door, offer):
                pytest.skip(f"{self.channel.name} has no {offer}")


@pytest.fixture(params=sorted(CHANNELS))
async def visit(request: pytest.FixtureRequest) -> AsyncIterator[Visit]:
    door, counter = DOORS[request.param], MemoryCounter()
    async with AsyncExitStack() as stack:
        provider = door.provider() if hasattr(door, "provider") else SimpleNamespace(app=Starlette())
        api_url = await stack.enter_async_context(serve(provider.app))
        channel = CHANNELS[request.param].build(door.settings(bare_settings(), api_url), counter.ports())
        assert channel is not None
        stack.push_async_callback(channel.close)
        app = Starlette(routes=channel.routes())
        # The address a proxy shows us is not the public one: signatures must not depend on it.
        transport = httpx.ASGITransport(app)
        client = httpx.AsyncClient(transport=transport, base_url="http://10.0.0.7:8000")
        yield Visit(door, await stack.enter_async_context(client), counter, channel, provider)


async def test_a_message_is_handed_over_before_the_answer(visit: Visit) -> None:
    response = await visit.post(visit.door.body("Is the library open?"))
    assert response.is_success
    (inbound,) = visit.counter.received
    assert (inbound.channel, inbound.address) == (visit.channel.name, visit.door.ADDRESS)
    assert (inbound.text, inbound.choice, inbound.wish) == ("Is the library open?", None, None)
    assert inbound.received_at.tzinfo is not None


async def test_strangers_are_refused_and_nothing_is_kept(visit: Visit) -> None:
    body = visit.door.body("hello")
    for headers in visit.door.strangers(body):
        response = await visit.post(body, headers)
        assert response.status_code in (401, 403), headers
    assert visit.counter.received == []


async def test_a_replay_comes_under_the_same_provider_id(visit: Visit) -> None:
    first, second = [await visit.post(visit.door.body("hello")) for _ in range(2)]
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert len({inbound.provider_id for inbound in visit.counter.received}) == 1
    assert len(visit.counter.received) == 2


async def test_messages_out_of_order_are_all_taken_under_ids_of_their_own(visit: Visit) -> None:
    for number in (9, 3, 70, 4):
        assert (await visit.post(visit.door.body(f"message {number}", number))).is_success
    assert len({inbound.provider_id for inbound in visit.counter.received}) == 4
    assert [inbound.text for inbound in visit.counter.received] == [f"message {n}" for n in (9, 3, 70, 4)]


async def test_what_was_not_kept_is_503_and_may_come_again(visit: Visit) -> None:
    visit.counter.broken = OSError("disk full: hello")
    response = await visit.post(visit.door.body("hello"))
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0
    assert "disk" not in response.text
    visit.counter.broken = None
    assert (await visit.post(visit.door.body("hello"))).is_success
    assert len(visit.counter.received) == 1


async def test_a_body_above_the_limit_is_413(visit: Visit) -> None:
    response = await visit.post(visit.door.body("x" * (visit.door.LIMIT + 1)))
    assert response.status_code == 413
    assert visit.counter.received == []


@pytest.mark.parametrize(
    "text",
    [
        "Ünïcödé ñ ¿qué? 漢字 🧑‍🚒 +1 %20 & = ;",
        "  blanks around, a tab\tand\nlines  ",
        '/inform{"service":"pothole"}',
        "<script>alert(1)</script>",
        "x" * 4096,
    ],
)
async def test_texts_arrive_as_they_were_sent(visit: Visit, text: str) -> None:
    assert (await visit.post(visit.door.body(text))).is_success
    assert visit.counter.received[0].text == text


async def test_nonsense_is_4xx_and_nothing_is_kept(visit: Visit) -> None:
    for body in visit.door.NONSENSE:
        response = await visit.post(body)
        assert 400 <= response.status_code < 500, body
        assert "Traceback" not in response.text
    assert visit.counter.received == []


async def test_a_wrong_content_type_is_4xx(visit: Visit) -> None:
    body = visit.door.body("hello")
    wrong = getattr(visit.door, "WRONG_TYPE", "text/plain")
    response = await visit.post(body, {**visit.door.headers(body), "Content-Type": wrong})
    assert response.status_code in (400, 415)


async def test_only_posts_are_messages(visit: Visit) -> None:
    response = await visit.client.get(visit.door.PATH)
    assert response.status_code == (401 if hasattr(visit.door, "READS") else 405)


async def test_what_is_offered_can_be_chosen(visit: Visit) -> None:
    assert await visit.channel.send(visit.outbound("What is it about?", CHOICES))
    if hasattr(visit.door, "offered"):
        assert visit.door.offered(visit.provider, {choice.id: choice.title for choice in CHOICES})
    for place, choice in enumerate(CHOICES, start=1):
        assert (await visit.post(visit.door.press(choice, place, place))).is_success
        inbound = visit.counter.received[-1]
        # Where there are no buttons, the number is the answer.
        assert choice.id == inbound.choice or (inbound.choice is None and inbound.text == str(place))


async def test_a_message_of_a_kind_that_we_cannot_take_says_so(visit: Visit) -> None:
    visit.needs("unreadable")
    assert (await visit.post(visit.door.unreadable(1))).is_success
    (inbound,) = visit.counter.received
    assert inbound.unreadable
    assert inbound.text == ""


async def test_a_long_text_arrives_whole(visit: Visit) -> None:
    visit.needs("sent")
    words = [f"word{number}" for number in range(1500)]
    assert await visit.channel.send(visit.outbound(" ".join(words)))
    assert " ".join(visit.door.sent(visit.provider)).split() == words


async def test_what_goes_wrong_is_named_and_nothing_is_sent(visit: Visit) -> None:
    visit.needs("FAULTS")
    for number, (fault, expected, retry_after) in enumerate(visit.door.FAULTS):
        visit.provider.faults[:] = [fault]
        # Another citizen each time: a channel may hold back those whom the provider has just asked to wait for.
        outbound = replace(visit.outbound("A secret"), address=f"{visit.door.ADDRESS}{number}")
        with pytest.raises(DeliveryError) as caught:
            await visit.channel.send(outbound)
        assert type(caught.value) is expected, fault
        assert "secret" not in str(caught.value)
        if isinstance(caught.value, Throttled):
            assert caught.value.retry_after == retry_after
    assert visit.door.sent(visit.provider) == []


async def test_a_provider_that_is_not_there_is_unreachable(visit: Visit) -> None:
    visit.needs("provider")
    channel = CHANNELS[visit.channel.name].build(
        visit.door.settings(bare_settings(), "http://127.0.0.1:9"), visit.counter.ports()
    )
    assert channel is not None
    with pytest.raises(DeliveryError) as caught:
        await channel.send(visit.outbound("hello"))
    assert caught.value.retryable
    await channel.close()


async def test_receipts_come_in_any_order_and_as_often_as_they_like(visit: Visit) -> None:
    visit.needs("RECEIPTS")
    words = [*visit.door.RECEIPTS, *visit.door.RECEIPTS]
    for word in words:
        body = visit.door.receipt(word, "SM1")
        headers = visit.door.headers(body, visit.door.RECEIPT_PATH)
        assert (await visit.client.post(visit.door.RECEIPT_PATH, content=body, headers=headers)).is_success
    assert [receipt.status for receipt in visit.counter.receipts] == [visit.door.RECEIPTS[word] for word in words]
    assert visit.counter.received == []


async def test_a_cost_is_a_number_of_units(visit: Visit) -> None:
    assert visit.channel.cost(visit.outbound("hello")) in (0, 1)


def test_a_channel_that_is_not_set_up_is_off_and_says_what_would_turn_it_on() -> None:
    opened, states = open_channels(bare_settings(), MemoryCounter().ports()), channel_states(bare_settings())
    assert set(opened) == {"terminal", "web"}
    assert {name for name, state in states.items() if state.startswith("on")} == set(opened)
    assert all(state.startswith("off: set ") for name, state in states.items() if name not in opened)


async def test_every_channel_goes_by_its_registered_name(visit: Visit, request: pytest.FixtureRequest) -> None:
    assert visit.channel.name == request.node.callspec.params["visit"]
