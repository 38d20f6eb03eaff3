"""The services that a simulated town offers: read from a file, in Open311's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ContentError

BUILT_IN = Path(__file__).with_name("services.yml")
TYPES = ("realtime", "batch", "blackbox")
LISTS = ("singlevaluelist", "multivaluelist")
DATATYPES = ("string", "number", "datetime", "text", *LISTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One question, or a note when it is no `variable`."""

    code: str
    order: int
    description: str
    datatype: str = "string"
    datatype_description: str = ""
    variable: bool = True
    required: bool = False
    #: Name of each answer by its key.
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Something that can be requested."""

    service_code: str
    service_name: str
    description: str = ""
    group: str = ""
    keywords: tuple[str, ...] = ()
    type: str = "realtime"
    attributes: tuple[Attribute, ...] = ()

    @property
    def metadata(self) -> bool:
        """Whether there is a definition to ask for."""
        return bool(self.attributes)


def read_catalogue(path: Path = BUILT_IN) -> dict[str, Service]:
    """Return the services of a YAML or JSON file, by their codes, in its order.

    The file holds a list, or an object with the list under "services". Raises ContentError.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        entries: Sequence[Mapping[str, Any]] = content["services"] if isinstance(content, dict) else content
        services = [_service(entry) for entry in entries]
    except OSError as error:
        raise ContentError(f"{path} cannot be read ({error.strerror}); give another file.") from error
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise ContentError(f"{path} is no catalogue ({error}); {BUILT_IN} shows how one is written.") from error
    if not services:
        raise ContentError(f"{path} lists no services; add one.")
    return {service.service_code: service for service in services}


def _service(entry: Mapping[str, Any]) -> Service:
    keywords = entry.get("keywords") or ()
    return Service(
        service_code=str(entry["service_code"]),
        service_name=str(entry["service_name"]),
        description=str(entry.get("description") or ""),
        group=str(entry.get("group") or ""),
        keywords=tuple(word.strip() for word in (keywords.split(",") if isinstance(keywords, str) else keywords)),
        type=_one_of(TYPES, entry.get("type") or "realtime"),
        attributes=tuple(_attribute(raw, at) for at, raw in enumerate(entry.get("attributes") or (), 1)),
    )


def _attribute(raw: Mapping[str, Any], position: int) -> Attribute:
    return Attribute(
        code=str(raw["code"]),
        order=int(raw.get("order", position)),
        description=str(raw["description"]),
        datatype=_one_of(DATATYPES, raw.get("datatype") or "string"),
        datatype_description=str(raw.get("datatype_description") or ""),
        variable=bool(raw.get("variable", True)),
        required=bool(raw.get("required", False)),
        values={str(value["key"]): str(value["name"]) for value in raw.get("values") or ()},
    )


def _one_of(known: Sequence[str], value: Any) -> str:
    if value not in known:
        raise ValueError(f"{value!r} is none of {', '.join(known)}")
    return str(value)
