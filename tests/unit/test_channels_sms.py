"""SMS: whose signature counts, which words are the carrier's, what the provider's answers mean."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from bot.errors import DeliveryError, OptedOut, Rejected, Throttled, Unreachable
from bot.messages import Choice, Outbound, ReceiptStatus
from bot.settings import SmsSettings
from channels.simulators.counter import MemoryCounter
from channels.simulators.serving import serve
from channels.simulators.sms import FakeSmsProvider, Fault, sign, signed_post
from channels.sms import INBOUND_PATH, STATUS_PATH, SmsChannel, delivery_error

TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC = "https://chat.springdale.example"
PAYLOADS = Path(__file__).parent.parent / "payloads/sms"
INBOUND, PICTURE, STATUS = (
    json.loads((PAYLOADS / f"{name}.json").read_text()) for name in ("inbound", "inbound_picture", "status")
)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def channel(counter: MemoryCounter, public_url: str = PUBLIC, api_url: str | None = None, **changed: str) -> SmsChannel:
    account = {"account_sid": "AC1", "auth_token": TOKEN, "phone_number": "+15555550100", **changed}
    settings = SmsSettings(
        account_sid=account["account_sid"],
        auth_token=account["auth_token"],
        phone_number=account["phone_number"],
        messaging_service_sid=account.get("messaging_service_sid"),
        api_url=api_url,
    )
    return SmsChannel(settings, public_url, counter.ports(lambda: NOW))


@pytest.fixture
def counter() -> MemoryCounter:
    return MemoryCounter()


@pytest.fixture
async def client(counter: MemoryCounter) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=channel(counter).routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://10.0.0.7:8000") as client:
        yield client


async def post(client: httpx.AsyncClient, params: object, path: str = INBOUND_PATH, **options: str) -> httpx.Response:
    signed_url = options.get("signed_url", PUBLIC + path)
    return await signed_post(client, path, params, options.get("token", TOKEN), signed_url=signed_url)  # type: ignore[arg-type]


def test_the_signature_is_the_providers() -> None:
    # The provider's published example.
    params = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    assert sign("https://mycompany.com/myapp.php?foo=1&bar=2", params, "12345") == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize(
    "extra",
    [
        [],
        [("Empty", "")],
        [("Repeated", "b"), ("Repeated", "a"), ("Repeated", "b")],
        [("Body", "ñ 漢字 🧑‍🚒 + %20 & =")],
        [("Body", "  blanks  ")],
        [("FieldOfTomorrow", "new"), ("ünïcode", "name")],
        [("MessagingServiceSid", "MG1"), ("OptOutType", "")],
    ],
)
async def test_whatever_fields_the_provider_signs_are_accepted(
    client: httpx.AsyncClient, counter: MemoryCounter, extra: list[tuple[str, str]]
) -> None:
    response = await post(client, [*INBOUND.items(), *extra])
    assert (response.status_code, response.text) == (200, "<Response/>")
    assert response.headers["content-type"].startswith("text/xml")
    assert counter.received[0].provider_id == INBOUND["MessageSid"]


async def test_a_query_in_the_address_is_part_of_what_is_signed(client: httpx.AsyncClient) -> None:
    path = f"{INBOUND_PATH}?town=spring%20dale&x="
    assert (await post(client, INBOUND, path)).status_code == 200
    assert (await post(client, INBOUND, path, signed_url=PUBLIC + INBOUND_PATH)).status_code == 403


@pytest.mark.parametrize(
    "signed_url",
    [
        f"http://chat.springdale.example{INBOUND_PATH}",
        f"https://chat.springdale.example:8443{INBOUND_PATH}",
        f"{PUBLIC}{INBOUND_PATH}/",
        f"{PUBLIC}{STATUS_PATH}",
        f"https://evil.example{INBOUND_PATH}",
        f"http://10.0.0.7:8000{INBOUND_PATH}",
    ],
)
async def test_a_signature_for_another_address_is_refused(
    client: httpx.AsyncClient, counter: MemoryCounter, signed_url: str
) -> None:
    assert (await post(client, INBOUND, signed_url=signed_url)).status_code == 403
    assert counter.received == []


async def test_the_port_that_https_implies_may_be_signed_too(client: httpx.AsyncClient) -> None:
    signed_url = f"https://chat.springdale.example:443{INBOUND_PATH}"
    assert (await post(client, INBOUND, signed_url=signed_url)).status_code == 200


async def test_another_accounts_signature_is_refused(client: httpx.AsyncClient) -> None:
    assert (await post(client, INBOUND, token="f" * 32)).status_code == 403


@pytest.mark.parametrize(
    "changed", [{"Body": "changed"}, {"From": "+15555550999"}, {"MessageSid": "SM1"}, {"Extra": "1"}]
)
async def test_one_changed_field_breaks_the_signature(
    client: httpx.AsyncClient, counter: MemoryCounter, changed: dict[str, str]
) -> None:
    headers = {"X-Twilio-Signature": sign(PUBLIC + INBOUND_PATH, INBOUND, TOKEN)}
    response = await client.post(INBOUND_PATH, data={**INBOUND, **changed}, headers=headers)
    assert response.status_code == 403
    assert counter.received == []


async def test_forwarded_headers_have_no_say(client: httpx.AsyncClient) -> None:
    evil = "evil.example"
    headers = {
        "X-Twilio-Signature": sign(f"https://{evil}{INBOUND_PATH}", INBOUND, TOKEN),
        "X-Forwarded-Host": evil,
        "X-Forwarded-Proto": "https",
        "Host": evil,
    }
    assert (await client.post(INBOUND_PATH, data=INBOUND, headers=headers)).status_code == 403


@pytest.mark.parametrize("field", ["MessageSid", "From"])
@pytest.mark.parametrize("value", ["", " ", "x" * 300, "line\nbreak", "nul\0"])
async def test_an_unusable_id_or_number_is_400(client: httpx.AsyncClient, field: str, value: str) -> None:
    assert (await post(client, {**INBOUND, field: value})).status_code == 400


async def test_an_inbound_message_is_understood(client: httpx.AsyncClient, counter: MemoryCounter) -> None:
    await post(client, INBOUND)
    [inbound] = counter.received
    assert (inbound.channel, inbound.address, inbound.text) == ("sms", "+15555550123", "Is the library open tomorrow?")
    assert (inbound.choice, inbound.attachments, inbound.received_at) == (None, (), NOW)


async def test_pictures_become_attachments(client: httpx.AsyncClient, counter: MemoryCounter) -> None:
    await post(client, PICTURE)
    assert counter.received[0].attachments == (PICTURE["MediaUrl0"],)


@pytest.mark.parametrize("number", ["-1", "1e9", "٣", "99999999", "x", "3"])
async def test_a_wrong_number_of_pictures_does_no_harm(
    client: httpx.AsyncClient, counter: MemoryCounter, number: str
) -> None:
    assert (await post(client, {**INBOUND, "NumMedia": number})).status_code == 200
    assert counter.received[0].attachments == ()


async def test_a_nul_is_dropped_and_the_message_kept(client: httpx.AsyncClient, counter: MemoryCounter) -> None:
    await post(client, {**INBOUND, "Body": "pot\0hole"})
    assert counter.received[0].text == "pothole"


@pytest.mark.parametrize("word", ["STOP", " stop\n", "Stopall", "unsubscribe", "CANCEL", "end", "QUIT", "revoke"])
@pytest.mark.parametrize("extra", [{}, {"OptOutType": "STOP"}])
async def test_the_carriers_words_are_not_dialogue(
    client: httpx.AsyncClient, counter: MemoryCounter, word: str, extra: dict[str, str]
) -> None:
    assert (await post(client, {**INBOUND, "Body": word, **extra})).status_code == 200
    assert counter.received == []


@pytest.mark.parametrize("word", ["OptOut", "START", "unstop", "HELP", "info"])
async def test_start_and_help_are_answered_by_the_carrier(
    client: httpx.AsyncClient, counter: MemoryCounter, word: str
) -> None:
    await post(client, {**INBOUND, "Body": word})
    assert counter.received == []


async def test_a_word_that_the_town_made_the_providers_is_not_dialogue(
    client: httpx.AsyncClient, counter: MemoryCounter
) -> None:
    await post(client, {**INBOUND, "Body": "BAJA", "OptOutType": "STOP"})
    assert counter.received == []


@pytest.mark.parametrize("text", ["stop sign is missing", "yes", "help me report a pothole", "", "2"])
async def test_other_texts_are_dialogue(client: httpx.AsyncClient, counter: MemoryCounter, text: str) -> None:
    await post(client, {**INBOUND, "Body": text})
    assert [inbound.text for inbound in counter.received] == [text]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("queued", ReceiptStatus.QUEUED),
        ("sent", ReceiptStatus.SENT),
        ("delivered", ReceiptStatus.DELIVERED),
        ("read", ReceiptStatus.DELIVERED),
        ("undelivered", ReceiptStatus.UNDELIVERED),
        ("failed", ReceiptStatus.FAILED),
        ("teleported", ReceiptStatus.UNKNOWN),
        ("", ReceiptStatus.UNKNOWN),
    ],
)
async def test_receipts_are_noted(
    client: httpx.AsyncClient, counter: MemoryCounter, status: str, expected: ReceiptStatus
) -> None:
    response = await post(client, {**STATUS, "MessageStatus": status}, STATUS_PATH)
    assert response.status_code == 204
    [receipt] = counter.receipts
    assert (receipt.provider_id, receipt.status, receipt.error_code) == (STATUS["MessageSid"], expected, "30005")


async def test_a_receipt_that_was_not_noted_may_come_again(client: httpx.AsyncClient, counter: MemoryCounter) -> None:
    counter.broken = OSError("full")
    assert (await post(client, STATUS, STATUS_PATH)).status_code == 503


async def test_an_unsigned_receipt_is_refused(client: httpx.AsyncClient, counter: MemoryCounter) -> None:
    assert (await client.post(STATUS_PATH, data=STATUS)).status_code == 403
    assert counter.receipts == []


def outbound(text: str = "Which one?", **changes: object) -> Outbound:
    return Outbound(**{"id": "o1", "channel": "sms", "address": "+15555550123", "text": text, **changes})  # type: ignore[arg-type]


@pytest.fixture
def provider() -> FakeSmsProvider:
    return FakeSmsProvider("AC1", TOKEN)


@pytest.fixture
async def sms(counter: MemoryCounter, provider: FakeSmsProvider) -> AsyncIterator[SmsChannel]:
    async with serve(provider.app) as url:
        sms = channel(counter, api_url=url)
        yield sms
        await sms.close()


async def test_a_message_goes_out_as_one_sms(sms: SmsChannel, provider: FakeSmsProvider) -> None:
    choices = (Choice(id="a", title="Pothole"), Choice(id="b", title="Street light"))
    text = "See “[the page](https://x.example/a)”.\n\nWhich one?"
    provider_id = await sms.send(outbound(text, choices=choices, attachments=("https://x.example/map.png",)))
    [sent] = provider.ledger
    assert sent == {
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


async def test_a_messaging_service_sends_when_there_is_one(counter: MemoryCounter, provider: FakeSmsProvider) -> None:
    async with serve(provider.app) as url:
        sms = channel(counter, api_url=url, messaging_service_sid="MG1")
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


async def test_a_provider_that_is_down_is_unreachable(counter: MemoryCounter) -> None:
    sms = channel(counter, api_url="http://127.0.0.1:9")
    with pytest.raises(Unreachable):
        await sms.send(outbound())
    await sms.close()


async def test_strangers_cannot_send_through_the_simulator(counter: MemoryCounter, provider: FakeSmsProvider) -> None:
    async with serve(provider.app) as url:
        sms = channel(counter, api_url=url, auth_token="wrong")
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
