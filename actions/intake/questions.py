"""The questions of one report, in order, with those left out whose `when` does not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actions.intake.answers import READERS
from actions.intake.dates import show_datetime
from actions.intake.services import Attribute, Catalogue, Service
from actions.intake.words import title

#: Keys of the questions that every report has; attributes are "attr.<code>".
SERVICE, LOCATION, DESCRIPTION = "service", "location", "description"
ATTRIBUTE = "attr."


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing to ask; `kind` says how its answer is read."""

    key: str
    kind: str
    required: bool
    attribute: Attribute | None = None
    catalogue: Catalogue | None = None
    #: Codes of the services that are shown to choose from; empty means all.
    offered: tuple[str, ...] = ()

    def titles(self, language: str) -> dict[str, str]:
        """Return what can be picked, by value."""
        if self.catalogue is not None:
            return _service_titles(self.catalogue, language)
        if self.attribute is None or not self.kind.endswith("list"):
            return {}
        return {
            value: _one_line(name) or _one_line(value) or "-" for value, name in self.attribute.titles(language).items()
        }

    def label(self, language: str) -> str:
        """Return the few words that name it in the summary."""
        if self.attribute is None:
            return title(self.key, language)
        return _one_line(self.attribute.text("label", language) or self.attribute.text("description", language))

    def why(self, language: str) -> str:
        if self.attribute is None:
            return title(f"why_{self.key}", language)
        return self.attribute.text("why", language) or title("why", language)

    def show(self, value: Any, language: str) -> str:
        """Return an answer the way a citizen reads it."""
        if value is None:
            return title("skipped", language)
        if self.kind == "address":
            pin = [f"({title('pin', language)})"] if "latitude" in value else []
            return " ".join([str(value["address"]), *pin]) if value.get("address") else title("pin", language)
        if self.kind == "datetime":
            return show_datetime(value)
        titles = self.titles(language)
        return ", ".join(titles.get(one, one) if titles else str(one) for one in _listed(value))

    def holds(self, value: Any) -> bool:
        """Tell whether a kept value still answers it, after the service's file has changed."""
        if value is None:
            return not self.required
        if self.catalogue is not None:
            return self.catalogue.get(value) is not None
        wanted = {"number": (int, float), "multivaluelist": (list,), "address": (dict,)}.get(self.kind, (str,))
        if not isinstance(value, wanted):
            return False
        titles = self.titles("en")
        return not titles or (bool(value) and all(one in titles for one in _listed(value)))


def _one_line(text: str) -> str:
    """Return a foreign text so that it cannot look like another line of the summary."""
    return " ".join(text.split())


def _service_titles(catalogue: Catalogue, language: str) -> dict[str, str]:
    """Return the services' names by their codes; of two with the same name, each with its group."""
    names = {code: _one_line(service.name(language)) for code, service in catalogue.services.items()}
    common = Counter(names.values())
    groups = {code: service.group for code, service in catalogue.services.items() if common[names[code]] > 1}
    return {code: f"{name} ({groups[code]})" if groups.get(code) else name for code, name in names.items()}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _kind(attribute: Attribute) -> str:
    """Return how to read an attribute; a foreign endpoint may say "phone" only in its description."""
    if attribute.datatype not in ("string", "text"):
        return attribute.datatype
    hint = attribute.datatype_description.casefold()
    guess = "email" if "email" in hint or "e-mail" in hint else "phone" if "phone" in hint else attribute.datatype
    kind = attribute.format or guess
    return kind if kind in READERS else attribute.datatype


def _applies(attribute: Attribute, answers: Mapping[str, Any], asked: set[str]) -> bool:
    for code, wanted in attribute.when.items():
        value = answers.get(ATTRIBUTE + code)
        if code not in asked or not any(str(one) in wanted for one in _listed(value)):
            return False
    return True


def attributes_of(service: Service, answers: Mapping[str, Any]) -> list[Attribute]:
    """Return the attributes, notes included, that apply to the answers so far."""
    asked: set[str] = set()
    found = []
    for attribute in service.attributes:
        if _applies(attribute, answers, asked):
            asked.add(attribute.code)
            found.append(attribute)
    return found


def questions_of(catalogue: Catalogue, answers: Mapping[str, Any], offered: Sequence[str] = ()) -> list[Question]:
    """Return everything that a report with these answers asks, in order; `offered` are the services shown."""
    among = tuple(code for code in offered if code in catalogue.services)
    first = [Question(key=SERVICE, kind="singlevaluelist", required=True, catalogue=catalogue, offered=among)]
    service = catalogue.get(answers.get(SERVICE))
    if service is None:
        return first
    return [
        *first,
        Question(key=LOCATION, kind="address", required=True),
        *(
            Question(key=ATTRIBUTE + a.code, kind=_kind(a), required=a.required, attribute=a)
            for a in attributes_of(service, answers)
            if a.variable
        ),
        Question(key=DESCRIPTION, kind="text", required=False),
    ]
