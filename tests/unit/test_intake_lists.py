"""Long lists: pages, numbers that count on the page, words that reach them all, services by groups."""

from __future__ import annotations

from typing import Any

import pytest
from intake_citizen import Citizen, town_of

BIRDS = (
    "crow dove duck eagle finch goose gull hawk heron jay kite lark magpie owl pigeon raven robin stork swan wren"
).split()


def birds(datatype: str = "singlevaluelist") -> Citizen:
    """Return a citizen who is asked for one of twenty birds."""
    values = [{"key": bird, "name": bird.title()} for bird in BIRDS]
    attribute = {"code": "bird", "datatype": datatype, "required": True, "description": "Which bird?", "values": values}
    citizen = Citizen("", service_code="nest", interview=town_of({"service_code": "nest", "attributes": [attribute]}))
    citizen.says("12 Oak Street")
    return citizen


def test_a_long_list_is_shown_eight_at_a_time() -> None:
    citizen = birds()
    assert citizen.titles() == [*(bird.title() for bird in BIRDS[:8]), "More"]
    citizen.says("9")
    assert citizen.titles()[:2] == ["Heron", "Jay"]
    citizen.presses("More")
    assert citizen.titles() == ["Robin", "Stork", "Swan", "Wren"]
    citizen.says("more")
    assert citizen.titles()[0] == "Crow", "after the last page comes the first"


@pytest.mark.parametrize("word", ["more", "next page", "MAS", "página siguiente", "daha fazla", "المزيد", "9", "٩"])
def test_the_page_is_turned_in_every_language(word: str) -> None:
    citizen = birds()
    citizen.says(word)
    assert citizen.titles()[0] == "Heron"
    assert citizen.reply.understood


@pytest.mark.parametrize(
    ("turns", "said", "bird"),
    [
        (0, "2", "dove"),
        (1, "2", "jay"),
        (2, "2", "stork"),
        (0, "swan", "swan"),
        (2, "the dove", "dove"),
        (1, "the second one", "jay"),
        (1, "magpi", "magpie"),
        (0, "10", None),
        (2, "5", None),
        (0, "ostrich", None),
    ],
)
def test_a_number_counts_on_the_page_and_words_reach_every_page(turns: int, said: str, bird: str | None) -> None:
    citizen = birds()
    for _ in range(turns):
        citizen.says("more")
    citizen.says(said)
    assert citizen.answers.get("attr.bird") == bird


@pytest.mark.parametrize(
    ("said", "picked"),
    [
        ("1 and 3", ["heron", "kite"]),
        ("crow, owl and wren", ["crow", "owl", "wren"]),
        ("2 and crow", ["crow", "jay"]),
        ("1 and 9", None),
    ],
)
def test_several_are_picked_on_a_page_by_number_and_anywhere_by_words(said: str, picked: list[str] | None) -> None:
    citizen = birds("multivaluelist")
    citizen.says("more")
    citizen.says(said)
    assert citizen.answers.get("attr.bird") == picked


def test_an_older_pages_button_still_answers_and_its_more_still_turns_there() -> None:
    citizen = birds()
    [dove, to_the_second] = [
        option.value for option in citizen.reply.says[-1].choices if option.title in ("Dove", "More")
    ]
    citizen.says("more")
    citizen.says("more")
    citizen.says("More", choice=to_the_second)
    assert citizen.titles()[0] == "Heron"
    citizen.says("Dove", choice=dove)
    assert citizen.answers["attr.bird"] == "dove"
    citizen.says("More", choice=to_the_second)
    assert citizen.asked == "description", "below another question it turns nothing"


def test_a_side_question_and_a_misreading_leave_the_page_open() -> None:
    citizen = birds()
    citizen.says("more")
    assert citizen.interview.ask_again(citizen.kept(), "en").says[-1].choices[0].title == "Heron"
    for _ in range(3):
        citizen.says("purple")
    assert citizen.asked == "#person"
    citizen.presses("Try again")
    assert citizen.titles()[0] == "Heron"


def test_back_comes_to_the_first_page_of_what_was_asked_before() -> None:
    citizen = birds()
    citizen.says("more")
    citizen.says("back")
    assert citizen.asked == "location"
    citizen.says("14 Oak Street")
    assert citizen.titles()[0] == "Crow"


GROUPS = {
    "Streets": ["pothole", "street_light", "traffic_sign", "sidewalk", "snow"],
    "Waste": ["missed_cart", "dumping", "litter"],
    "Animals": [f"loose_{animal}" for animal in "dog cat cow pig hen goat horse mule duck goose".split()],
    "Noise": ["noise"],
}


def large_town(**first: Any) -> Citizen:
    services: list[dict[str, Any]] = [
        {"service_code": code, "service_name": code.replace("_", " ").title(), "group": group}
        for group, codes in GROUPS.items()
        for code in codes
    ]
    services[0]["translations"] = {"es": {"group": "Calles"}}
    return Citizen("", interview=town_of(*services), **first)


def test_of_many_services_the_groups_come_first() -> None:
    citizen = large_town()
    assert citizen.responses() == ["service_many"]
    assert citizen.titles() == ["Streets", "Waste", "Animals", "Noise"]
    citizen.says("2")
    assert citizen.titles() == ["Missed Cart", "Dumping", "Litter"]
    citizen.says("back")
    assert citizen.titles() == ["Streets", "Waste", "Animals", "Noise"]
    citizen.says("animals")
    assert citizen.titles()[-1] == "More"
    citizen.says("9")
    assert citizen.titles() == ["Loose Duck", "Loose Goose"]
    citizen.says("2")
    assert citizen.answers["service"] == "loose_goose"


def test_groups_have_their_names_in_the_citizens_language() -> None:
    assert large_town(language="es").titles()[0] == "Calles"


def test_a_group_of_one_is_that_one() -> None:
    citizen = large_town()
    citizen.presses("Noise")
    assert citizen.answers["service"] == "noise"


def test_words_go_past_the_groups() -> None:
    citizen = large_town()
    citizen.says("pothole")
    assert citizen.answers["service"] == "pothole"


def test_of_words_that_fit_several_services_those_are_offered() -> None:
    citizen = large_town()
    citizen.says("litter or dumping")
    assert set(citizen.titles()) == {"Litter", "Dumping"}
    citizen.says("street light")
    assert citizen.answers["service"] == "street_light", "and any other can still be named"


def test_services_of_the_same_name_are_told_apart_by_their_group() -> None:
    town = town_of(
        {"service_code": "1", "service_name": "Other", "group": "Streets"},
        {"service_code": "2", "service_name": "Other", "group": "Waste"},
    )
    citizen = Citizen("", interview=town)
    assert citizen.titles() == ["Other (Streets)", "Other (Waste)"]
    citizen.says("other")
    assert citizen.asked == "service"
    citizen.says("other waste")
    assert citizen.answers["service"] == "2"


def test_of_a_summary_with_many_lines_one_is_picked_by_its_number() -> None:
    attributes = [{"code": f"q{n}", "order": n, "description": f"Question {n}?", "required": True} for n in range(60)]
    citizen = Citizen("", service_code="x", interview=town_of({"service_code": "x", "attributes": attributes}))
    citizen.says("12 Oak Street")
    for n in range(60):
        citizen.says(f"answer {n}")
    citizen.says("it is a long story")
    citizen.says("change something")
    assert (citizen.responses(), citizen.titles()) == (["which_number"], [])
    citizen.says("33")
    assert citizen.asked == "attr.q30"
    citizen.says("another")
    citizen.presses("Send it")
    assert citizen.reply.submit is not None
    assert citizen.reply.submit.attributes == {f"q{n}": f"answer {n}" for n in range(60)} | {"q30": "another"}
