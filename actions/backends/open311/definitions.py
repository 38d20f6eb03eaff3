"""Reading GeoReport v2: the services a town offers and their questions, as `read_service` takes them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from actions.backends.open311.payload import exact, identifier, plain, records, strings, truth
from bot.errors import BackendUnavailable, ContentError

logger = logging.getLogger(__name__)

TYPES = ("realtime", "batch", "blackbox")
ONE, SEVERAL = "singlevaluelist", "multivaluelist"
#: The standard's names of data types, and those that towns use in their place; what is not here is a string.
DATATYPES: Mapping[str, str] = {
    **dict.fromkeys(("number", "int", "integer", "float", "double", "decimal", "numeric"), "number"),
    **dict.fromkeys(("datetime", "date", "timestamp"), "datetime"),
    **dict.fromkeys(("text", "textarea", "longtext", "memo"), "text"),
    **dict.fromkeys((ONE, "list", "select", "picklist", "dropdown", "radio", "enum", "choice"), ONE),
    **dict.fromkeys((SEVERAL, "multilist", "multiselect", "multipicklist", "checkboxes", "multichoice"), SEVERAL),
    **dict.fromkeys(("boolean", "bool", "yesno", "checkbox"), ONE),
}
BOOLEANS = frozenset(("boolean", "bool", "yesno", "checkbox"))
YES_NO = [{"key": "true", "name": "Yes"}, {"key": "false", "name": "No"}]
#: Data types of no standard that say what a string must be.
FORMATS: Mapping[str, str] = {"email": "email", "phone": "phone", "tel": "phone", "telephone": "phone"}


def read_services(tree: Any) -> list[dict[str, Any]]:
    """Return the services of a list in the town's order, each with `metadata` telling whether it has questions.

    `type` is "" when the town does not tell it. What has no code or no name, or repeats a code, is left out, with a
    line in the log.
    """
    services: dict[str, dict[str, Any]] = {}
    for record in records(tree, "services", "service"):
        code, name = identifier(record.get("service_code")), plain(record.get("service_name"))
        if not code or not name or code in services:
            logger.warning("Service %s was left out: it has no code, no name, or the code of another.", code or "?")
            continue
        kind = plain(record.get("type")).lower()
        services[code] = {
            "service_code": code,
            "service_name": name,
            "description": plain(record.get("description")),
            "group": plain(record.get("group")),
            "keywords": _keywords(record.get("keywords")),
            "type": kind if kind in TYPES else "",
            "metadata": truth(record.get("metadata"), default=False),
        }
    return list(services.values())


def _keywords(value: Any) -> list[str]:
    parts = [plain(part) for text in strings(value) for part in re.split("[,;]", text)]
    return list(dict.fromkeys(filter(None, parts)))


def read_attributes(tree: Any) -> list[dict[str, Any]]:
    """Return the questions of a service definition.

    Raises BackendUnavailable when the answer is no definition, ContentError when nobody could answer it.
    """
    attributes: dict[str, dict[str, Any]] = {}
    for position, raw in enumerate(_raw_attributes(tree), 1):
        attribute = _attribute(raw, position)
        if attribute:
            attributes.setdefault(attribute["code"], attribute)
    return list(attributes.values())


def _raw_attributes(tree: Any) -> list[dict[str, Any]]:
    found = records(tree, "service_definitions", "service_definition")
    for record in found:
        if "attributes" in record:
            return records(record["attributes"], "attributes", "attribute")
    if found and not any(record.get(name) for record in found for name in ("service_code", "datatype", "variable")):
        raise BackendUnavailable("The answer is no service definition; try again later.")
    # Without any wrapper, or a service that has no questions after all.
    return [record for record in found if "service_code" not in record]


def _attribute(raw: Mapping[str, Any], position: int) -> dict[str, Any] | None:
    """Return one question or note, or None for one that says or asks nothing."""
    code, description = identifier(raw.get("code")), plain(raw.get("description"))
    variable, required = truth(raw.get("variable"), default=True), truth(raw.get("required"), default=False)
    if not variable and not description:
        return None
    if variable and not code:
        if required:
            raise ContentError("a required attribute has no code, so that nobody can answer it; give it one.")
        return None
    kind = re.sub("[^a-z]", "", plain(raw.get("datatype")).lower())
    values = _values(raw.get("values")) or (YES_NO if kind in BOOLEANS else [])
    return {
        "code": code or f"note-{position}",
        "variable": variable,
        "required": variable and required,
        "order": _order(raw.get("order"), position),
        "description": description or code,
        "datatype_description": plain(raw.get("datatype_description")),
        "datatype": _datatype(kind, values),
        "format": FORMATS.get(kind, ""),
        "values": values,
    }


def _datatype(kind: str, values: list[dict[str, str]]) -> str:
    """Return the standard's data type: a list without values is a string, whatever has values is a list."""
    datatype = DATATYPES.get(kind, "string")
    if not values:
        return "string" if datatype in (ONE, SEVERAL) else datatype
    return SEVERAL if datatype == SEVERAL else ONE


def _order(value: Any, position: int) -> int:
    said = value.strip() if isinstance(value, str) else ""
    return int(float(said)) if re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,9})?", said) else position


def _values(tree: Any) -> list[dict[str, str]]:
    """Return what a list allows, each key once."""
    named: dict[str, str] = {}
    for key, name in _pairs(tree):
        if key or name:
            named.setdefault(key or name, name or key)
    return [{"key": key, "name": name} for key, name in named.items()]


def _pairs(tree: Any) -> Iterator[tuple[str, str]]:
    """Yield key and name of each value, however they are written down."""
    if isinstance(tree, list):
        for entry in tree:
            yield from _pairs(entry)
    elif isinstance(tree, str):
        yield exact(tree), plain(tree)
    elif isinstance(tree, dict) and tree.keys() & {"key", "name"}:
        yield exact(tree.get("key")), plain(tree.get("name"))
    elif isinstance(tree, dict):
        # A wrapper, or names by their keys: {"north": "North side"}.
        for key, value in tree.items():
            named = isinstance(value, str) and key != "value"
            yield from [(exact(key), plain(value))] if named else _pairs(value)
