"""SMS going out: what the citizen reads, and what the provider's answers mean."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import DeliveryError, OptedOut, Rejected, Throttled, Unreachable
from bot.messages import Choice, Outbound
from bot.settings import SmsSettings
from channels.simulators.counter import MemoryCounter
from channels.simulators.serving import serve
from channels.simulators.sms import FakeSmsProvider, Fault
from channels.sms import STATUS_PATH, SmsChannel
from channels.sms.errors import delivery_error

TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC = "https://chat.springdale.example"


def channel(api_url: str, **changed: str) -> SmsChannel:
    account = {"account_sid": "AC1", "auth_token": TOKEN, "phone_number": "+15555550100", **changed}
    settings = SmsSettings(
        account_sid=account["account_sid"],
        auth_token=account["auth_token"],
        phone_number=account["phone_number"],
        messaging_service_sid=account.get("messaging_service_sid"),
        api_url=api_url,
    )
    return SmsChannel(settings, PUBLIC, MemoryCounter().ports())


def outbound(text: str = "Which one?", **changes: object) -> Outbound:
    return Outbound(**{"id": "o1", "channel": "sms", "address": "+15555550123", "text": text, **changes})  # type: ignore[arg-type]


@pytest.fixture
def provider() -> FakeSmsProvider:
    return FakeSmsProvider("AC1", TOKEN)


@pytest.fixture
async def sms(provider: FakeSmsProvider) -> AsyncIterator[SmsChannel]:
    async with serve(provider.app) as url:
        sms = channel(url)
        yield sms
        await sms.close()


async def test_a_message_goes_out_as_one_sms(sms: SmsChannel, provider: FakeSmsProvider) -> None:
    choices = (Choice(id="a", title="Pothole"), Choice(id="b", title="Street light"))
    text = "See “[the page](https://x.example/a)”.\n\nWhich one?"
    provider_id = await sms.send(outbound(text, choices=choices, attachments=("https://x.example/map.png",)))
    [sent] = provider.ledger
    assert sent == {
        "date_created": sent["date_created"],
        "sid": provider_id,
        "to": "+15555550123",
        "from": "+15555550100",
        "body": 'See "the page: https://x.example/a".\n\nWhich one?\nhttps://x.example/map.png\n'
        "1. Pothole\n2. Street light",
        "status_callback": PUBLIC + STATUS_PATH,
    }


async def test_only_what_the_provider_would_not_take_whole_goes_out_in_parts(
    sms: SmsChannel, provider: FakeSmsProvider
) -> None:
    await sms.send(outbound("word " * 320))
    assert len(provider.ledger) == 1
    last = await sms.send(outbound("word " * 400))
    assert [len(message["body"]) <= 1600 for message in provider.ledger] == [True] * 3
    assert provider.ledger[-1]["sid"] == last


async def test_a_messaging_service_sends_when_there_is_one(provider: FakeSmsProvider) -> None:
    async with serve(provider.app) as url:
        sms = channel(url, messaging_service_sid="MG1")
        await sms.send(outbound())
        await sms.close()
    assert provider.ledger[0]["from"] == "MG1"


@pytest.mark.parametrize(
    ("fault", "expected", "code"),
    [
        (Fault(400, 21610), OptedOut, "21610"),
        (Fault(400, 21211), Rejected, "21211"),
        (Fault(400, 21614), Rejected, "21614"),
        (Fault(400, 99999), Rejected, "99999"),
        (Fault(404), Rejected, "404"),
        (Fault(401, 20003), Unreachable, "20003"),
        (Fault(500, 20500), Unreachable, "20500"),
        (Fault(503), Unreachable, "503"),
        (Fault(429, 20429), Throttled, "20429"),
        (Fault(429), Throttled, "429"),
        (Fault(400, 14107), Throttled, "14107"),
    ],
)
async def test_what_the_provider_answers_gets_a_name(
    sms: SmsChannel, provider: FakeSmsProvider, fault: Fault, expected: type[DeliveryError], code: str
) -> None:
    provider.fail_next(1, fault)
    with pytest.raises(DeliveryError) as caught:
        await sms.send(outbound())
    assert (type(caught.value), caught.value.code) == (expected, code)
    assert provider.ledger == []


@pytest.mark.parametrize(("header", "expected"), [("17", 17.0), ("soon", None), ("", None), ("-1", None)])
def test_a_wait_that_the_provider_asks_for_is_passed_on(header: str, expected: float | None) -> None:
    error = delivery_error(httpx.Response(429, headers={"retry-after": header}, json={"code": 20429}))
    assert isinstance(error, Throttled)
    assert error.retry_after == expected


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'{"code": "21610"}', b'{"code": null}', b"\xff"])
def test_an_answer_that_makes_no_sense_is_judged_by_its_status(content: bytes) -> None:
    assert type(delivery_error(httpx.Response(502, content=content))) is Unreachable


async def test_a_provider_that_is_down_is_unreachable() -> None:
    sms = channel("http://127.0.0.1:9")
    with pytest.raises(Unreachable):
        await sms.send(outbound())
    await sms.close()


async def test_strangers_cannot_send_through_the_simulator(provider: FakeSmsProvider) -> None:
    async with serve(provider.app) as url:
        sms = channel(url, auth_token="wrong")
        with pytest.raises(Unreachable):
            await sms.send(outbound())
        await sms.close()


async def test_the_simulator_lists_what_went_out_even_if_it_answered_an_error(
    sms: SmsChannel, provider: FakeSmsProvider
) -> None:
    provider.fail_next(1, Fault(500, 20500, accepted=True))
    with pytest.raises(Unreachable):
        await sms.send(outbound())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(provider.app), base_url="http://provider") as client:
        path = "/2010-04-01/Accounts/AC1/Messages.json"
        assert (await client.get(path)).status_code == 401
        listed = (await client.get(path, params={"To": "+15555550123"}, auth=("AC1", TOKEN))).json()["messages"]
        assert [message["body"] for message in listed] == ["Which one?"]
        assert (await client.get("/ledger")).json() == provider.ledger


async def test_a_picture_is_fetched_with_our_token_which_stays_with_the_provider(provider: FakeSmsProvider) -> None:
    seen: list[str | None] = []

    async def kept(request: Request) -> Response:
        seen.append(request.headers.get("authorization"))
        return Response(b"\xff\xd8\xff...")

    async with serve(Starlette(routes=[Route("/kept", kept)])) as storage, serve(provider.app) as url:
        provider.pictures["ME1"] = f"{storage}/kept"
        sms = channel(url)
        media = f"{url}/2010-04-01/Accounts/AC1/Messages/MM1/Media"
        assert await sms.fetch(f"{media}/ME1") == b"\xff\xd8\xff..."
        assert seen == [None]
        with pytest.raises(Rejected, match="404"):
            await sms.fetch(f"{media}/ME2")
        with pytest.raises(Rejected, match="goes nowhere else"):
            await sms.fetch(f"{storage.replace('127.0.0.1', 'localhost')}/kept")
        await sms.close()
    sms = channel(url)
    with pytest.raises(Unreachable):
        await sms.fetch(f"{media}/ME1")
    await sms.close()
