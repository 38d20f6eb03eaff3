"""How SMS come in, what strangers try, and what the provider answers when it does not send."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from bot.errors import OptedOut, Rejected, Throttled, Unreachable
from bot.messages import Choice, ReceiptStatus
from bot.settings import Settings, SmsSettings
from channels.simulators.sms import FakeSmsProvider, Fault, sign

HERE = Path(__file__).parent
SMS, STATUS = (json.loads((HERE / name).read_text()) for name in ("inbound.json", "status.json"))
PUBLIC, TOKEN = "https://chat.springdale.example", "0123456789abcdef0123456789abcdef"
PATH, RECEIPT_PATH = "/webhooks/twilio/sms", "/webhooks/twilio/status"
ADDRESS, LIMIT = "+15555550123", 64 * 1024
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NONSENSE = [b"", b"\xff\xfe\x00", b"[]", b"null", b"=", b"%ff=%ff", b"{" * 10_000, b"\x00", b"From=%2B1555&Body=hi"]
#: What fails, the error it is, and how long to wait.
FAULTS = [
    (Fault(429, 20429, retry_after=7), Throttled, 7),
    (Fault(400, 14107), Throttled, None),
    (Fault(500), Unreachable, None),
    (Fault(503, 20500), Unreachable, None),
    (Fault(401, 20003), Unreachable, None),
    (Fault(400, 21211), Rejected, None),
    (Fault(400, 99999), Rejected, None),
    (Fault(400, 21610), OptedOut, None),
]
#: A provider's word, and what it means.
RECEIPTS = {
    "delivered": ReceiptStatus.DELIVERED,
    "sent": ReceiptStatus.SENT,
    "queued": ReceiptStatus.QUEUED,
    "failed": ReceiptStatus.FAILED,
    "a word of tomorrow": ReceiptStatus.UNKNOWN,
}


def settings(plain: Settings, api_url: str) -> Settings:
    account = SmsSettings(
        account_sid="AC1", auth_token=TOKEN, phone_number="+15555550100", messaging_service_sid=None, api_url=api_url
    )
    return replace(plain, sms=account)


def body(text: str, number: int = 1) -> bytes:
    return urlencode({**SMS, "MessageSid": f"SM{number:032x}", "Body": text}).encode()


def headers(body: bytes, path: str = PATH) -> dict[str, str]:
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {**FORM, "X-Twilio-Signature": sign(PUBLIC + path, pairs, TOKEN)}


def strangers(body: bytes) -> list[dict[str, str]]:
    others_key = sign(PUBLIC + PATH, parse_qsl(body.decode(), keep_blank_values=True), "f" * 32)
    of_another_body = headers(b"Body=other")["X-Twilio-Signature"]
    of_another_path = headers(body, RECEIPT_PATH)["X-Twilio-Signature"]
    wrong = ["", others_key, of_another_body, of_another_path]
    return [FORM, *({**FORM, "X-Twilio-Signature": signature} for signature in wrong)]


def press(choice: Choice, place: int, number: int) -> bytes:
    return body(str(place), number)


def receipt(word: str, provider_id: str) -> bytes:
    return urlencode({**STATUS, "MessageSid": provider_id, "MessageStatus": word}).encode()


def provider() -> FakeSmsProvider:
    return FakeSmsProvider("AC1", TOKEN)


def sent(provider: FakeSmsProvider) -> list[str]:
    return [message["body"] for message in provider.ledger]


def offered(provider: FakeSmsProvider, choices: Mapping[str, str]) -> bool:
    return all(f"{place}. {title}" in sent(provider)[-1] for place, title in enumerate(choices.values(), start=1))
