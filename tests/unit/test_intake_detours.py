"""Ways off the straight path: commands, misreadings, side questions, pictures, places, old buttons."""

from __future__ import annotations

import pytest
from intake_citizen import INTERVIEW, NOW, PHRASES, REFERENCE, Citizen, to_the_summary

from actions.intake.interview import Interview
from actions.intake.services import Catalogue
from actions.intake.words import COMMANDS, PHRASES_OF_COMMANDS
from bot.messages import Location


@pytest.mark.parametrize("word", ["BACK", "atrás", "go back", "Atras.", "GERI", "geri", "رجوع", "«رجوع»"])
def test_back_asks_the_question_before_and_loses_nothing(word: str) -> None:
    citizen = Citizen("There is a pothole near the library")
    citizen.says("12 Oak Street")
    citizen.says(word)
    assert citizen.asked == "location"
    assert citizen.reply.state["answers"]["location"] == {"address": "12 Oak Street"}
    citizen.says("skip")
    assert citizen.asked == "attr.size"


def test_back_ends_at_the_first_question() -> None:
    citizen = Citizen("There is a pothole near the library")
    citizen.says("back")
    assert citizen.asked == "service"
    citizen.says("back")
    assert citizen.responses() == ["first", "service"]


@pytest.mark.parametrize("word", ["menu", "0", "Menú", "salir", "never mind", "MENÜ", "vazgeç", "القائمة", "٠"])
@pytest.mark.parametrize("messages", [[], ["12 Oak Street"], ["12 Oak Street", "2", "4", "1"]])
def test_menu_leaves_from_anywhere_and_sends_nothing(word: str, messages: list[str]) -> None:
    citizen = Citizen("There is a pothole near the library")
    for text in messages:
        citizen.says(text)
    citizen.says(word)
    assert (citizen.reply.outcome, citizen.reply.submit) == ("stopped", None)


def test_zero_is_an_answer_where_a_number_is_asked() -> None:
    citizen = Citizen("There is a pothole near the library")
    for text in ("12 Oak Street", "2", "0"):
        citizen.says(text)
    assert citizen.reply.state["answers"]["attr.depth_inches"] == 0


def test_leaving_at_the_summary_sends_nothing() -> None:
    citizen = to_the_summary()
    citizen.says("4")
    assert (citizen.reply.outcome, citizen.reply.submit) == ("stopped", None)


@pytest.mark.parametrize(
    ("word", "asked"),
    [
        ("no", "#which"),
        ("yes", "#done"),
        ("sí", "#done"),
        ("hayir", "#which"),
        ("EVET", "#done"),
        ("gönder", "#done"),
        ("لا", "#which"),
        ("نعم", "#done"),
        ("أرسله", "#done"),
    ],
)
def test_the_summary_takes_yes_and_no(word: str, asked: str) -> None:
    citizen = to_the_summary()
    citizen.says(word)
    assert citizen.asked == asked


def test_restart_begins_with_nothing() -> None:
    citizen = to_the_summary()
    citizen.says("restart")
    assert (citizen.asked, citizen.reply.state["answers"]) == ("service", {})


def test_why_explains_and_asks_again() -> None:
    citizen = Citizen("There is a pothole near the library")
    citizen.says("12 Oak Street")
    citizen.says("why?")
    assert citizen.hears().startswith("Why we ask: Big holes are closed first.\nHow big is the hole?")
    assert citizen.reply.understood


def test_a_required_question_cannot_be_skipped_an_optional_one_can() -> None:
    citizen = Citizen("There is a pothole near the library")
    citizen.says("skip")
    assert citizen.responses() == ["required", "location"]
    for text in ("12 Oak Street", "1", "I don't know"):
        citizen.says(text)
    assert citizen.asked == "attr.lane"


def test_misreadings_are_met_simply_then_with_an_explanation_then_with_a_person() -> None:
    citizen = Citizen("There is a pothole near the library")
    citizen.says("12 Oak Street")
    heard = []
    for _ in range(4):
        citizen.says("purple")
        assert not citizen.reply.understood
        heard.append(citizen.responses())
    assert heard == [
        ["again", "question"],
        ["explain_singlevaluelist", "question"],
        ["offer_person"],
        ["offer_person"],
    ]
    citizen.says("1")
    assert citizen.reply.outcome == "person"
    assert citizen.asked == "attr.size"


@pytest.mark.parametrize(
    ("text", "asked"), [("2", "attr.size"), ("no", "attr.size"), ("like a plate", "attr.depth_inches")]
)
def test_instead_of_a_person_one_may_try_again_or_just_answer(text: str, asked: str) -> None:
    citizen = Citizen("There is a pothole near the library")
    for said in ("12 Oak Street", "purple", "purple", "purple", text):
        citizen.says(said)
    assert citizen.asked == asked


@pytest.mark.parametrize("words", ["talk to a person", "KISI", "kişi", "موظف", "أريد التحدث مع موظف"])
def test_asking_for_a_person_ends_with_one(words: str) -> None:
    citizen = Citizen("There is a pothole near the library")
    citizen.says(words)
    assert citizen.reply.outcome == "person"


def test_a_question_in_the_middle_is_not_understood_so_that_it_can_be_answered_apart() -> None:
    citizen = Citizen("There is a pothole near the library")
    before = citizen.reply.state
    citizen.says("How long does it take to repair a street?")
    assert not citizen.reply.understood
    again = INTERVIEW.ask_again(before, "en")
    assert [one.response for one in again.says] == ["utter_intake_location"]
    assert again.state == before


def test_a_photo_is_kept_at_any_time_and_more_of_them_stand_in_the_description() -> None:
    citizen = Citizen("There is a pothole near the library")
    citizen.says(attachments=("https://media/1",))
    assert citizen.responses() == ["photo_kept", "location"]
    citizen.says("12 Oak Street", attachments=("https://media/2",))
    assert citizen.asked == "attr.size"
    for text in ("2", "4", "1", "1"):
        citizen.says(text)
    assert citizen.reply.submit is not None
    assert citizen.reply.submit.media_url == "https://media/1"
    assert citizen.reply.submit.description.endswith("\nhttps://media/2")


def test_a_place_on_the_map_answers_where_and_may_join_an_address_later() -> None:
    place = Location(latitude=40.5, longitude=-73.25)
    citizen = Citizen("There is a pothole near the library")
    citizen.says(location=place)
    assert citizen.asked == "attr.size"
    citizen.says("change")  # no command here: the summary is not reached yet
    citizen.says("back")
    citizen.says("12 Oak Street")
    citizen.says(location=place)
    assert citizen.reply.state["answers"]["location"] == {
        "address": "12 Oak Street",
        "latitude": 40.5,
        "longitude": -73.25,
    }
    assert citizen.asked == "attr.size"


def test_a_pressed_choice_answers_its_own_question_and_no_other() -> None:
    citizen = Citizen("There is a pothole near the library")
    citizen.says("Like a plate", choice="attr.size:small")
    assert citizen.asked == "location"
    citizen.says("12 Oak Street")
    assert citizen.asked == "attr.depth_inches"  # what was pressed early is not asked again
    citizen.says("Bigger than a tire", choice="attr.size:large")
    assert (citizen.asked, citizen.reply.state["answers"]["attr.size"]) == ("attr.depth_inches", "large")
    citizen.says("Send it", choice="#summary:send")
    assert (citizen.asked, citizen.reply.submit, citizen.reply.understood) == ("attr.depth_inches", None, False)


def test_nothing_is_sent_twice_from_one_interview() -> None:
    citizen = to_the_summary()
    citizen.says("1")
    citizen.says("1")
    assert citizen.reply.submit is None


def test_a_service_that_is_gone_is_asked_anew() -> None:
    citizen = to_the_summary()
    smaller = Interview(Catalogue.of(s for s in INTERVIEW.catalogue.services.values() if s.service_code != "pothole"))
    reply = smaller.answer(citizen.reply.state, "1", language="en", now=NOW, new_reference=lambda: REFERENCE)
    assert reply.submit is None
    assert reply.state["asked"] == "service"


def test_a_pin_and_an_address_that_come_together_are_both_kept_and_shown() -> None:
    citizen = Citizen("There is a pothole near the library")
    citizen.says("corner of Oak and 5th", location=Location(latitude=40.5, longitude=-73.25))
    for text in ("2", "4", "1"):
        citizen.says(text)
    assert "#2 Where: corner of Oak and 5th (place on the map)" in citizen.hears()
    citizen.says("2")
    assert citizen.reply.submit is not None
    assert citizen.reply.submit.address_string == "corner of Oak and 5th"
    assert citizen.reply.submit.location == Location(latitude=40.5, longitude=-73.25)


@pytest.mark.parametrize(("channel", "told"), [("sms", False), ("telegram", True), ("web", True)])
@pytest.mark.parametrize(("language", "word"), [("en", "photo"), ("es", "foto"), ("tr", "fotoğraf"), ("ar", "صورة")])
def test_where_a_position_or_a_photo_can_be_sent_the_question_says_so(
    channel: str, told: bool, language: str, word: str
) -> None:
    assert (word in PHRASES.say("utter_intake_location", language, channel)) is told


def test_no_word_of_ours_commands_two_things() -> None:
    every = [(phrase, name) for name, phrases in PHRASES_OF_COMMANDS.items() for phrase in phrases]
    assert len(every) == len(dict(every)) == len(COMMANDS)
