"""SMS through Twilio: signed webhooks in, the REST API out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx
from starlette.datastructures import ImmutableMultiDict
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from bot.errors import DeliveryError, Forbidden, OptedOut, Rejected, Throttled, Unreachable
from bot.messages import Inbound, Outbound, Receipt, ReceiptStatus
from bot.pictures import LARGEST
from bot.settings import Settings, SmsSettings
from channels.base import Ports
from channels.http import is_plain, keep, read_answer, read_body
from channels.text import economical, legible, numbered, plain, segments, split

INBOUND_PATH = "/webhooks/twilio/sms"
STATUS_PATH = "/webhooks/twilio/status"
API_URL = "https://api.twilio.com"
BODY_LIMIT = 64 * 1024
TIMEOUT = httpx.Timeout(10, connect=5)
#: Where the provider keeps pictures.
PROVIDERS_HOSTS = ".twilio.com"

#: Single words that the carrier answers itself before it passes them on; a reply of ours would come on top, after
#: STOP against the law. YES is left out on purpose: it opts in, and is also how people answer a question.
CARRIER_WORDS = frozenset("stop stopall unsubscribe cancel end quit revoke optout start unstop help info".split())
STATUSES: Mapping[str, ReceiptStatus] = {
    "accepted": ReceiptStatus.QUEUED,
    "scheduled": ReceiptStatus.QUEUED,
    "queued": ReceiptStatus.QUEUED,
    "sending": ReceiptStatus.QUEUED,
    "sent": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "read": ReceiptStatus.DELIVERED,
    "undelivered": ReceiptStatus.UNDELIVERED,
    "failed": ReceiptStatus.FAILED,
    "canceled": ReceiptStatus.FAILED,
}
#: What the provider's error codes mean; a code that is not here is judged by its HTTP status.
ERRORS: Mapping[int, type[DeliveryError]] = {
    14107: Throttled,  # too many messages a second from this number
    20003: Unreachable,  # our credentials were refused: passes once the town has put them right
    20429: Throttled,  # too many requests
    21211: Rejected,  # not a phone number
    21408: Rejected,  # region not enabled
    21610: OptedOut,
    21614: Rejected,  # not a mobile number
    21617: Rejected,  # longer than 1,600 characters
    30001: Throttled,  # queue overflow
    30002: Unreachable,  # account suspended: passes once the town has put it right
    30003: Unreachable,  # handset off or away
    30004: OptedOut,  # blocked by the handset
    30005: Rejected,  # unknown handset
    30006: Rejected,  # landline
    30007: Rejected,  # filtered by the carrier
    30022: Throttled,  # rate cap
    30023: Throttled,  # cap of the day
    30032: Rejected,  # toll-free number not verified
    30034: Rejected,  # number not registered
}

Form = ImmutableMultiDict[str, str]


def build(settings: Settings, ports: Ports) -> SmsChannel | None:
    """Return the channel, or None when the town has no SMS number."""
    return SmsChannel(settings.sms, settings.public_url, ports) if settings.sms else None


def state(settings: Settings) -> str:
    """Say whether the channel is on, and if not, what would turn it on."""
    return "on" if settings.sms else "off: set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_PHONE_NUMBER"


class SmsChannel:
    """One number or messaging service of one account."""

    name = "sms"

    def __init__(self, settings: SmsSettings, public_url: str, ports: Ports) -> None:
        self._settings = settings
        self._public_url = public_url
        self._ports = ports
        self._validator = RequestValidator(settings.auth_token)
        # Not the provider's own client: its host is built in (only region and edge can be chosen), so it could not be
        # pointed at a simulator, and it brings a second HTTP library.
        self._http = httpx.AsyncClient(
            base_url=settings.api_url or API_URL, auth=(settings.account_sid, settings.auth_token), timeout=TIMEOUT
        )

    def routes(self) -> list[Route]:
        return [
            Route(INBOUND_PATH, self._receive, methods=["POST"]),
            Route(STATUS_PATH, self._note, methods=["POST"]),
        ]

    async def run(self) -> None:
        """Nothing is done unasked."""

    async def close(self) -> None:
        await self._http.aclose()

    # 4xx tells the provider that asking again is of no use; 5xx makes it try again, then use the fallback URL.

    async def _receive(self, request: Request) -> Response:
        form = await self._verified_form(request)
        if not is_carriers_word(form):
            inbound = self._inbound(form)
            await keep(self._ports.accept(inbound), inbound.provider_id)
        return Response("<Response/>", media_type="text/xml")

    async def _note(self, request: Request) -> Response:
        form = await self._verified_form(request)
        receipt = Receipt(
            channel=self.name,
            provider_id=_required(form, "MessageSid", 64),
            status=STATUSES.get(form.get("MessageStatus", ""), ReceiptStatus.UNKNOWN),
            error_code=form.get("ErrorCode", "")[:32] or None,
        )
        await keep(self._ports.note(receipt), receipt.provider_id)
        return Response(status_code=204)

    async def _verified_form(self, request: Request) -> Form:
        """Return the posted fields, all of them, once the signature has shown who posted them."""
        signature = request.headers.get("x-twilio-signature")
        if not signature:
            raise HTTPException(403, "The signature is missing; only the SMS provider may post here.")
        form = _parse_form(request, await read_body(request, BODY_LIMIT))
        try:
            self._verify(request, form, signature)
        except Forbidden as error:
            raise HTTPException(403, str(error)) from None
        return form

    def _verify(self, request: Request, form: Form, signature: str) -> None:
        # The address as the provider was given it, from our settings: what a proxy or a forger puts into Host and
        # X-Forwarded-* must not have a say.
        query = request.scope.get("query_string", b"").decode("latin-1")
        url = self._public_url + request.scope["path"] + (f"?{query}" if query else "")
        if not self._validator.validate(url, form, signature):
            raise Forbidden(
                "The signature is wrong; check that TOWNCLERK_PUBLIC_URL is the address set at the provider, "
                "and TWILIO_AUTH_TOKEN the account's primary token."
            )

    def _inbound(self, form: Form) -> Inbound:
        return Inbound(
            channel=self.name,
            provider_id=_required(form, "MessageSid", 64),
            address=_required(form, "From", 255),
            # A NUL has no meaning in a text, and databases refuse it: better the message without than no message.
            text=form.get("Body", "").replace("\0", ""),
            attachments=_pictures(form),
            received_at=self._ports.clock(),
        )

    async def send(self, outbound: Outbound) -> str:
        """Send the message as one SMS; only what is longer than the provider takes goes out in parts."""
        provider_id = ""
        for part in split(render(outbound)):
            provider_id = await self._post(outbound.address, part)
        return provider_id

    async def find(self, outbound: Outbound, since: datetime) -> str | None:
        return None

    def cost(self, outbound: Outbound) -> int:
        return segments(render(outbound)).count

    async def fetch(self, source: str) -> bytes:
        """Fetch a picture of an MMS; the provider redirects to where it is kept, and no token of ours goes there."""
        host = httpx.URL(source).host
        if host != self._http.base_url.host and not host.endswith(PROVIDERS_HOSTS):
            raise Rejected("The picture does not lie with the SMS provider; our token goes nowhere else.")
        try:
            async with self._http.stream("GET", source, follow_redirects=True) as response:
                content = await read_answer(response, LARGEST)
        except httpx.TransportError as error:
            raise Unreachable(f"The SMS provider did not hand a picture over ({type(error).__name__}).") from error
        if not response.is_success:
            raise delivery_error(httpx.Response(response.status_code, headers=response.headers, content=content))
        return content

    async def _post(self, to: str, body: str) -> str:
        fields = {"To": to, "Body": body, "StatusCallback": self._public_url + STATUS_PATH, **self._sender()}
        path = f"/2010-04-01/Accounts/{self._settings.account_sid}/Messages.json"
        try:
            response = await self._http.post(path, data=fields)
        except httpx.TransportError as error:
            raise Unreachable(f"The SMS provider did not answer ({type(error).__name__}).") from error
        if not response.is_success:
            raise delivery_error(response)
        return str(_json_object(response).get("sid", ""))

    def _sender(self) -> dict[str, str]:
        if self._settings.messaging_service_sid:
            return {"MessagingServiceSid": self._settings.messaging_service_sid}
        return {"From": self._settings.phone_number or ""}


def render(outbound: Outbound) -> str:
    """Return the text as it goes out: no Markdown, choices as numbers, links to attachments, cheap characters."""
    text = "\n".join([plain(outbound.text), *outbound.attachments])
    return legible(economical(numbered(text, outbound.choices)))


def is_carriers_word(form: Form) -> bool:
    """Tell whether the carrier has answered this message already: the town stays silent then."""
    # OptOutType arrives when a town has given the provider words and languages of its own.
    return form.get("OptOutType") in {"STOP", "HELP"} or form.get("Body", "").strip().casefold() in CARRIER_WORDS


def delivery_error(response: httpx.Response) -> DeliveryError:
    """Name what an answer of the provider other than 2xx means."""
    code = _json_object(response).get("code")
    kind = ERRORS.get(code) if isinstance(code, int) else None
    status = response.status_code
    if kind is None:
        kind = Throttled if status == 429 else Rejected if 400 <= status < 500 else Unreachable
    message = f"The SMS provider answered {status} with code {code}."
    shown = str(code if code is not None else status)[:32]
    if kind is Throttled:
        return Throttled(message, retry_after=_seconds(response.headers.get("retry-after", "")), code=shown)
    return kind(message, code=shown)


def _seconds(header: str) -> float | None:
    return float(header) if header.isascii() and header.isdecimal() and len(header) < 6 else None


def _json_object(response: httpx.Response) -> dict[str, Any]:
    try:
        content = response.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _parse_form(request: Request, body: bytes) -> Form:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/x-www-form-urlencoded":
        raise HTTPException(400, "The body must be application/x-www-form-urlencoded.")
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError:
        raise HTTPException(400, "The body is not a form in UTF-8.") from None
    return ImmutableMultiDict(pairs)


def _required(form: Form, field: str, longest: int) -> str:
    value = form.get(field, "")
    if not is_plain(value, longest):
        raise HTTPException(400, f"{field} is missing or malformed.")
    return value


def _pictures(form: Form) -> tuple[str, ...]:
    number = form.get("NumMedia", "0")
    count = min(int(number), 10) if number.isascii() and number.isdecimal() and len(number) < 4 else 0
    urls = (form.get(f"MediaUrl{index}", "") for index in range(count))
    return tuple(url for url in urls if url.startswith(("https://", "http://")))
