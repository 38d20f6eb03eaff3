"""The town's service catalogue, in Open311's words: `data/services/<code>.yml`, read, checked and frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from bot.errors import ContentError

DATATYPES = ("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist")
FORMATS = ("", "phone", "email")
#: How a town answers a report: with its number, with a token for the number that comes later, or with nothing.
TYPES = ("realtime", "batch", "blackbox")
NOTHING: Mapping[str, Any] = MappingProxyType({})


def _in_language(translations: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    """Return the texts for "es-MX", else for "es", else none."""
    found: Mapping[str, Any] = translations.get(language) or translations.get(language.split("-")[0]) or NOTHING
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One of the answers that a list allows."""

    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One question of a service, or a note to the citizen when it is no `variable`."""

    code: str
    datatype: str = "string"
    variable: bool = True
    required: bool = False
    order: int = 0
    #: The question, as the citizen reads it.
    description: str = ""
    #: What a good answer looks like.
    datatype_description: str = ""
    #: A few words for the summary; the question itself when there are none.
    label: str = ""
    why: str = ""
    #: What a `string` must be besides: "phone" or "email".
    format: str = ""
    values: tuple[Value, ...] = ()
    #: Ask only if these attributes have these values (any of a list).
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    translations: Mapping[str, Any] = field(default_factory=dict)

    def text(self, name: str, language: str) -> str:
        """Return the text field `name` in `language`, else as the service was written."""
        return str(_in_language(self.translations, language).get(name) or getattr(self, name))

    def titles(self, language: str) -> dict[str, str]:
        """Return the names of the values by their keys."""
        names = _in_language(self.translations, language).get("values") or NOTHING
        return {value.key: str(names.get(value.key, value.name)) for value in self.values}


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Something that citizens can report or ask for."""

    service_code: str
    service_name: str
    description: str = ""
    group: str = ""
    keywords: tuple[str, ...] = ()
    #: One of `TYPES`.
    type: str = TYPES[0]
    attributes: tuple[Attribute, ...] = ()
    translations: Mapping[str, Any] = field(default_factory=dict)

    def name(self, language: str) -> str:
        return str(_in_language(self.translations, language).get("service_name") or self.service_name)

    def group_name(self, language: str) -> str:
        """Return what its group is called in `language`, else as the service was written; "" without a group."""
        return str(_in_language(self.translations, language).get("group") or self.group)


# Told apart by identity, so that what is worked out for a catalogue can be kept as long as the catalogue is.
@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Catalogue:
    """All services of the town, by code, in the order they are offered."""

    services: Mapping[str, Service]

    @classmethod
    def of(cls, services: Iterable[Service]) -> Catalogue:
        return cls({service.service_code: service for service in services})

    @classmethod
    def load(cls, folder: Path) -> Catalogue:
        """Read every service below `folder`. Raises ContentError with the file and what to put right."""
        return cls.of(_load(path) for path in sorted(folder.glob("*.yml")))

    def get(self, service_code: Any) -> Service | None:
        return self.services.get(service_code) if isinstance(service_code, str) else None

    def groups(self) -> dict[str, tuple[Service, ...]]:
        """Return the services by their group, groups and services in the order they are offered; "" has none."""
        found: dict[str, list[Service]] = {}
        for service in self.services.values():
            found.setdefault(service.group, []).append(service)
        return {group: tuple(services) for group, services in found.items()}


def _words(raw: Any) -> list[str]:
    """Read keywords: a list, or one text with commas, as Open311 has it."""
    words = raw.split(",") if isinstance(raw, str) else raw or ()
    return [word for word in (str(word).strip() for word in words) if word]


def _load(path: Path) -> Service:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ContentError(f"{path} is not valid YAML: {error}") from error
    if not isinstance(content, dict):
        raise ContentError(f"{path} is empty; it needs service_code, service_name and attributes.")
    try:
        service = read_service(content)
    except ContentError as error:
        raise ContentError(f"{path}: {error}") from error
    if service.service_code != path.stem:
        raise ContentError(f"{path}: service_code is {service.service_code!r}; name the file after it, or change it.")
    return service


def read_service(content: Mapping[str, Any]) -> Service:
    """Make a service of its definition. Raises ContentError that says what to put right."""
    for name in ("service_code", "service_name"):
        # Towns number their services, some from 0.
        if content.get(name) is None or not str(content[name]).strip():
            raise ContentError(f"{name} is missing; add it.")
    kind = str(content.get("type") or TYPES[0])
    if kind not in TYPES:
        raise ContentError(f"type is {kind!r}; use one of {', '.join(TYPES)}, or leave it out.")
    translations = {
        language: {**texts, "keywords": _words(texts.get("keywords"))}
        for language, texts in (content.get("translations") or {}).items()
    }
    attributes = [_attribute(raw, translations) for raw in content.get("attributes") or ()]
    _check_codes(attributes)
    return Service(
        service_code=str(content["service_code"]),
        service_name=str(content["service_name"]),
        description=str(content.get("description") or ""),
        group=str(content.get("group") or ""),
        keywords=tuple(_words(content.get("keywords"))),
        type=kind,
        attributes=tuple(sorted(attributes, key=lambda attribute: attribute.order)),
        translations=translations,
    )


def _attribute(raw: Mapping[str, Any], translations: Mapping[str, Any]) -> Attribute:
    code = str(raw.get("code") or "")
    if not code:
        raise ContentError("an attribute has no code; give it one.")
    texts = ("datatype", "description", "datatype_description", "label", "why", "format")
    attribute = Attribute(
        code=code,
        variable=raw.get("variable", True),
        required=raw.get("required", False),
        order=int(raw.get("order", 0)),
        values=tuple(Value(key=str(v["key"]), name=str(v["name"])) for v in raw.get("values") or ()),
        when={key: _as_texts(value) for key, value in (raw.get("when") or {}).items()},
        translations={
            language: (words.get("attributes") or {}).get(code) or {} for language, words in translations.items()
        },
        **{name: str(raw[name]) for name in texts if raw.get(name)},
    )
    _check(attribute)
    return attribute


def _as_texts(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


def _check(attribute: Attribute) -> None:
    code = attribute.code
    if attribute.datatype not in DATATYPES:
        raise ContentError(f"{code}: datatype is {attribute.datatype!r}; use one of {', '.join(DATATYPES)}.")
    if attribute.format not in FORMATS:
        raise ContentError(f"{code}: format is {attribute.format!r}; use phone or email, or leave it out.")
    if not attribute.description:
        raise ContentError(f"{code}: description is missing; write the question that the citizen reads.")
    if attribute.datatype.endswith("list") and attribute.variable and not attribute.values:
        raise ContentError(f"{code}: a {attribute.datatype} needs values, each with key and name.")
    keys = [value.key for value in attribute.values]
    if len(keys) != len(set(keys)):
        raise ContentError(f"{code}: two values have the same key; give each its own.")


def _check_codes(attributes: list[Attribute]) -> None:
    by_code = {attribute.code: attribute for attribute in attributes}
    if len(by_code) != len(attributes):
        raise ContentError("two attributes have the same code; give each its own.")
    for attribute in attributes:
        for wanted in attribute.when:
            if wanted not in by_code or by_code[wanted].order >= attribute.order:
                raise ContentError(f"{attribute.code}: when names {wanted!r}; name an attribute with a smaller order.")
