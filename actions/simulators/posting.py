"""What was posted to a simulated town: the form read, and every mistake in it named, as GeoReport v2 has it."""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from actions.simulators.catalogue import LISTS, Attribute, Service
from actions.simulators.quirks import Quirk

Fields = Sequence[tuple[str, str]]

LONGEST_DESCRIPTION = 4000
ATTRIBUTE = re.compile(r"attribute\[([^\[\]]+)\](\[\])?")
MARKUP = re.compile(r"<[a-z!/?]", re.I)


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why a call failed: the HTTP status, and words for the user."""

    status: int
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A report as it arrived; what was empty counts as absent."""

    #: Everything but the attributes, by its name.
    values: Mapping[str, str]
    #: Answers by the code of their attribute, in the order they were sent.
    attributes: Mapping[str, tuple[str, ...]]

    def get(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def position(self) -> tuple[float, float] | None:
        """Latitude and longitude; None when they are missing or no place on earth."""
        try:
            lat, long = float(self.get("lat")), float(self.get("long"))
        except ValueError:
            return None
        return (lat, long) if abs(lat) <= 90 and abs(long) <= 180 else None


def read_form(fields: Fields) -> Form:
    """Sort fields into a report's values and its answers."""
    values: dict[str, str] = {}
    attributes: dict[str, tuple[str, ...]] = {}
    for name, value in fields:
        attribute = ATTRIBUTE.fullmatch(name)
        if attribute and value:
            attributes[attribute[1]] = (*attributes.get(attribute[1], ()), value)
        elif value:
            values[name] = value
    return Form(values=values, attributes=attributes)


def mistakes(
    form: Form, catalogue: Mapping[str, Service], api_key: str | None, quirks: Collection[Quirk]
) -> list[Mistake]:
    """Return everything that is wrong with a report; a stranger hears nothing but that."""
    if api_key is not None and not hmac.compare_digest(form.get("api_key").encode(), api_key.encode()):
        return [Mistake(403, "api_key is missing." if not form.get("api_key") else "api_key is invalid.")]
    code = form.get("service_code")
    if code and code not in catalogue:
        return [Mistake(404, "service_code was not found.")]
    answers = _answer_mistakes(form, catalogue[code]) if code else ["service_code was not provided."]
    found = [*answers, *_place_mistakes(form, quirks), *_other_mistakes(form, quirks)]
    return [Mistake(400, description) for description in found]


def _answer_mistakes(form: Form, service: Service) -> Iterator[str]:
    questions = {one.code: one for one in service.attributes if one.variable}
    for unknown in form.attributes.keys() - questions.keys():
        yield f"attribute[{unknown}] does not belong to this service."
    for question in questions.values():
        answers = form.attributes.get(question.code, ())
        if question.required and not answers:
            yield f"attribute[{question.code}] is required."
        if len(answers) > 1 and question.datatype != "multivaluelist":
            yield f"attribute[{question.code}] takes one value."
        if not all(_fits(question, answer) for answer in answers):
            yield f"attribute[{question.code}] is no valid {question.datatype}."


def _fits(question: Attribute, answer: str) -> bool:
    try:
        if question.datatype == "number":
            float(answer)
        if question.datatype == "datetime":
            datetime.fromisoformat(answer)
    except ValueError:
        return False
    if question.datatype == "string":
        return len(answer.splitlines()) <= 1
    return question.datatype not in LISTS or answer in question.values


def _place_mistakes(form: Form, quirks: Collection[Quirk]) -> Iterator[str]:
    half = bool(form.get("lat")) != bool(form.get("long"))
    if Quirk.CHICAGO in quirks:
        yield from (f"{name} is required." for name in ("lat", "long", "address_string") if not form.get(name))
    elif half or not any(form.get(name) for name in ("lat", "address_string", "address_id")):
        yield "A location is required: lat and long, or address_string, or address_id."
    if form.get("lat") and form.get("long") and form.position is None:
        yield "lat and long are no place on earth."


def _other_mistakes(form: Form, quirks: Collection[Quirk]) -> Iterator[str]:
    if Quirk.EMAIL_DEMANDED in quirks and "@" not in form.get("email"):
        yield "email is required."
    if len(form.get("description")) > LONGEST_DESCRIPTION:
        yield f"description is longer than {LONGEST_DESCRIPTION} characters."
    if MARKUP.search(form.get("description")):
        yield "description may not contain HTML."
