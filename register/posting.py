"""A posted form becomes a service request, or the list of everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from actions.intake.services import Catalogue, Service
from register.attributes import read_attributes
from register.errors import wrong
from register.forms import Fields
from store.requests import ServiceRequest

#: Characters of a description, by the standard.
LONGEST_DESCRIPTION = 4000
#: Characters that we keep of an address, of a URL, and of each thing that is said of the sender.
LONGEST_ADDRESS, LONGEST_URL, LONGEST_CONTACT = 500, 2000, 255
CONTACT = ("email", "phone", "first_name", "last_name", "device_id", "account_id")
#: How we, and programs that do as we do, end a description: what makes a repeated post find the first one. Groups of
#: four, so that nobody's own "Ref: 12" is taken for somebody else's.
REFERENCE = re.compile(r"(?:^|\n)Ref: ([A-Z0-9]{4}(?:-[A-Z0-9]{4}){2,7})\Z")
#: Before the reference that is made up for a request which came without one.
UNREFERENCED = "none:"
DEGREES = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{0,20})?")


class _Reader:
    """Takes fields one by one and gathers what is wrong with them; of a repeated field the last one counts."""

    def __init__(self, fields: Fields) -> None:
        self._values = dict(fields)
        self.problems: list[str] = []

    def take(self, name: str, longest: int) -> str:
        value = self._values.get(name, "")
        if len(value) > longest:
            self.problems.append(f"{name} is longer than {longest} characters; shorten it.")
        return value

    def degrees(self, name: str, most: float) -> float | None:
        value = self._values.get(name, "")
        if not value:
            return None
        if not DEGREES.fullmatch(value) or abs(float(value)) > most:
            self.problems.append(f"{name} is not a number of degrees from -{most:g} to {most:g} (WGS 84).")
            return None
        return float(value)

    def has(self, name: str) -> bool:
        return bool(self._values.get(name))


def read_request(
    fields: Fields, catalogue: Catalogue, *, now: datetime, new_id: Callable[[], str], media_urls: Sequence[str] = ()
) -> ServiceRequest:
    """Return what was posted as a request without a number; `media_urls` are where its uploaded pictures will be.

    Raises Refusal with everything that is wrong with it.
    """
    reader = _Reader(fields)
    service = _service(reader, catalogue)
    lat, long, address = _place(reader)
    attributes, unfit = read_attributes(service.attributes, fields) if service else ({}, [])
    description, reference = _description(reader)
    pictures = [*media_urls, *_media_url(reader)]
    contact = {name: value for name in CONTACT if (value := reader.take(name, LONGEST_CONTACT))}
    if problems := [*reader.problems, *unfit]:
        raise wrong(*problems)
    return ServiceRequest(
        service_request_id="",
        reference=reference or f"{UNREFERENCED}{new_id()}",
        service_code=service.service_code if service else "",
        # The standard has a field for one picture; further ones follow the words, as they do in our own reports.
        description="\n".join([description, *pictures[1:]]).strip(),
        attributes=attributes,
        address=address,
        lat=lat,
        long=long,
        media_url=pictures[0] if pictures else None,
        requested_datetime=now,
        updated_datetime=now,
        contact=contact or None,
    )


def _service(reader: _Reader, catalogue: Catalogue) -> Service | None:
    code = reader.take("service_code", 255)
    if not code:
        reader.problems.append("service_code is missing; send one of those that GET services lists.")
        return None
    service = catalogue.get(code)
    if service is None:
        reader.problems.append(f"There is no service {code}; send one of the codes that GET services lists.")
    return service


def _place(reader: _Reader) -> tuple[float | None, float | None, str]:
    lat, long = reader.degrees("lat", 90), reader.degrees("long", 180)
    address = reader.take("address_string", LONGEST_ADDRESS)
    if reader.has("lat") != reader.has("long"):
        reader.problems.append("lat and long belong together; send both or none.")
    elif not (reader.has("lat") or address):
        # address_id is a number in a list of addresses, of which this register has none.
        reader.problems.append("The location is missing; send lat and long, or address_string.")
    return lat, long, address


def _description(reader: _Reader) -> tuple[str, str]:
    """Return the words, and the reference that their last line gives, or "" for none."""
    description = reader.take("description", LONGEST_DESCRIPTION)
    found = REFERENCE.search(description)
    return (description[: found.start()].rstrip(), found[1]) if found else (description, "")


def _media_url(reader: _Reader) -> list[str]:
    url = reader.take("media_url", LONGEST_URL)
    if url and not re.fullmatch(r"https?://\S+", url, re.I):
        reader.problems.append("media_url is no link to a picture; send one that begins with https://.")
    return [url] if url else []
