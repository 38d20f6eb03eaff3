"""A report as the form that GeoReport v2 wants, and what the town's refusal of it means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from actions.backends.open311.exchange import Answer
from actions.backends.open311.georeport import read_error_code, read_reason
from actions.backends.open311.payload import FORBIDDEN, read_payload
from bot.errors import BackendAmbiguous, BackendError, BackendRefused, BackendUnavailable
from bot.messages import Location, Submit

#: Characters of a description, by the standard.
LONGEST_DESCRIPTION = 4000
#: A server that knows an identical request already has ours (SeeClickFix: "base is a duplicate").
DUPLICATE = re.compile(r"\bduplicate\b|\balready (?:been |was )?(?:exists?|submitted|reported|received)\b", re.I)
#: Refusals that are about how the town set us up: the report waits until that is put right.
SETTINGS = (
    (re.compile(r"\bapi[\s_-]?key\b", re.I), "OPEN311_API_KEY"),
    (re.compile(r"\bjurisdiction_id\b", re.I), "OPEN311_JURISDICTION_ID"),
)
EMAIL = re.compile(r"\be-?mail(?: address)?\b", re.I)
#: The report did not get as far as being judged: nobody reads there, or nobody yet.
NOT_TAKEN = (301, 307, 308, 401, 403, 404, 405, 406, 410, 415, 429)
TIMED_OUT = 408


def form(submit: Submit, *, address_string: str, api_key: str | None, email: str | None) -> list[tuple[str, str]]:
    """Return the fields in order; those that are empty are left out, as the standard reads them as absent."""
    place = submit.location
    fields = [
        ("api_key", api_key),
        ("service_code", submit.service_code),
        ("lat", f"{place.latitude:.6f}" if place else None),
        ("long", f"{place.longitude:.6f}" if place else None),
        ("address_string", address_string),
        ("email", email),
        ("description", description(submit)),
        ("media_url", submit.media_url),
        *_attributes(submit),
    ]
    return [(name, value) for name, value in fields if value]


def _attributes(submit: Submit) -> Iterator[tuple[str, str]]:
    for code, value in submit.attributes.items():
        if isinstance(value, list | tuple):
            yield from ((f"attribute[{code}][]", _text(one)) for one in value)
        else:
            yield f"attribute[{code}]", _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return FORBIDDEN.sub("", str(value)).strip()


def description(submit: Submit) -> str:
    """Return the citizen's words, without anything that reads as HTML, and our reference on a line of its own."""
    last = f"Ref: {submit.reference}"
    # With a blank after it, "<" opens no tag, and no word is lost.
    words = re.sub(r"<(?=[A-Za-z/!?])", "< ", FORBIDDEN.sub("", submit.description)).strip()
    words = words[: LONGEST_DESCRIPTION - len(last) - 1].rstrip()
    return f"{words}\n{last}" if words else last


def coordinates(location: Location) -> str:
    """Return a place as an address, for towns that insist on one."""
    return f"{location.latitude:.6f}, {location.longitude:.6f}"


def as_meant(answer: Answer) -> Answer:
    """Return an answer with the status of the error in it, if it is one that came as if all were well."""
    if not answer.is_success:
        return answer
    try:
        tree = read_payload(answer.content, answer.charset)
    except BackendUnavailable:
        return answer
    return replace(answer, status=read_error_code(tree) or answer.status)


def wants_address(answer: Answer) -> bool:
    """Whether a report was refused for want of an address: so it certainly was not taken, and may be sent again."""
    return answer.status == 400 and "address" in EMAIL.sub("", read_reason(answer.content, answer.charset)).lower()


def knows_no_service(answer: Answer) -> bool:
    """Whether "not found" is about the service, and not about the address or the jurisdiction."""
    reason = read_reason(answer.content, answer.charset).lower()
    return answer.status == 404 and "service_code" in reason and "jurisdiction" not in reason


def refusal(answer: Answer, *, email: str | None) -> BackendError:
    """Return the error that an answer to a report means; those in `NOT_TAKEN` are the endpoint's to name."""
    reason = read_reason(answer.content, answer.charset)
    if answer.status == TIMED_OUT or not 400 <= answer.status < 500:
        return BackendAmbiguous(
            f"{answer.url} answered HTTP {answer.status}; look up the reference before trying again."
        )
    if DUPLICATE.search(reason):
        return BackendAmbiguous(f"{answer.url} knows this report already; look up the reference.")
    for pattern, name in SETTINGS:
        if pattern.search(reason):
            return BackendUnavailable(f"{answer.url} answered HTTP {answer.status} ({reason}); check {name}.")
    if email is None and EMAIL.search(reason):
        return BackendRefused(f"The town wants an email address with every report ({reason}); set OPEN311_EMAIL.")
    words = reason or f"The town refused this report without a reason (HTTP {answer.status})."
    return BackendRefused(words, reason=reason)
