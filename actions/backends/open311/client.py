"""A town's own Open311 endpoint (GeoReport v2) as a backend: https://wiki.open311.org/GeoReport_v2."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from actions.backends.base import Accepted, CaseStatus, Nearby
from actions.backends.open311.endpoint import Endpoint
from actions.backends.open311.exchange import Answer, Exchange, in_time
from actions.backends.open311.georeport import number_of, read_accepted, read_number, read_status
from actions.backends.open311.matching import has_reference, hides_words, may_be, nearest
from actions.backends.open311.payload import read_payload
from actions.backends.open311.posting import (
    NOT_TAKEN,
    as_meant,
    coordinates,
    form,
    knows_no_service,
    refusal,
    wants_address,
)
from actions.backends.open311.requests import Requests, segment, side_by_side
from actions.backends.open311.services import UNKNOWN, Services
from bot.errors import BackendAmbiguous, BackendRefused, BackendUnavailable
from bot.messages import Location, Submit

logger = logging.getLogger(__name__)

#: Pages of a list that are read to find one report, and to find what is near.
FIND_PAGES, NEAR_PAGES = 20, 3
#: Requests without words that are each looked at by themselves.
MOST_HIDDEN = 50
#: The town's clock and ours may differ.
CLOCKS_DIFFER = timedelta(hours=1)
#: The standard's longest span of a list.
LONGEST_SPAN = timedelta(days=90)
#: What is older is hardly the same thing.
NEAR_SPAN = timedelta(days=60)
#: What a batch service has taken is in its lists by then.
BATCH_LAG = timedelta(minutes=30)


class Open311:
    """A `Backend` over HTTP. What it remembers of a town spares calls and doubts; it can be forgotten at any time."""

    def __init__(
        self,
        url: str,
        clock: Callable[[], datetime],
        *,
        api_key: str | None = None,
        jurisdiction_id: str | None = None,
        email: str | None = None,
    ) -> None:
        """`url` may be the base, its discovery document, or a site with that document below it."""
        self._clock = clock
        self._api_key = api_key
        self._email = email
        self._exchange = Exchange()
        self._endpoint = Endpoint(self._exchange, url, jurisdiction_id)
        self._services = Services(self._endpoint)
        self._requests = Requests(self._endpoint, api_key)
        #: When a report that may have arrived was last sent, by its reference.
        self._doubtful: dict[str, datetime] = {}
        #: References of reports that the town took without giving a number.
        self._taken: set[str] = set()

    async def close(self) -> None:
        await self._exchange.close()

    async def services(self) -> Sequence[Mapping[str, Any]]:
        return await self._services.definitions()

    async def submit(self, submit: Submit) -> Accepted:
        try:
            return await self._hand_over(submit)
        except (BackendAmbiguous, asyncio.CancelledError):
            self._doubtful[submit.reference] = self._clock()
            raise

    async def _hand_over(self, submit: Submit) -> Accepted:
        kind = await self._services.type_of(submit.service_code)
        if kind == "blackbox":
            # Nobody can look it up if its answer gets lost: it goes only to a town that answers right now.
            await self._services.read()
        answer = await self._post(submit, submit.address_string)
        if submit.location and not submit.address_string and wants_address(answer):
            answer = await self._post(submit, coordinates(submit.location))
        if answer.status in NOT_TAKEN and not knows_no_service(answer):
            raise self._endpoint.unavailable(answer)
        if not answer.is_success:
            raise refusal(answer, email=self._email)
        return await self._accepted(submit, kind, answer)

    async def _post(self, submit: Submit, address_string: str) -> Answer:
        fields = form(submit, address_string=address_string, api_key=self._api_key, email=self._email)
        return as_meant(await self._endpoint.post("requests", fields))

    async def _accepted(self, submit: Submit, kind: str, answer: Answer) -> Accepted:
        try:
            accepted, readable = read_accepted(read_payload(answer.content, answer.charset)), True
        except BackendUnavailable:
            accepted, readable = Accepted(), False
        if accepted.token:
            self._services.learn(submit.service_code, "batch")
        if accepted.service_request_id or accepted.token or kind == "blackbox":
            return accepted
        if readable or kind == UNKNOWN:
            # It must not be sent again, even if no list ever shows it.
            self._taken.add(submit.reference)
        if readable and kind == UNKNOWN:
            return await self._without_number(submit, accepted)
        raise BackendAmbiguous("The town's answer had neither number nor token; look up the reference.")

    async def _without_number(self, submit: Submit, accepted: Accepted) -> Accepted:
        """Return the number that the town's list has; without one, the service shows itself to be a blackbox."""
        try:
            number = await self._look_up(submit, self._clock())
        except BackendUnavailable as error:
            raise BackendAmbiguous(f"The town's answer had no number, and its list does not come: {error}") from error
        if number is None:
            self._services.learn(submit.service_code, "blackbox")
        return replace(accepted, service_request_id=number)

    async def find(self, submit: Submit, *, tried_at: datetime) -> str | None:
        async with in_time("Looking for the report"):
            kind = await self._services.type_of(submit.service_code)
            if kind == "blackbox":
                raise BackendRefused(
                    "The town tells nothing about reports of this kind, so it may have this one; ask the town, "
                    "and send it again only if it has not."
                )
            found = await self._look_up(submit, tried_at)
        if found is not None:
            self._doubtful.pop(submit.reference, None)
            return found
        # What was looked up in vain, and sent again, may have arrived this time.
        last = max(tried_at, self._doubtful.get(submit.reference, tried_at))
        if (kind == "batch" or self._services.lag()) and self._clock() < last + BATCH_LAG:
            raise BackendAmbiguous("The town's lists may not have this report yet; look again later.")
        if submit.reference in self._taken:
            raise BackendAmbiguous("The town took this report and does not list it; ask the town for its number.")
        return None

    async def _look_up(self, submit: Submit, tried_at: datetime) -> str | None:
        until = self._clock() + CLOCKS_DIFFER
        since = max(tried_at - CLOCKS_DIFFER, until - LONGEST_SPAN)
        hidden: list[dict[str, Any]] = []
        async for page in self._requests.pages(
            FIND_PAGES, submit.service_code, since, until, self._requests.with_words
        ):
            for request in page:
                if has_reference(request, submit.reference):
                    return _its_number(request)
            hidden += [one for one in page if hides_words(one, submit) and may_be(one, submit, since=since)]
        if len(hidden) > MOST_HIDDEN:
            raise BackendAmbiguous("The town's lists show no words of too many reports; ask the town for this one.")
        for request in await side_by_side(self._requests.whole, hidden):
            if has_reference(request, submit.reference):
                return _its_number(request)
            if hides_words(request, submit):
                raise BackendAmbiguous("The town shows no words of a report like this one; ask whether it is this one.")
        return None

    async def number(self, token: str) -> str | None:
        return read_number(await self._endpoint.get(f"tokens/{segment(token)}", one=True))

    async def statuses(self, service_request_ids: Sequence[str]) -> Mapping[str, CaseStatus]:
        known = await self._requests.known(list(dict.fromkeys(service_request_ids)))
        if service_request_ids and not known:
            await self._services.read()  # raises when it is the endpoint that is gone, and not the cases
        now = self._clock()
        return {number: read_status(request, now) for number, request in known.items()}

    async def near(self, service_code: str, location: Location | None, address: str) -> Sequence[Nearby]:
        now = self._clock()
        since = now - NEAR_SPAN
        requests: list[dict[str, Any]] = []
        try:
            async for page in self._requests.pages(NEAR_PAGES, service_code, since, now, {"status": "open"}):
                requests += page
        except BackendAmbiguous:
            logger.info("Service %s has more open requests than are looked at for what is near.", service_code)
        return nearest(requests, service_code, location, address, now=now, since=since)


def _its_number(request: Mapping[str, Any]) -> str:
    number = number_of(request)
    if not number:
        raise BackendAmbiguous("The town has the report, but no number for it yet; look again later.")
    return number
