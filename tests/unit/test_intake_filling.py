"""What one sentence answers for sure of a service's questions, and what must be asked all the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from actions.intake.filling import fill
from actions.intake.named import named
from actions.intake.services import Service, read_service

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=ZoneInfo("America/Chicago"))  # a Wednesday
MONDAY, YESTERDAY = "2026-03-02T00:00:00-06:00", "2026-03-03T00:00:00-06:00"


def listed(code: str, *names: str, several: bool = False, **more: Any) -> dict[str, Any]:
    """Return a question with a list, each value's key its first word in lower case."""
    values = [{"key": name.split()[0].lower(), "name": name} for name in names]
    kind = "multivaluelist" if several else "singlevaluelist"
    return {"code": code, "datatype": kind, "description": "Which?", "values": values, **more}


SERVICE = read_service(
    {
        "service_code": "pothole",
        "service_name": "Pothole",
        "keywords": ["hole"],
        "attributes": [
            listed("size", "Small", "Medium", "Large", order=1),
            listed("lane", "Traffic lane", "Bike lane", "Crosswalk", several=True, order=2),
            listed("cause", "Snow plow", "Truck or bus", "Something else", order=3),
            listed("hurt", "Yes, somebody is", "No", order=4),
            {"code": "since", "datatype": "datetime", "description": "When did it start?", "order": 5},
            {"code": "depth", "datatype": "number", "description": "How deep is it, in inches?", "order": 6},
            {"code": "tires", "datatype": "number", "description": "How many tires were damaged?", "order": 7},
            {"code": "phone", "format": "phone", "description": "Which number can we call?", "order": 8},
            {"code": "mail", "format": "email", "description": "Which e-mail?", "order": 9},
            {"code": "note", "datatype": "text", "description": "Anything else?", "order": 10},
        ],
        "translations": {
            "es": {
                "service_name": "Bache",
                "attributes": {
                    "size": {"values": {"small": "Pequeño", "medium": "Mediano", "large": "Grande"}},
                    "lane": {"values": {"bike": "Carril de bicicletas", "crosswalk": "Paso de peatones"}},
                    "depth": {"description": "¿Cuántas pulgadas tiene de hondo?"},
                },
            },
            "tr": {
                "service_name": "Çukur",
                "attributes": {"lane": {"values": {"bike": "Bisiklet şeridi", "crosswalk": "Yaya geçidi"}}},
            },
            "ar": {
                "service_name": "حفرة",
                "attributes": {"lane": {"values": {"bike": "مسار الدراجات", "crosswalk": "معبر المشاة"}}},
            },
        },
    }
)


def filled(text: str, language: str = "en", service: Service = SERVICE) -> dict[str, Any]:
    return fill(service, text, language, NOW)


@pytest.mark.parametrize(
    ("text", "language", "answers"),
    [
        ("a large pothole", "en", {"size": "large"}),
        ("the hole is large", "en", {"size": "large"}),
        ("un bache grande", "es", {"size": "large"}),
        ("hole in the bike lane", "en", {"lane": ["bike"]}),
        ("across the crosswalk and the BIKE LANE", "en", {"lane": ["bike", "crosswalk"]}),
        ("bache en el carril de bicicletas", "es", {"lane": ["bike"]}),
        ("pothole en el paso de peatones", "en", {}),
        ("pothole in the crosswalk", "es", {"lane": ["crosswalk"]}),
        ("bisiklet şeridinde çukur var", "tr", {"lane": ["bike"]}),
        ("حفرة في مسار الدراجات", "ar", {"lane": ["bike"]}),
        ("a bus did it", "en", {"cause": "truck"}),
        ("pothole there since Monday", "en", {"since": MONDAY}),
        ("it opened yesterday", "en", {"since": YESTERDAY}),
        ("3 days ago the road broke", "en", {"since": "2026-03-01T00:00:00-06:00"}),
        ("I called on Friday, it is there since Monday", "en", {}),
        ("hay un bache desde ayer", "es", {"since": YESTERDAY}),
        ("2 gün önce çukur açıldı", "tr", {"since": "2026-03-02T00:00:00-06:00"}),
        ("حفرة منذ يومين", "ar", {"since": "2026-03-02T00:00:00-06:00"}),
        ("a hole 6 inches deep", "en", {"depth": 6}),
        ("six inches deep I guess", "en", {"depth": 6}),
        ("un hoyo de 5 pulgadas de hondo", "es", {"depth": 5}),
        ("it blew 2 tires", "en", {"tires": 2}),
        ("call me at (217) 555-0134", "en", {"phone": "+12175550134"}),
        ("mi número es 217-555-0134", "es", {"phone": "+12175550134"}),
        ("my email is Ann@Example.com.", "en", {"mail": "Ann@example.com"}),
    ],
)
def test_what_is_told_for_sure_is_kept(text: str, language: str, answers: dict[str, Any]) -> None:
    assert filled(text, language) == answers


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a pothole",
        # Said of something else.
        "a large dog fell into it",
        "my bike is bent",
        "the truckers all complain",
        "Anything else could happen, somebody is angry",
        # Denied, doubted, asked.
        "not in the bike lane",
        "the hole is not large",
        "the car that hit the hole was large",
        "maybe a bus",
        "isn't it in the crosswalk?",
        "is it the bike lane? I can't tell",
        # Two of which one may be meant.
        "somewhere between small hole and large hole",
        "the crosswalk but not the bike lane",
        "a bus or a snow plow",
        # Names of streets.
        "hole on Crosswalk Street",
        "pothole at 12 Bike Lane",
        # No moment, or none of its beginning.
        "every Monday more breaks off",
        "fix it before Monday",
        "I reported it yesterday",
        "next Monday is a parade",
        "maybe since Monday",
        "since Monday or Tuesday",
        "it was there last week",
        "I have lived here since forever",
        # Numbers of something else.
        "at 6 Inches Road",
        "a hole 6 inches wide",
        "6 inches",
        "3 to 4 inches deep",
        "2.5 inches deep",
        "3 or 4 tires",
        "1400 Tires Avenue",
        "twenty two tires",
        # Somebody else's.
        "the sign says 217-555-0134",
        "the company is info@example.com",
        "call me at 217-555-0134 or 217-555-0135",
        "call me, it is house 1400",
    ],
)
def test_what_could_be_meant_otherwise_is_asked(text: str) -> None:
    assert filled(text) == {}


def test_yes_and_no_are_never_taken_from_a_sentence() -> None:
    assert named({"y": "Yes", "n": "No"}, "no, yes, I mean no") == []
    assert named({"y": "Yes, it does", "n": "No, it does not"}, "it does smell") == []


def test_a_longer_name_is_not_the_shorter_one_within() -> None:
    titles = {"waste": "Waste", "yard": "Yard waste"}
    assert named(titles, "yard waste is still here") == ["yard"]
    assert named(titles, "yard waste and other waste") == ["waste", "yard"]


def test_a_verb_is_part_of_a_name_of_few_letters() -> None:
    titles = {"out": "It is out", "on": "It is on all day"}
    assert named(titles, "the lamp is out") == ["out"]
    assert named(titles, "I looked out") == []


def test_a_question_that_only_an_answer_makes_apply_is_filled_after_it() -> None:
    attributes = [
        listed("kind", "Couch", "Fridge", order=1),
        {**listed("door", "Glass door", "Steel door", order=2), "when": {"kind": "fridge"}},
    ]
    bulky = read_service({"service_code": "b", "service_name": "Bulky", "attributes": attributes})
    assert filled("a fridge with a glass door", service=bulky) == {"kind": "fridge", "door": "glass"}
    assert filled("a couch, and a glass door", service=bulky) == {"kind": "couch"}


def test_what_two_questions_could_ask_for_answers_neither() -> None:
    attributes = [
        {"code": code, "datatype": "datetime", "description": text, "order": order}
        for order, (code, text) in enumerate([("began", "When did it start?"), ("seen", "When was it observed?")])
    ]
    service = read_service({"service_code": "s", "service_name": "S", "attributes": attributes})
    assert filled("since Monday", service=service) == {}


@pytest.mark.parametrize("asked", ["Preferred date of pick-up", "When should we start?", "Date of birth", "Day"])
def test_a_date_to_come_or_another_is_asked(asked: str) -> None:
    service = read_service(
        {
            "service_code": "s",
            "service_name": "S",
            "attributes": [{"code": "a", "datatype": "datetime", "description": asked}],
        }
    )
    assert filled("since Monday", service=service) == {}
