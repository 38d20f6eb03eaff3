"""SMS coming in: whose signature counts, which words are the carrier's, what becomes of receipts."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from twilio.request_validator import RequestValidator

from bot.messages import ReceiptStatus, Wish
from bot.settings import SmsSettings
from channels.simulators.counter import MemoryCounter
from channels.simulators.sms import sign, signed_post
from channels.sms import INBOUND_PATH, STATUS_PATH, SmsChannel

TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC = "https://chat.springdale.example"
PAYLOADS = Path(__file__).parent.parent / "payloads/sms"
INBOUND, PICTURE, STATUS = (
    json.loads((PAYLOADS / f"{name}.json").read_text()) for name in ("inbound", "inbound_picture", "status")
)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def channel(counter: MemoryCounter) -> SmsChannel:
    settings = SmsSettings(
        account_sid="AC1", auth_token=TOKEN, phone_number="+15555550100", messaging_service_sid=None, api_url=None
    )
    return SmsChannel(settings, PUBLIC, counter.ports(lambda: NOW))


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


@pytest.mark.parametrize(
    ("fields", "wish"),
    [
        ({"Body": " stop\n"}, Wish.STOP),
        ({"Body": "START"}, Wish.START),
        ({"Body": "info"}, Wish.HELP),
        ({"Body": "please stop texting me"}, Wish.QUIET),
        # A town's own word, at the provider.
        ({"Body": "BAJA", "OptOutType": "STOP"}, Wish.STOP),
        ({"Body": "when is bin day"}, None),
    ],
)
async def test_a_wish_about_writing_at_all_is_handed_over_as_one(
    client: httpx.AsyncClient, counter: MemoryCounter, fields: dict[str, str], wish: Wish | None
) -> None:
    assert (await post(client, {**INBOUND, **fields})).text == "<Response/>"
    assert [(inbound.text, inbound.wish) for inbound in counter.received] == [(fields["Body"], wish)]


@pytest.mark.parametrize(("kind", "unreadable"), [("audio/amr", True), ("text/x-vcard", True), ("image/jpeg", False)])
async def test_what_is_no_picture_cannot_be_read(
    client: httpx.AsyncClient, counter: MemoryCounter, kind: str, unreadable: bool
) -> None:
    await post(client, {**PICTURE, "Body": "", "MediaContentType0": kind})
    assert counter.received[0].unreadable is unreadable
    assert bool(counter.received[0].attachments) is not unreadable


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


@pytest.mark.parametrize("code", ["21610", "30004"])
async def test_a_receipt_that_tells_of_an_opt_out_says_so(
    client: httpx.AsyncClient, counter: MemoryCounter, code: str
) -> None:
    await post(client, {**STATUS, "MessageStatus": "failed", "ErrorCode": code}, STATUS_PATH)
    assert [(receipt.status, receipt.error_code) for receipt in counter.receipts] == [(ReceiptStatus.OPTED_OUT, code)]


KEY, KEY_HEADER = "shared-key-of-the-test", "X-Twilio-Webhooks-Signature-Settings"


@pytest.mark.parametrize(
    ("key", "algorithm", "named", "status"),
    [
        (KEY, "HMAC_SHA256", "key=id1,algorithm=HMAC_SHA256", 200),
        # A shared key is set: the token's weaker signature no longer counts, whatever the header says.
        (TOKEN, "HMAC_SHA1", "", 403),
        (TOKEN, "HMAC_SHA1", "key=id1,algorithm=HMAC_SHA256", 403),
        (KEY, "HMAC_SHA1", "key=id1,algorithm=HMAC_SHA1", 403),
        (KEY, "HMAC_SHA256", "", 403),
        (KEY, "HMAC_SHA256", "key=id1,algorithm=NONE", 403),
        ("another key", "HMAC_SHA256", "key=id1,algorithm=HMAC_SHA256", 403),
    ],
)
async def test_a_shared_key_signs_with_sha_256_and_nothing_else_does(
    counter: MemoryCounter, key: str, algorithm: str, named: str, status: int
) -> None:
    settings = SmsSettings(
        account_sid="AC1",
        auth_token=TOKEN,
        phone_number="+15555550100",
        messaging_service_sid=None,
        api_url=None,
        webhook_key=("id1", KEY),
    )
    app = Starlette(routes=SmsChannel(settings, PUBLIC, counter.ports(lambda: NOW)).routes())
    signature = RequestValidator(key).compute_signature(PUBLIC + INBOUND_PATH, INBOUND, algorithm)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://10.0.0.7:8000") as client:
        headers = {"X-Twilio-Signature": signature, KEY_HEADER: named}
        assert (await client.post(INBOUND_PATH, data=INBOUND, headers=headers)).status_code == status
    assert len(counter.received) == (status == 200)


async def test_without_a_shared_key_sha_256_is_refused(client: httpx.AsyncClient, counter: MemoryCounter) -> None:
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC + INBOUND_PATH, INBOUND, "HMAC_SHA256")
    headers = {"X-Twilio-Signature": signature, KEY_HEADER: "key=id1,algorithm=HMAC_SHA256"}
    assert (await client.post(INBOUND_PATH, data=INBOUND, headers=headers)).status_code == 403
    assert counter.received == []
