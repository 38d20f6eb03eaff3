"""The SMS channel: signed webhooks in, the REST API out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl

import httpx
from starlette.datastructures import ImmutableMultiDict
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.request_validator import (
    HMAC_SHA1,
    HMAC_SHA256,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

from bot.errors import Forbidden, OptedOut, Rejected, Unreachable
from bot.messages import Inbound, Outbound, Receipt, ReceiptStatus
from bot.pictures import LARGEST
from bot.settings import SmsSettings
from channels.base import Ports
from channels.http import is_plain, keep, read_answer, read_body
from channels.sms.consent import wish_of
from channels.sms.errors import ERRORS, delivery_error, json_object
from channels.sms.missed import CLOCKS_DIFFER, LOOK_EVERY, Missed, listed, sent_at
from channels.text import economical, legible, numbered, plain, segments, split

INBOUND_PATH = "/webhooks/twilio/sms"
STATUS_PATH = "/webhooks/twilio/status"
API_URL = "https://api.twilio.com"
BODY_LIMIT = 64 * 1024
TIMEOUT = httpx.Timeout(10, connect=5)
#: Where the provider keeps pictures.
PROVIDERS_HOSTS = ".twilio.com"

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
Form = ImmutableMultiDict[str, str]


class SmsChannel:
    """One number or messaging service of one account."""

    name = "sms"

    def __init__(self, settings: SmsSettings, public_url: str, ports: Ports) -> None:
        self._settings = settings
        self._public_url = public_url
        self._ports = ports
        self._messages = f"/2010-04-01/Accounts/{settings.account_sid}/Messages.json"
        self._algorithm = HMAC_SHA256 if settings.webhook_key else HMAC_SHA1
        self._validator = RequestValidator(settings.webhook_key[1] if settings.webhook_key else settings.auth_token)
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
        """Fetch what came in while we were down, now and each minute, until cancelled."""
        number = None if self._settings.messaging_service_sid else self._settings.phone_number
        missed = Missed(self._http, self._messages, self._ports, number)
        while True:
            await missed.look()
            await asyncio.sleep(LOOK_EVERY)

    async def close(self) -> None:
        await self._http.aclose()

    # 4xx tells the provider that asking again is of no use; 5xx makes it try again, then use the fallback URL.

    async def _receive(self, request: Request) -> Response:
        form = await self._verified_form(request)
        inbound = self._inbound(form)
        await keep(self._ports.accept(inbound), inbound.provider_id)
        return Response("<Response/>", media_type="text/xml")

    async def _note(self, request: Request) -> Response:
        form = await self._verified_form(request)
        receipt = Receipt(
            channel=self.name,
            provider_id=_required(form, "MessageSid", 64),
            status=_status(form),
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
        # Which signature it is follows from our settings: a header that chose could choose the weaker one.
        named = request.headers.get(SIGNATURE_SETTINGS_HEADER, "")
        if get_signature_algorithm(named) != self._algorithm or not self._validator.validate(
            url, form, signature, self._algorithm
        ):
            raise Forbidden(
                "The signature is wrong; check that TOWNCLERK_PUBLIC_URL is the address set at the provider, "
                "and TWILIO_AUTH_TOKEN the account's primary token, or TWILIO_WEBHOOK_KEY_SECRET the key that signs."
            )

    def _inbound(self, form: Form) -> Inbound:
        return Inbound(
            channel=self.name,
            provider_id=_required(form, "MessageSid", 64),
            address=_required(form, "From", 255),
            # A NUL has no meaning in a text, and databases refuse it: better the message without than no message.
            text=form.get("Body", "").replace("\0", ""),
            attachments=_pictures(form),
            wish=wish_of(form.get("Body", ""), form.get("OptOutType", "")),
            unreadable=_is_unreadable(form),
            received_at=self._ports.clock(),
        )

    async def send(self, outbound: Outbound) -> str:
        """Send the message as one SMS; only what is longer than the provider takes goes out in parts."""
        provider_id = ""
        for part in split(render(outbound)):
            provider_id = await self._post(outbound.address, part)
        return provider_id

    async def find(self, outbound: Outbound, since: datetime) -> str | None:
        """Look for the message among those sent to this number; the last part stands for a long one."""
        *_, body = split(render(outbound)) or [""]
        # The provider's clock may be a little behind ours, and then it may still be yesterday there.
        earliest = since - CLOCKS_DIFFER
        async for message in listed(self._http, self._messages, earliest, To=outbound.address):
            if (
                sent_at(message) >= earliest
                and message.get("direction") == "outbound-api"
                and message.get("body") == body
            ):
                return str(message["sid"])
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
        try:
            response = await self._http.post(self._messages, data=fields)
        except httpx.TransportError as error:
            raise Unreachable(f"The SMS provider did not answer ({type(error).__name__}).") from error
        if not response.is_success:
            raise delivery_error(response)
        return str(json_object(response).get("sid", ""))

    def _sender(self) -> dict[str, str]:
        if self._settings.messaging_service_sid:
            return {"MessagingServiceSid": self._settings.messaging_service_sid}
        return {"From": self._settings.phone_number or ""}


def render(outbound: Outbound) -> str:
    """Return the text as it goes out: no Markdown, choices as numbers, links to attachments, cheap characters."""
    text = "\n".join([plain(outbound.text), *outbound.attachments])
    return legible(economical(numbered(text, outbound.choices)))


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


def _status(form: Form) -> ReceiptStatus:
    if ERRORS.get(int(code) if (code := form.get("ErrorCode", "")).isdecimal() else 0) is OptedOut:
        return ReceiptStatus.OPTED_OUT
    return STATUSES.get(form.get("MessageStatus", ""), ReceiptStatus.UNKNOWN)


def _is_unreadable(form: Form) -> bool:
    """Tell whether all that came is a film, a sound or a contact card."""
    return not form.get("Body", "").strip() and form.get("NumMedia", "0") not in ("", "0") and not _pictures(form)


def _pictures(form: Form) -> tuple[str, ...]:
    number = form.get("NumMedia", "0")
    count = min(int(number), 10) if number.isascii() and number.isdecimal() and len(number) < 4 else 0
    # A type that is missing may be a picture; what it really is shows when it is fetched.
    kinds = (form.get(f"MediaContentType{index}", "image/") for index in range(count))
    urls = (form.get(f"MediaUrl{index}", "") for index, kind in enumerate(kinds) if kind.startswith("image/"))
    return tuple(url for url in urls if url.startswith(("https://", "http://")))
