"""What the provider has and we may not: messages that came while we were down, and sends that may have gone out."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.errors import Unreachable
from bot.messages import Outbound, Wish
from bot.settings import SmsSettings
from channels.simulators.counter import MemoryCounter
from channels.simulators.serving import serve
from channels.simulators.sms import FakeSmsProvider, Fault
from channels.sms import SmsChannel
from channels.sms.missed import Missed

NOW = datetime(2026, 11, 25, 0, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
US, CITIZEN = "+15555550100", "+15555550111"


class Town:
    """A channel at a provider, both with a clock that the test turns."""

    def __init__(self) -> None:
        self.now = NOW
        self.counter = MemoryCounter()
        self.provider = FakeSmsProvider("AC1", "token", clock=lambda: self.now)

    def open(self, url: str) -> None:
        settings = SmsSettings(
            account_sid="AC1", auth_token="token", phone_number=US, messaging_service_sid=None, api_url=url
        )
        ports = self.counter.ports(lambda: self.now)
        self.channel = SmsChannel(settings, "https://town.example", ports)
        self.missed = Missed(self.channel._http, self.channel._messages, ports, US)

    def texts(self) -> list[str]:
        return [inbound.text for inbound in self.counter.received]


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    town = Town()
    async with serve(town.provider.app) as url:
        town.open(url)
        yield town
        await town.channel.close()


def message(text: str = "Bin day is Monday.") -> Outbound:
    return Outbound(id="m1", channel="sms", address=CITIZEN, text=text)


async def test_the_history_of_an_account_is_not_answered(town: Town) -> None:
    town.provider.arrives(CITIZEN, US, "from last year")
    assert await town.missed.look() == 0
    assert town.texts() == []


async def test_what_came_while_we_were_down_is_handed_over_in_order_with_its_id(town: Town) -> None:
    await town.missed.look()
    expected = []
    for number in range(250):  # more than a page
        town.now += MINUTE
        expected.append(town.provider.arrives(CITIZEN, US, f"message {number}")["MessageSid"])
    town.provider.arrives(CITIZEN, "+15555550199", "to another number of the account")
    assert await town.missed.look() == 250
    assert [inbound.provider_id for inbound in town.counter.received] == expected
    assert town.counter.received[0].received_at == NOW + MINUTE
    assert town.counter.received[0].address == CITIZEN


async def test_what_the_provider_lists_late_is_found_and_what_is_old_is_not_handed_over_again(town: Town) -> None:
    await town.missed.look()
    town.provider.arrives(CITIZEN, US, "late in the list")
    town.now += 4 * MINUTE
    assert await town.missed.look() == 1
    town.now += 10 * MINUTE
    await town.missed.look()
    assert await town.missed.look() == 0


async def test_pictures_and_wishes_are_not_lost_on_the_way(town: Town) -> None:
    await town.missed.look()
    town.provider.arrives(CITIZEN, US, "here it is", {"ME1": "image/jpeg", "ME2": "text/x-vcard"})
    town.provider.arrives(CITIZEN, US, "STOP")
    await town.missed.look()
    by_text = {inbound.text: inbound for inbound in town.counter.received}
    assert [url.rpartition("/")[2] for url in by_text["here it is"].attachments] == ["ME1"]
    assert by_text["STOP"].wish is Wish.STOP


async def test_after_a_failure_the_next_look_begins_where_the_last_good_one_did(town: Town) -> None:
    await town.missed.look()
    town.now += 60 * MINUTE
    town.provider.arrives(CITIZEN, US, "in the dark")
    town.counter.broken = OSError("disk full")
    assert await town.missed.look() == 0
    town.counter.broken = None
    town.now += 60 * MINUTE
    assert await town.missed.look() == 1
    assert town.texts() == ["in the dark"]


async def test_a_send_that_may_have_gone_out_is_found(town: Town) -> None:
    town.provider.fail_next(1, Fault(500, 20500, accepted=True))
    tried_at = town.now
    with pytest.raises(Unreachable, match="500"):
        await town.channel.send(message())
    assert await town.channel.find(message(), tried_at) == town.provider.ledger[0]["sid"]


@pytest.mark.parametrize("what", ["another text", "another number", "before"])
async def test_another_message_is_not_taken_for_it(town: Town, what: str) -> None:
    await town.channel.send(message("Another text." if what == "another text" else "Bin day is Monday."))
    if what == "another number":
        town.provider.ledger[0]["to"] = "+15555550122"
    since = town.now + (MINUTE if what == "before" else timedelta())
    assert await town.channel.find(message(), since) is None


async def test_a_send_just_before_midnight_by_the_providers_clock_is_found(town: Town) -> None:
    midnight = datetime(2026, 11, 25, tzinfo=UTC)
    town.now = midnight - timedelta(seconds=1)
    sid = await town.channel.send(message())
    assert await town.channel.find(message(), midnight) == sid


async def test_a_message_whose_pictures_cannot_be_listed_waits_for_the_next_look(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.missed.look()
    town.provider.arrives(CITIZEN, US, "", {"ME1": "image/jpeg"})
    get = town.channel._http.get

    async def failing(url: str, **options: Any) -> httpx.Response:
        return httpx.Response(500) if url.endswith("/Media.json") else await get(url, **options)

    with monkeypatch.context() as broken:
        broken.setattr(town.channel._http, "get", failing)
        assert await town.missed.look() == 0
    assert town.counter.received == []
    assert await town.missed.look() == 1
    assert town.counter.received[0].attachments


async def test_a_look_that_fails_says_what_happened(town: Town) -> None:
    town.provider.auth_token = "changed"
    with pytest.raises(Unreachable, match="401"):
        await town.channel.find(message(), NOW)
