"""A stand-in for the SMS provider: takes messages by its REST protocol, and posts signed webhooks as it would."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
from starlette.applications import Starlette
from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, SIGNATURE_SETTINGS_HEADER, RequestValidator

from bot.messages import Wish
from channels.sms.consent import CARRIER

Params = Mapping[str, str] | Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Fault:
    """How the next request fails; `accepted` is the cruel one: the message goes out, the answer says it did not."""

    status: int
    code: int | None = None
    retry_after: int | None = None
    accepted: bool = False


@dataclass(slots=True)
class FakeSmsProvider:
    """The provider of one account; `app` is what to serve, `ledger` what it has sent to phones."""

    account_sid: str
    auth_token: str
    #: Each message that went out: sid, to, from, body, status_callback, date_created.
    ledger: list[dict[str, str]] = field(default_factory=list)
    #: Each message that came in, as the list shows it.
    arrived: list[dict[str, str]] = field(default_factory=list)
    #: By message, content types of its media by their ids.
    media: dict[str, dict[str, str]] = field(default_factory=dict)
    #: Numbers that said STOP: the provider refuses to send to them.
    stopped: set[str] = field(default_factory=set)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    faults: list[Fault] = field(default_factory=list)
    #: Addresses to which pictures redirect, by the last part of their own.
    pictures: dict[str, str] = field(default_factory=dict)

    @property
    def app(self) -> Starlette:
        messages = "/2010-04-01/Accounts/{account_sid}/Messages.json"
        return Starlette(
            routes=[
                Route(messages, self._create, methods=["POST"]),
                Route(messages, self._list, methods=["GET"]),
                Route("/2010-04-01/Accounts/{account_sid}/Messages/{message}/Media.json", self._media_list),
                Route("/2010-04-01/Accounts/{account_sid}/Messages/{message}/Media/{id}", self._media),
                Route("/ledger", self._show_ledger, methods=["GET"]),
            ]
        )

    def fail_next(self, times: int, fault: Fault) -> None:
        """Let the next `times` messages fail like this."""
        self.faults.extend([fault] * times)

    async def _create(self, request: Request) -> Response:
        if refusal := self._refuse_stranger(request):
            return refusal
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        fault = self.faults.pop(0) if self.faults else _mistake(form)
        if fault is None and form["To"] in self.stopped:
            fault = Fault(400, 21610)
        if fault and not fault.accepted:
            return _error(fault)
        message = {
            "sid": f"SM{len(self.ledger) + 1:032x}",
            "to": form["To"],
            "from": form.get("From") or form["MessagingServiceSid"],
            "body": form.get("Body", ""),
            "status_callback": form.get("StatusCallback", ""),
            "date_created": format_datetime(self.clock()),
        }
        self.ledger.append(message)
        return _error(fault) if fault else JSONResponse(_shown(message), status_code=201)

    async def _list(self, request: Request) -> Response:
        """Answer the newest first, a page at a time; of dates the provider's filter knows the day only."""
        if refusal := self._refuse_stranger(request):
            return refusal
        query = request.query_params
        both = [*self.arrived, *self.ledger]
        both.sort(key=lambda message: parsedate_to_datetime(message["date_created"]), reverse=True)
        found = [
            _shown(message)
            for message in both
            if query.get("To") in (None, message["to"])
            and query.get("From") in (None, message["from"])
            and f"{parsedate_to_datetime(message['date_created']):%Y-%m-%d}" >= query.get("DateSent>", "")
        ]
        page, size = int(query.get("Page", 0)), int(query.get("PageSize", 50))
        rest = found[(page + 1) * size :]
        following = f"{request.url.path}?{urlencode({**query, 'Page': page + 1})}" if rest else None
        shown = found[page * size : (page + 1) * size]
        return JSONResponse({"messages": shown, "page": page, "page_size": size, "next_page_uri": following})

    async def _media_list(self, request: Request) -> Response:
        if refusal := self._refuse_stranger(request):
            return refusal
        kept = self.media.get(request.path_params["message"], {})
        return JSONResponse({"media_list": [{"sid": sid, "content_type": kind} for sid, kind in kept.items()]})

    def arrives(self, sender: str, to: str, body: str, media: Mapping[str, str] | None = None) -> dict[str, str]:
        """Let an SMS come in; return the fields of its webhook. `media` are content types by the ids of pictures."""
        sid = f"SM{len(self.arrived) + 1:031x}f"
        self.arrived.append(
            {
                "sid": sid,
                "to": to,
                "from": sender,
                "body": body,
                "direction": "inbound",
                "num_media": str(len(media or {})),
                "date_created": format_datetime(self.clock()),
            }
        )
        self.media[sid] = dict(media or {})
        wish = CARRIER.get(body.strip().casefold())
        if wish is Wish.STOP:
            self.stopped.add(sender)
        elif wish in (Wish.START, Wish.YES):
            self.stopped.discard(sender)
        path = f"/2010-04-01/Accounts/{self.account_sid}/Messages/{sid}/Media"
        fields = {**inbound_sms(sid, sender, to, body, self.account_sid), "NumMedia": str(len(media or {}))}
        for index, (id, kind) in enumerate((media or {}).items()):
            fields |= {f"MediaUrl{index}": f"https://api.twilio.com{path}/{id}", f"MediaContentType{index}": kind}
        return fields

    async def _media(self, request: Request) -> Response:
        if refusal := self._refuse_stranger(request):
            return refusal
        url = self.pictures.get(request.path_params["id"])
        return RedirectResponse(url, 307) if url else _error(Fault(404, 20404))

    async def _show_ledger(self, request: Request) -> Response:
        return JSONResponse(self.ledger)

    def _refuse_stranger(self, request: Request) -> Response | None:
        credentials = base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        given = request.headers.get("authorization", "").encode()
        right = hmac.compare_digest(given, f"Basic {credentials}".encode())
        if right and request.path_params["account_sid"] == self.account_sid:
            return None
        return _error(Fault(401, 20003))


def _mistake(form: Mapping[str, str]) -> Fault | None:
    if not form.get("To", "").startswith("+"):
        return Fault(400, 21211)
    if not (form.get("From") or form.get("MessagingServiceSid")):
        return Fault(400, 21603)
    if not form.get("Body"):
        return Fault(400, 21602)
    return Fault(400, 21617) if len(form["Body"]) > 1600 else None


def _error(fault: Fault) -> Response:
    headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else {}
    body = {"code": fault.code, "message": "The simulator was told to fail, or asked wrongly.", "status": fault.status}
    return JSONResponse(body, status_code=fault.status, headers=headers)


def _shown(message: Mapping[str, str]) -> dict[str, Any]:
    kept = {key: message[key] for key in ("sid", "to", "from", "body", "date_created")}
    own = {"status": "queued", "direction": "outbound-api", "num_media": "0"}
    came = {key: message[key] for key in ("direction", "num_media") if key in message}
    return {**kept, **own, **came, "error_code": None, "error_message": None}


def sign(url: str, params: Params, secret: str, algorithm: str = HMAC_SHA1) -> str:
    """Return the signature that the provider puts on a webhook to `url` (without fragment) with these fields."""
    signature = RequestValidator(secret).compute_signature(url, ImmutableMultiDict(_pairs(params)), algorithm)
    return str(signature)


async def signed_post(
    client: httpx.AsyncClient,
    url: str,
    params: Params,
    auth_token: str,
    *,
    signed_url: str | None = None,
    key: tuple[str, str] | None = None,
) -> httpx.Response:
    """Post a webhook as the provider does; `signed_url` is the public address when it is not the one posted to.

    With a shared `key` (id, secret) it signs instead of the token.
    """
    secret, algorithm = (key[1], HMAC_SHA256) if key else (auth_token, HMAC_SHA1)
    named = {SIGNATURE_SETTINGS_HEADER: f"key={key[0]},algorithm={algorithm}"} if key else {}
    return await client.post(
        url,
        content=urlencode(_pairs(params)),
        headers={
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "X-Twilio-Signature": sign(signed_url or url, params, secret, algorithm),
            **named,
        },
    )


def inbound_sms(sid: str, sender: str, to: str, body: str, account_sid: str) -> dict[str, str]:
    """Return the fields of a webhook for an SMS that came in."""
    return {
        "ToCountry": "US",
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsMessageSid": sid,
        "SmsStatus": "received",
        "AccountSid": account_sid,
        "From": sender,
        "To": to,
        "Body": body,
        "NumMedia": "0",
        "NumSegments": "1",
        "ApiVersion": "2010-04-01",
    }


def _pairs(params: Params) -> list[tuple[str, str]]:
    return list(params.items()) if isinstance(params, Mapping) else list(params)
