"""What every channel owes: strangers are refused, nothing is answered 2xx before it is kept, nonsense is 4xx."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest
from starlette.applications import Starlette

from bot.settings import Settings, SmsSettings, TelegramSettings
from channels import CHANNELS, open_channels
from channels.simulators.counter import MemoryCounter
from channels.simulators.sms import sign

TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC = "https://chat.springdale.example"
SMS = json.loads((Path(__file__).parent.parent / "payloads/sms/inbound.json").read_text())
SECRET = "a-secret-of-the-test"
UPDATE = json.loads((Path(__file__).parent.parent / "payloads/telegram/message.json").read_text())
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def settings(sms: bool = True, telegram: bool = True) -> Settings:
    account = SmsSettings(
        account_sid="AC1", auth_token=TOKEN, phone_number="+15555550100", messaging_service_sid=None, api_url=None
    )
    bot = TelegramSettings(bot_token="123456:abc", webhook_secret=SECRET, api_url="http://127.0.0.1:9")
    return Settings(
        database_url="sqlite:///:memory:",
        redis_url=None,
        public_url=PUBLIC,
        host="127.0.0.1",
        port=8000,
        secret_key="k" * 32,
        var=Path("var"),
        max_attempts=5,
        timezone=None,
        sms=account if sms else None,
        telegram=bot if telegram else None,
    )


@dataclass
class Door:
    """How a citizen's message comes in by one channel."""

    client: httpx.AsyncClient
    counter: MemoryCounter
    path: str
    headers: Callable[[bytes], dict[str, str]]
    body: Callable[[str], bytes]
    limit: int
    strangers: list[dict[str, str]] = field(default_factory=list)

    def post(self, body: bytes, headers: dict[str, str] | None = None) -> Awaitable[httpx.Response]:
        return self.client.post(self.path, content=body, headers=self.headers(body) if headers is None else headers)


async def _sms_door(client: httpx.AsyncClient, counter: MemoryCounter) -> Door:
    path = "/webhooks/twilio/sms"

    def headers(body: bytes) -> dict[str, str]:
        pairs = [tuple(pair) for pair in httpx.QueryParams(body.decode("utf-8", "replace")).multi_items()]
        return {**FORM, "X-Twilio-Signature": sign(PUBLIC + path, pairs, TOKEN)}

    def body(text: str) -> bytes:
        return urlencode({**SMS, "Body": text}).encode()

    other = sign(PUBLIC + path, SMS, "f" * 32)
    strangers = [FORM, {**FORM, "X-Twilio-Signature": ""}, {**FORM, "X-Twilio-Signature": other}]
    return Door(client, counter, path, headers, body, 64 * 1024, strangers)


async def _web_door(client: httpx.AsyncClient, counter: MemoryCounter) -> Door:
    token = (await client.post("/chat/sessions")).json()["session"]
    session_id, _, signature = token.partition(".")
    json_type = {"Content-Type": "application/json"}
    forged = ["", "x", signature, f"{'0' * 32}.{signature}", f"{session_id}.", f"{session_id}.{signature}x"]
    strangers = [json_type, {**json_type, "Authorization": f"Basic {token}"}]
    strangers += [{**json_type, "Authorization": f"Bearer {wrong}"} for wrong in forged]
    message_id = str(uuid4())
    return Door(
        client,
        counter,
        "/chat/messages",
        lambda body: {**json_type, "Authorization": f"Bearer {token}"},
        lambda text: json.dumps({"id": message_id, "text": text}).encode(),
        16 * 1024,
        strangers,
    )


async def _telegram_door(client: httpx.AsyncClient, counter: MemoryCounter) -> Door:
    json_type, header = {"Content-Type": "application/json"}, "X-Telegram-Bot-Api-Secret-Token"

    def body(text: str) -> bytes:
        return json.dumps({**UPDATE, "message": {**UPDATE["message"], "text": text}}).encode()

    return Door(
        client,
        counter,
        "/webhooks/telegram",
        lambda body: {**json_type, header: SECRET},
        body,
        1024 * 1024,
        [json_type, {**json_type, header: ""}, {**json_type, header: SECRET + "x"}],
    )


#: How each channel is written to; one that is registered and has no line here fails its tests.
DOORS = {"sms": _sms_door, "telegram": _telegram_door, "web": _web_door}


@pytest.fixture(params=sorted(CHANNELS))
async def door(request: pytest.FixtureRequest) -> AsyncIterator[Door]:
    counter = MemoryCounter()
    channels = open_channels(settings(), counter.ports())
    app = Starlette(routes=[route for channel in channels.values() for route in channel.routes()])
    # The address a proxy shows us is not the public one: signatures must not depend on it.
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://10.0.0.7:8000") as client:
        yield await DOORS[request.param](client, counter)
    for channel in channels.values():
        await channel.close()


async def test_a_message_is_handed_over_before_the_answer(door: Door) -> None:
    response = await door.post(door.body("Is the library open?"))
    assert response.is_success
    assert [inbound.text for inbound in door.counter.received] == ["Is the library open?"]
    assert door.counter.received[0].received_at.tzinfo is not None


async def test_strangers_are_refused_and_nothing_is_kept(door: Door) -> None:
    for headers in door.strangers:
        response = await door.post(door.body("hello"), headers)
        assert response.status_code in (401, 403), headers
    assert door.counter.received == []


async def test_a_replay_comes_under_the_same_provider_id(door: Door) -> None:
    first, second = await door.post(door.body("hello")), await door.post(door.body("hello"))
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert len({inbound.provider_id for inbound in door.counter.received}) == 1
    assert len(door.counter.received) == 2


async def test_what_was_not_kept_is_503_and_may_come_again(door: Door) -> None:
    door.counter.broken = OSError("disk full: hello")
    response = await door.post(door.body("hello"))
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0
    assert "disk" not in response.text


async def test_a_body_above_the_limit_is_413(door: Door) -> None:
    response = await door.post(door.body("x" * door.limit))
    assert response.status_code == 413
    assert door.counter.received == []


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
async def test_texts_arrive_as_they_were_sent(door: Door, text: str) -> None:
    assert (await door.post(door.body(text))).is_success
    assert door.counter.received[0].text == text


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"[]", b"null", b"=", b"%ff=%ff", b"{" * 10_000, b"\x00"])
async def test_nonsense_is_4xx_and_nothing_is_kept(door: Door, body: bytes) -> None:
    response = await door.post(body)
    assert 400 <= response.status_code < 500
    assert "Traceback" not in response.text
    assert door.counter.received == []


async def test_a_wrong_content_type_is_4xx(door: Door) -> None:
    body = door.body("hello")
    response = await door.post(body, {**door.headers(body), "Content-Type": "text/plain"})
    assert response.status_code in (400, 415)


async def test_only_posts_are_messages(door: Door) -> None:
    assert (await door.client.get(door.path)).status_code == 405


def test_a_channel_that_is_not_set_up_is_off() -> None:
    assert set(open_channels(settings(sms=False, telegram=False), MemoryCounter().ports())) == {"web"}


async def test_every_channel_goes_by_its_registered_name() -> None:
    channels = open_channels(settings(), MemoryCounter().ports())
    assert {name: channel.name for name, channel in channels.items()} == {name: name for name in CHANNELS}
    for channel in channels.values():
        await channel.close()
