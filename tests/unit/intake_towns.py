"""Towns as nobody planned them, and words as citizens mix them, for tests: made by a seeded `random.Random`."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

from actions.intake.services import DATATYPES, FORMATS, Catalogue, read_service
from bot.messages import Location

TOWNS = 48
#: Letters that mean something to us, to Rasa or to a format, among those that mean nothing.
LETTERS = "ab:#%/.{}[]\"' üş٣م\n\U0001f6b2"
CODES = ("service", "location", "#summary", "a:b", "a%3Ab", "a%253Ab", "x" * 200, "2", "more", "attr.a", "do", "group")
NAMES = ("Other", "Other", "Street 2", "More", "back", "0", "Bike lane", "Car lane", "Yes", "", "  ", "A\n#1 Where: x")
GROUPS = ("", "Streets", "Waste", "a:b", "Other")
LANGUAGES = ("en", "es", "tr", "ar")

WORDS = (
    *("1", "2", "3", "4", "1 and 2", "9", "12", "0", "change 2", "change 1", "12 Oak Street", "yesterday", "bike lane"),
    *("back", "skip", "why", "more", "repeat", "yes", "no", "send", "follow", "mine", "what?", "other", "street"),
    *("geri", "geç", "neden?", "değiştir 2", "hepsi", "daha fazla", "رجوع", "تخطي", "٢", "١ و ٣", "نعم", "المزيد"),
    *("atrás", "saltar", "más", "415 555 2671", "a@example.org", "Oak & Main", "3 or 4", "Streets", "I don't know"),
)
#: Said less often, since they end an interview or begin it anew.
RARE_WORDS = ("menu", "save", "a person", "restart", "القائمة", "kaydet")


def some_text(random: Random) -> str:
    return "".join(random.choices(LETTERS, k=random.randint(1, 12))).strip() or "a"


def some_codes(random: Random, count: int) -> list[str]:
    """Return so many codes, each once."""
    codes = dict.fromkeys(random.choice((some_text(random), *CODES)) for _ in range(count))
    return [*codes, *(f"{number}:{some_text(random)}" for number in range(count - len(codes)))]


def some_attribute(random: Random, code: str, order: int, before: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one attribute; it may depend on a list before it."""
    datatype = random.choice((*DATATYPES, "singlevaluelist", "multivaluelist"))
    count = random.choice((1, 3, 9, 10, 40)) if datatype.endswith("list") else 0
    lists = [one for one in before if one["values"]]
    when = {}
    if lists and random.random() < 0.4:
        condition = random.choice(lists)
        when = {condition["code"]: [value["key"] for value in condition["values"] if random.random() < 0.5]}
    return {
        "code": code,
        "order": order,
        "datatype": datatype,
        "variable": random.random() < 0.9,
        "required": random.random() < 0.6,
        "description": f"Question {order}?",
        "format": random.choice(FORMATS) if datatype == "string" else "",
        "values": [
            {"key": key, "name": random.choice((some_text(random), *NAMES))} for key in some_codes(random, count)
        ],
        "when": when,
    }


def some_service(random: Random, code: str) -> dict[str, Any]:
    """Return a service's definition."""
    attributes: list[dict[str, Any]] = []
    for order, one in enumerate(some_codes(random, random.choice((0, 1, 3, 6, 60)))):
        attributes.append(some_attribute(random, one, order, attributes))
    return {
        "service_code": code,
        "service_name": random.choice((*filter(str.strip, NAMES), some_text(random))),
        "group": random.choice(GROUPS),
        "keywords": [some_text(random), "street"][: random.randint(0, 2)],
        "attributes": attributes,
    }


def some_town(random: Random) -> Catalogue:
    """Return the catalogue of one of the towns: each is made once, since it takes a while to get ready for one."""
    return _town(random.randrange(TOWNS))


@cache
def _town(number: int) -> Catalogue:
    random = Random(number)
    codes = some_codes(random, random.choice((1, 2, 9, 10, 30)))
    return Catalogue.of(read_service(some_service(random, code)) for code in codes)


def with_fewer_questions(catalogue: Catalogue) -> Catalogue:
    """Return the catalogue after the town has dropped every other question."""
    services = catalogue.services.values()
    return Catalogue.of(replace(service, attributes=service.attributes[::2]) for service in services)


def some_place(random: Random) -> Location:
    return Location(latitude=random.uniform(-90, 90), longitude=random.uniform(-180, 180))
