"""Putting a report aside and taking it up again; hearing the question again; following what others reported."""

from __future__ import annotations

from typing import Any

import pytest
from intake_citizen import REFERENCE, Citizen, to_the_summary, town_of

from actions.intake.interview import Case, Interview
from actions.intake.services import Catalogue
from bot.messages import Location

CASE = Case(number="2026-000123", date="2026-03-03", address="12 Oak Street")


@pytest.mark.parametrize(
    "word",
    ["save", "Later", "continue on another phone", "code", "guardar", "MAS TARDE", "KAYDET", "sonra", "احفظ", "لاحقًا"],
)
@pytest.mark.parametrize("messages", [[], ["12 Oak Street", "2"], ["12 Oak Street", "2", "4", "1"]])
def test_a_report_can_be_put_aside_anywhere_and_goes_on_where_it_was(word: str, messages: list[str]) -> None:
    citizen = Citizen("There is a pothole near the library")
    for text in messages:
        citizen.says(text)
    asked, answers = citizen.asked, citizen.answers
    citizen.says(word)
    assert citizen.reply.outcome == "put_aside"
    citizen.comes_back()
    assert (citizen.asked, citizen.answers) == (asked, answers)
    assert citizen.hears().startswith("Welcome back. Your report is about: Pothole.\n")


def test_who_left_at_the_offer_of_a_person_comes_back_to_the_question() -> None:
    citizen = Citizen("There is a pothole near the library")
    for text in ("12 Oak Street", "purple", "purple", "purple", "save"):
        citizen.says(text)
    citizen.comes_back()
    assert citizen.responses() == ["welcome_back", "question"]


def test_a_report_goes_on_in_another_language() -> None:
    citizen = Citizen("There is a pothole near the library")
    citizen.says("12 Oak Street")
    citizen.says("save")
    citizen.language = "tr"
    citizen.comes_back()
    assert "Bildiriminizin konusu: Yolda çukur.\nÇukur ne kadar büyük?" in citizen.hears()


def test_a_report_whose_service_is_gone_keeps_the_place_and_the_words() -> None:
    citizen = Citizen("There is a pothole near the library")
    for text in ("12 Oak Street", "2", "save"):
        citizen.says(text)
    everything = citizen.interview.catalogue.services.values()
    citizen.interview = Interview(Catalogue.of(s for s in everything if s.service_code != "pothole"))
    citizen.comes_back()
    assert citizen.responses() == ["welcome_back_open", "service_gone", "service"]
    citizen.says("graffiti")
    kept = citizen.answers
    assert kept["location"] == {"address": "12 Oak Street"}
    assert kept["description"] == "There is a pothole near the library"
    assert "attr.size" not in kept, "another service has its own questions"


def test_who_changes_the_service_and_changes_back_is_not_asked_again() -> None:
    citizen = to_the_summary()
    answers = citizen.answers
    citizen.says("change 1")
    citizen.says("noise")
    assert citizen.asked == "attr.kind"
    citizen.says("back")
    citizen.says("back")
    citizen.says("pothole")
    assert (citizen.asked, citizen.answers) == ("#summary", answers)


@pytest.mark.parametrize("asked", ["#which", "#nearby"])
def test_what_stood_beside_the_questions_is_not_taken_up(asked: str) -> None:
    citizen = to_the_summary(cases=())
    citizen.reply.state["asked"] = asked
    citizen.comes_back()
    assert citizen.responses() == ["welcome_back", "summary"]


@pytest.mark.parametrize(
    "word", ["repeat", "what was the question?", "continue", "¿cuál era la pregunta?", "soru neydi?", "ما هو السؤال؟"]
)
def test_the_question_is_asked_again_on_request(word: str) -> None:
    citizen = Citizen("There is a pothole near the library")
    citizen.says("12 Oak Street")
    citizen.says("purple")
    heard = citizen.says(word)
    assert (citizen.responses(), heard.understood) == (["question"], True)


@pytest.mark.parametrize(
    ("said", "follow"), [("1", True), ("2", False), ("yes", False), ("send it", False), ("keep me posted", True)]
)
def test_the_summary_asks_whether_to_follow(said: str, follow: bool) -> None:
    citizen = to_the_summary()
    assert citizen.titles() == ["Send it and keep me posted", "Send it", "Change something", "Leave, do not send"]
    citizen.says(said)
    assert citizen.reply.submit is not None
    assert citizen.reply.submit.follow is follow
    assert ("when there is news" in citizen.hears()) is follow


@pytest.mark.parametrize(("language", "word"), [("es", "avísame"), ("tr", "haber ver"), ("ar", "أخبرني")])
def test_to_send_and_follow_has_words_in_every_language(language: str, word: str) -> None:
    citizen = to_the_summary()
    citizen.language = language
    citizen.says(word)
    assert citizen.reply.submit is not None
    assert citizen.reply.submit.follow


def near_others(*cases: Case) -> Citizen:
    citizen = Citizen("There is a pothole near the library", cases=cases)
    citizen.says("12 Oak Street")
    return citizen


def test_a_case_close_by_is_offered_once_before_the_next_question() -> None:
    citizen = near_others(CASE)
    assert citizen.responses() == ["nearby"]
    assert citizen.titles() == ["Follow 2026-000123 (2026-03-03, 12 Oak Street)", "Report mine too"]
    citizen.says("2")
    assert citizen.asked == "attr.size"
    for text in (
        "2",
        "4",
        "1",
        "change the place",
        "99 Elm Street",
        "change 1",
        "noise",
        "1",
        "yesterday",
        "skip",
        "skip",
    ):
        citizen.says(text)
    assert (citizen.asked, citizen.looks) == ("#summary", 1)


def test_it_is_offered_at_the_beginning_when_the_first_sentence_says_all() -> None:
    citizen = Citizen("There is a pothole at 12 Oak Street", cases=[CASE])
    assert citizen.responses() == ["begin", "nearby"]


@pytest.mark.parametrize(
    "said", ["1", "follow", "2026-000123", "follow 2026-000123 (2026-03-03)", "TAKIP ET", "es el mismo", "تابع"]
)
def test_a_case_can_be_followed_instead(said: str) -> None:
    citizen = near_others(CASE)
    citizen.says(said)
    assert (citizen.reply.outcome, citizen.reply.follow, citizen.reply.submit) == ("followed", "2026-000123", None)
    assert "You now follow case 2026-000123." in citizen.hears()
    citizen.says("1")
    assert citizen.reply.follow is None, "once"


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("mine", "attr.size"),
        ("no", "attr.size"),
        ("benimki", "attr.size"),
        ("skip", "attr.size"),
        ("back", "location"),
        ("repeat", "#nearby"),
        ("purple", "#nearby"),
        ("follow", "#nearby"),
        ("4", "attr.size"),
    ],
)
def test_of_several_cases_one_is_picked_by_number_or_name(said: str, asked: str) -> None:
    others = [Case(number=f"c{n}", date="2026-03-01") for n in range(4)]
    citizen = near_others(*others)
    assert len(citizen.titles()) == 4, "three at most, and mine"
    citizen.says(said)
    assert citizen.asked == asked
    citizen = near_others(*others)
    citizen.says("c2")
    assert citizen.reply.follow == "c2"


def test_what_is_asked_of_the_town_is_the_service_and_the_place() -> None:
    citizen = Citizen("There is a pothole near the library")
    reply = citizen.interview.answer(
        citizen.kept(),
        "12 Oak Street",
        location=Location(latitude=1.5, longitude=2.5),
        language="en",
        now=None,  # type: ignore[arg-type]
        new_reference=lambda: REFERENCE,
    )
    assert reply.near is not None
    assert (reply.near.service_code, reply.near.address) == ("pothole", "12 Oak Street")
    assert reply.near.location == Location(latitude=1.5, longitude=2.5)


def test_without_any_service_a_person_is_offered_and_the_words_are_kept() -> None:
    citizen = Citizen("There is a pothole at 12 Oak Street", interview=town_of())
    assert citizen.responses() == ["unavailable"]
    citizen.says("try again")
    assert citizen.responses() == ["unavailable"]
    answers = citizen.answers
    citizen.says("1")
    assert (citizen.reply.outcome, citizen.answers) == ("person", answers)


def test_nothing_is_sent_while_the_town_has_no_services_and_it_goes_on_afterwards() -> None:
    citizen = to_the_summary()
    town = citizen.interview
    citizen.interview = town_of()
    citizen.says("1")
    assert (citizen.responses(), citizen.reply.submit) == (["unavailable"], None)
    citizen.interview = town
    citizen.says("2")
    assert citizen.asked == "#summary"
    citizen.says("2")
    assert citizen.reply.submit is not None


def test_what_changed_since_the_summary_is_shown_before_it_is_sent() -> None:
    question = {"code": "colour", "description": "Which colour?"}
    citizen = Citizen("", service_code="x", interview=town_of({"service_code": "x", "attributes": [question]}))
    for text in ("12 Oak Street", "green", "skip"):
        citizen.says(text)
    citizen.interview = town_of({"service_code": "x"})
    citizen.says("1")
    assert (citizen.responses(), citizen.reply.submit) == (["look_again", "summary"], None)
    citizen.says("1")
    assert citizen.reply.submit is not None
    assert citizen.reply.submit.attributes == {}


def test_an_old_button_of_a_service_that_is_gone_brings_the_question_for_another() -> None:
    citizen = Citizen("There is a pothole near the library")
    citizen.says("12 Oak Street")
    everything = citizen.interview.catalogue.services.values()
    citizen.interview = Interview(Catalogue.of(s for s in everything if s.service_code != "pothole"))
    citizen.says("Bike lane", choice="attr.lane:bike")
    assert (citizen.responses(), citizen.asked) == (["again", "service_gone", "service"], "service")


@pytest.mark.parametrize("code", ["a:b", "a%3Ab", "#summary", "service", "do", "x" * 200, " ü 🚲 ", '"\n{}'])
def test_any_code_of_a_foreign_endpoint_can_be_picked(code: str) -> None:
    values = [{"key": code, "name": "This"}, {"key": "b:c", "name": "That"}]
    attributes: list[dict[str, Any]] = [
        {"code": code, "datatype": "singlevaluelist", "required": True, "description": "Which?", "values": values},
        {"code": "a", "order": 1, "datatype": "singlevaluelist", "description": "Which a?", "values": values},
    ]
    citizen = Citizen(
        "", interview=town_of({"service_code": code, "attributes": attributes}, {"service_code": "other"})
    )
    citizen.says(choice=citizen.reply.says[-1].choices[0].value)
    citizen.says("12 Oak Street")
    citizen.presses("That")
    citizen.presses("This")
    citizen.says("skip")
    citizen.says("1")
    assert citizen.reply.submit is not None
    assert citizen.reply.submit.attributes == {code: "b:c", "a": code}
    assert citizen.reply.submit.service_code == code


def test_a_list_of_one_is_asked_and_values_of_one_name_are_told_apart_by_number() -> None:
    twins = [{"key": "north", "name": "Gate"}, {"key": "south", "name": "Gate"}]
    attributes = [
        {
            "code": "agree",
            "datatype": "multivaluelist",
            "description": "Agreed?",
            "values": [{"key": "y", "name": "I agree"}],
        },
        {"code": "gate", "order": 1, "datatype": "singlevaluelist", "description": "Which gate?", "values": twins},
    ]
    citizen = Citizen("", service_code="x", interview=town_of({"service_code": "x", "attributes": attributes}))
    citizen.says("12 Oak Street")
    assert "more than one" not in citizen.hears()
    for text in ("1", "2", "skip", "2"):
        citizen.says(text)
    assert citizen.reply.submit is not None
    assert citizen.reply.submit.attributes == {"agree": ["y"], "gate": "south"}
