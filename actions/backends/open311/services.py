"""The services of a town's endpoint: their questions, and how each of them answers reports."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from actions.backends.open311.definitions import read_attributes, read_services
from actions.backends.open311.endpoint import Endpoint
from actions.backends.open311.requests import segment, side_by_side
from actions.intake.services import read_service
from bot.errors import BackendUnavailable, ContentError

logger = logging.getLogger(__name__)

#: The type of a service of which the town does not tell it.
UNKNOWN = ""


class Services:
    """What is known of one town's services, as they were last read."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._types: dict[str, str] = {}
        #: Types as answers showed them.
        self._learned: dict[str, str] = {}
        self._attributes: dict[str, list[dict[str, Any]]] = {}

    async def read(self) -> list[dict[str, Any]]:
        """Return the town's list. Raises BackendUnavailable, also when it is empty."""
        listed = read_services(await self._endpoint.get("services"))
        if not listed:
            raise BackendUnavailable("The town's endpoint lists no services now; try again later.")
        self._types = {service["service_code"]: service["type"] for service in listed}
        return listed

    async def definitions(self) -> list[Mapping[str, Any]]:
        """Return the services with all their questions: with half of them, reports would be wrong.

        Raises BackendUnavailable.
        """
        found = await side_by_side(self._definition, await self.read())
        return [definition for definition in found if definition is not None]

    async def _definition(self, listed: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return a service with its questions, or None when the town has made it unusable."""
        code = listed["service_code"]
        definition = {**listed, "type": listed["type"] or "realtime"}
        try:
            definition["attributes"] = await self._questions(code) if definition.pop("metadata") else []
            read_service(definition)
        except ContentError as error:
            logger.warning("Service %s was left out: %s", code, error)
            return None
        return definition

    async def _questions(self, service_code: str) -> list[dict[str, Any]]:
        """Return the questions, or those last known when the town does not tell them now."""
        try:
            tree = await self._endpoint.get(f"services/{segment(service_code)}", one=True)
            if tree is None:
                raise ContentError("the town says that it has questions, and does not know them; ask the town.")
            self._attributes[service_code] = read_attributes(tree)
        except (BackendUnavailable, ContentError) as error:
            if service_code not in self._attributes:
                if isinstance(error, ContentError):
                    raise
                raise BackendUnavailable(f"The questions of service {service_code} are missing: {error}") from error
        return self._attributes[service_code]

    def learn(self, service_code: str, kind: str) -> None:
        """Note the type that a service's answer showed."""
        self._learned[service_code] = kind

    async def type_of(self, service_code: str) -> str:
        """Return whether a service gives a number at once, later for a token (batch), or never (blackbox); or UNKNOWN.

        What the town says counts, except that a service that gave a token is no realtime one.
        """
        if service_code not in self._types:
            await self.read()
        stated = self._types.get(service_code, UNKNOWN)
        return stated if stated in ("batch", "blackbox") else self._learned.get(service_code, stated)

    def lag(self) -> bool:
        """Whether one of them was slower than the town had said (Chicago): so the lists of all may lag behind."""
        return any(kind == "batch" and self._types.get(code) != kind for code, kind in self._learned.items())
