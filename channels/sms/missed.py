"""Messages that the provider has and we may not: what came in while we were down, what may have gone out."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from bot.errors import Unreachable
from bot.messages import Inbound
from channels.base import Ports
from channels.sms.consent import wish_of
from channels.sms.errors import delivery_error, json_object

logger = logging.getLogger(__name__)

#: Seconds between two looks.
LOOK_EVERY = 60.0
PAGE_SIZE = 200
#: How far two clocks may differ, and how late a message may appear in the provider's list.
CLOCKS_DIFFER, LATE = timedelta(seconds=2), timedelta(minutes=5)
MARK = "sms"


async def listed(http: httpx.AsyncClient, path: str, since: datetime, **filters: str) -> AsyncIterator[dict[str, Any]]:
    """Yield the account's messages of the UTC day of `since` and later, newest first, page by page.

    Raises a DeliveryError. The list knows days only (Twilio, Message resource, DateSent).
    """
    query: dict[str, str] | None = {
        "DateSent>": f"{since.astimezone(UTC):%Y-%m-%d}",
        "PageSize": str(PAGE_SIZE),
        **filters,
    }
    url: str | None = path
    while url:
        try:
            response = await http.get(url, params=query)
        except httpx.TransportError as error:
            raise Unreachable(f"The SMS provider did not answer ({type(error).__name__}).") from error
        if not response.is_success:
            raise delivery_error(response)
        page = json_object(response)
        for message in page.get("messages") or ():
            yield message
        url, query = page.get("next_page_uri"), None


def sent_at(message: dict[str, Any]) -> datetime:
    """Return when the provider got the message (RFC 2822); long ago when it does not say."""
    try:
        at = parsedate_to_datetime(message.get("date_created") or "")
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


class Missed:
    """Hands over what came in since the last look; the store takes each message once, by its id."""

    def __init__(self, http: httpx.AsyncClient, messages: str, ports: Ports, number: str | None) -> None:
        self._http = http
        self._messages = messages
        self._ports = ports
        #: A messaging service has many numbers: None looks at all of the account.
        self._number = number

    async def look(self) -> int:
        """Return how many messages were handed over; never raises: after a failure it looks from there again."""
        try:
            return await self._look()
        except Exception as error:
            logger.warning("The SMS provider's list could not be read: %s", type(error).__name__)
            return 0

    async def _look(self) -> int:
        began, mark = self._ports.clock(), await self._ports.marks.get(MARK)
        found: list[dict[str, Any]] = []
        if mark is not None:
            filters = {"To": self._number} if self._number else {}
            async for message in listed(self._http, self._messages, mark - LATE, **filters):
                if message.get("direction") == "inbound" and sent_at(message) >= mark - LATE:
                    found.append(message)
        # Without a mark nothing was missed: the account's history is not ours to answer.
        for message in reversed(found):
            await self._ports.accept(await self._inbound(message))
        await self._ports.marks.set(MARK, began)
        return len(found)

    async def _inbound(self, message: dict[str, Any]) -> Inbound:
        text = str(message.get("body") or "").replace("\0", "")
        has_media = str(message.get("num_media") or "0") != "0"
        pictures = await self._pictures(message) if has_media else ()
        return Inbound(
            channel="sms",
            provider_id=str(message["sid"]),
            address=str(message["from"]),
            text=text,
            attachments=pictures,
            wish=wish_of(text),
            unreadable=has_media and not text.strip() and not pictures,
            received_at=sent_at(message),
        )

    async def _pictures(self, message: dict[str, Any]) -> tuple[str, ...]:
        base = self._messages.removesuffix(".json") + f"/{message['sid']}/Media"
        response = await self._http.get(f"{base}.json")
        # Pictures that were deleted stay away; any other failure must not cost the message its pictures.
        if not response.is_success and response.status_code != 404:
            raise delivery_error(response)
        media = json_object(response).get("media_list") or ()
        images = (medium for medium in media if str(medium.get("content_type", "")).startswith("image/"))
        return tuple(str(self._http.base_url.join(f"{base}/{medium['sid']}")) for medium in images)
