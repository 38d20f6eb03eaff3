"""Answers to a service's questions, as forms carry them: attribute[CODE]=value, attribute[CODE][]=value for lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from actions.intake.services import Attribute
from register.forms import Fields

LONGEST_ANSWER = 4000
NAME = re.compile(r"attribute\[([^\[\]]+)\](?:\[[0-9]{0,4}\])?")
NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?")


def read_attributes(attributes: Sequence[Attribute], fields: Fields) -> tuple[dict[str, Any], list[str]]:
    """Return the answers by code, and a sentence for each that does not fit or is missing.

    Lists are lists of keys, numbers are numbers, dates and times are texts in ISO 8601.
    """
    given = _given(fields)
    asked = {attribute.code: attribute for attribute in attributes if attribute.variable}
    problems = [
        f"This service has no attribute {code}; its definition lists those it has."
        for code in given
        if code not in asked
    ]
    answers: dict[str, Any] = {}
    for code, attribute in asked.items():
        try:
            if code in given:
                answers[code] = READERS[attribute.datatype](given[code], attribute)
            elif attribute.required and _applies(attribute, answers):
                raise ValueError(f"is missing; it is required: {attribute.description}")
        except ValueError as error:
            problems.append(f"attribute[{code}] {error}")
    return answers, problems


def _given(fields: Fields) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for name, value in fields:
        if found := NAME.fullmatch(name):
            given.setdefault(found[1], []).append(value)
    return given


def _applies(attribute: Attribute, answers: Mapping[str, Any]) -> bool:
    """Whether it is asked at all, by the answers that it depends on: those of attributes before it."""
    return all(_texts(answers.get(code)) & set(wanted) for code, wanted in attribute.when.items())


def _texts(answer: Any) -> set[str]:
    return set(map(str, answer)) if isinstance(answer, list) else {str(answer)}


# Each reader raises ValueError with the end of a sentence about the attribute.


def _text(texts: Sequence[str], attribute: Attribute) -> str:
    if len(texts[-1]) > LONGEST_ANSWER:
        raise ValueError(f"is longer than {LONGEST_ANSWER} characters; shorten it.")
    return texts[-1]


def _number(texts: Sequence[str], attribute: Attribute) -> int | float:
    if not NUMBER.fullmatch(texts[-1]):
        raise ValueError("is not a number; write digits, such as 4 or 2.5.")
    return float(texts[-1]) if "." in texts[-1] else int(texts[-1])


def _datetime(texts: Sequence[str], attribute: Attribute) -> str:
    try:
        return datetime.fromisoformat(texts[-1]).isoformat()
    except ValueError:
        raise ValueError("is not a date and time; write it as 2026-03-01T12:00:00+00:00.") from None


def _keys(texts: Sequence[str], attribute: Attribute) -> list[str]:
    keys = [value.key for value in attribute.values]
    for text in texts:
        if text not in keys:
            raise ValueError(f"cannot be {text[:80]!r}; send one of these keys: {', '.join(keys)}.")
    return list(dict.fromkeys(texts))


def _key(texts: Sequence[str], attribute: Attribute) -> str:
    return _keys(texts[-1:], attribute)[0]


READERS: Mapping[str, Callable[[Sequence[str], Attribute], Any]] = {
    "string": _text,
    "text": _text,
    "number": _number,
    "datetime": _datetime,
    "singlevaluelist": _key,
    "multivaluelist": _keys,
}
