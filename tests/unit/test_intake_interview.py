"""The interview as a citizen has it: what is said, what is asked, what is sent."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from actions.intake.interview import Interview, Reply
from actions.intake.services import Catalogue
from bot.messages import Location
from bot.phrases import Phrases

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
REFERENCE = "K7QX-2M9D-4HTR"
INTERVIEW = Interview(Catalogue.load(ROOT / "data/services"))
PHRASES = Phrases.load(ROOT / "data/responses")


class Citizen:
    """Plays one citizen; keeps the state between messages as JSON, the way the store does."""

    def __init__(self, said: str, *, language: str = "en", service_code: str | None = None) -> None:
        self.language = language
        self.reply = INTERVIEW.start(said, language=language, service_code=service_code, now=NOW)

    def says(self, text: str = "", **more: Any) -> Reply:
        self.reply = INTERVIEW.answer(
            json.loads(json.dumps(self.reply.state)),
            text,
            language=self.language,
            now=NOW,
            new_reference=lambda: REFERENCE,
            **more,
        )
        return self.reply

    def hears(self) -> str:
        lines = [PHRASES.say(s.response, self.language, "sms", **s.values) for s in self.reply.says]
        titles = [f"{i} {option.title}" for i, option in enumerate(self.reply.says[-1].choices if lines else (), 1)]
        return "\n".join([*lines, *titles])

    def responses(self) -> list[str]:
        return [one.response.removeprefix("utter_intake_") for one in self.reply.says]

    @property
    def asked(self) -> str:
        return self.reply.state["asked"]


def to_the_summary() -> Citizen:
    citizen = Citizen("There is a pothole near the library")
    for text in ("12 Oak Street", "2", "4", "1 and 3"):
        citizen.says(text)
    assert citizen.asked == "#summary"
    return citizen


def test_a_report_is_taken_question_by_question_corrected_and_confirmed() -> None:
    citizen = Citizen("There is a pothole near the library")
    assert "A report about: Pothole" in citizen.hears()
    conversation = [
        ("12 Oak Street", "How big is the hole?\n1 Like a plate"),
        ("the second one", "How deep is it, in inches?"),
        ("about 4", "Which part of the street is it in?"),
        ("1 and 3", "#5 Part of the street: Car lane, Parking lane\n#6 What happened: There is a pothole near the lib"),
        ("2", "Which line do you want to change?\n1 Kind of report\n2 Where"),
        ("2", "Where is it?"),
        ("14 Oak Street", "#2 Where: 14 Oak Street"),
        ("change size", "How big is the hole?"),
        ("bigger than a tyre", "#3 Size: Bigger than a tire"),
        ("1", "Your reference is K7QX-2M9D-4HTR."),
    ]
    for say, expect in conversation:
        citizen.says(say)
        assert expect in citizen.hears()
    assert citizen.reply.outcome == "confirmed"
    submit = citizen.reply.submit
    assert submit is not None
    assert submit.attributes == {"size": "large", "depth_inches": 4, "lane": ["traffic", "parking"]}
    assert (submit.service_code, submit.address_string, submit.reference) == ("pothole", "14 Oak Street", REFERENCE)
    assert submit.description == "There is a pothole near the library"


def test_a_spanish_report_reads_spanish_all_the_way() -> None:
    citizen = Citizen("hay un bache enorme frente a la escuela", language="es")
    conversation = [
        ("Calle Roble 12", "¿Qué tan grande es el hoyo?\n1 Como un plato"),
        ("la segunda", "¿Cuántas pulgadas"),
        ("saltar", "¿En qué parte"),
        ("todas", "#4 Profundidad en pulgadas: sin respuesta"),
        ("cambiar 3", "¿Qué tan grande"),
        ("Como un plato", "#3 Tamaño: Como un plato"),
        ("enviar", "Su referencia es K7QX-2M9D-4HTR."),
    ]
    for say, expect in conversation:
        citizen.says(say)
        assert expect in citizen.hears()
    assert citizen.reply.submit is not None
    assert citizen.reply.submit.language == "es"
    assert "depth_inches" not in citizen.reply.submit.attributes


def test_the_language_may_change_in_the_middle() -> None:
    citizen = Citizen("There is a pothole near the library")
    citizen.language = "es"
    citizen.says("Calle Roble 12")
    assert "¿Qué tan grande" in citizen.hears()


def test_an_unclear_first_sentence_is_answered_with_the_services_to_choose_from() -> None:
    citizen = Citizen("I want to report a problem")
    assert citizen.responses() == ["service"]
    assert len(citizen.reply.says[0].choices) == 6
    citizen.says("street light")
    assert citizen.reply.state["answers"]["service"] == "street_light"


def test_when_several_services_fit_only_those_are_offered_and_the_words_are_kept() -> None:
    citizen = Citizen("graffiti and a pothole at the old station")
    assert [option.title for option in citizen.reply.says[-1].choices] == ["Graffiti", "Pothole"]
    citizen.says("2")
    assert citizen.reply.state["answers"]["service"] == "pothole"
    assert citizen.reply.state["answers"]["description"] == "graffiti and a pothole at the old station"


def test_a_sentence_that_says_no_more_than_the_service_is_no_description() -> None:
    citizen = Citizen("I want to report a pothole")
    for text in ("12 Oak Street", "1", "skip", "1"):
        citizen.says(text)
    assert citizen.asked == "description"


def test_a_service_can_be_given_by_its_code() -> None:
    assert Citizen("", service_code="noise").reply.state["answers"] == {"service": "noise"}


def test_a_question_that_does_not_apply_is_not_asked() -> None:
    citizen = Citizen("They did not empty the recycling on Elm Street", service_code="missed_collection")
    for text in ("3 Elm Street", "recycling", "yesterday", "2"):
        citizen.says(text)
    assert citizen.asked == "#summary"
    assert citizen.responses() == ["note", "summary"]


def test_changing_an_answer_brings_the_question_that_now_applies() -> None:
    citizen = Citizen("They did not empty the recycling on Elm Street", service_code="missed_collection")
    for text in ("3 Elm Street", "recycling", "yesterday", "2", "change what was missed", "bulky items"):
        citizen.says(text)
    assert citizen.asked == "attr.bulky_items"
    citizen.says("a sofa")
    assert citizen.asked == "#summary"
    for text in ("change what was missed", "trash", "1"):
        citizen.says(text)
    assert citizen.reply.submit is not None
    assert "bulky_items" not in citizen.reply.submit.attributes


def test_a_note_is_said_once() -> None:
    citizen = Citizen("street light pole hit by a car", service_code="street_light")
    citizen.says("3 Elm Street")
    citizen.says("it is damaged")
    assert citizen.responses() == ["note", "question_optional"]
    citizen.says("back")
    citizen.says("4")
    assert citizen.responses() == ["question_optional"]


@pytest.mark.parametrize("word", ["BACK", "atrás", "go back", "Atras."])
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


@pytest.mark.parametrize("word", ["menu", "0", "Menú", "salir", "never mind"])
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
    citizen.says("3")
    assert (citizen.reply.outcome, citizen.reply.submit) == ("stopped", None)


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


@pytest.mark.parametrize(("text", "asked"), [("2", "attr.size"), ("like a plate", "attr.depth_inches")])
def test_instead_of_a_person_one_may_try_again_or_just_answer(text: str, asked: str) -> None:
    citizen = Citizen("There is a pothole near the library")
    for said in ("12 Oak Street", "purple", "purple", "purple", text):
        citizen.says(said)
    assert citizen.asked == asked


def test_asking_for_a_person_ends_with_one() -> None:
    citizen = Citizen("There is a pothole near the library")
    citizen.says("talk to a person")
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
