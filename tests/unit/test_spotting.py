"""Reports of the loaded catalogue in what the model took for something else: a table, and the turn's processor."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from finding_exam import catalogue, exam
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import ActiveLoop
from rasa.shared.core.trackers import DialogueStateTracker

from actions.intake.services import Catalogue
from actions.readings import readings
from bot.evaluation.exam import written
from bot.nlu.model import Reading
from bot.nlu.parse import parse_data
from bot.processor import TurnProcessor
from bot.spotting import READ_AS, Spotter, asks

CITY = catalogue("us_city")
REPORTED = "Somebody sprayed graffiti tags on the wall of the school"


def no_meaning(texts: list[str]) -> np.ndarray:
    """Stands for the encoder where letters are enough."""
    return np.zeros((len(texts), 4))


def parsed(label: str, chance: float, *, inside: bool = True, **more: Any) -> dict[str, Any]:
    """Return a message that was read so, with the rest of the chances on another topic."""
    return {
        "text": REPORTED,
        "entities": [{"entity": "date"}],
        **parse_data(Reading(((label, chance), ("faq/bus", 1 - chance)), inside)),
        **more,
    }


def spotted(text: str, read: Mapping[str, Any], town: Catalogue = CITY) -> dict[str, Any] | None:
    return Spotter(lambda: town, no_meaning)(text, read)


@pytest.mark.parametrize(
    "read",
    [
        parsed("faq/library_hours", 0.6, inside=False),
        parsed("out_of_scope/mail", 0.4, inside=False),
        parsed("faq/library_hours", 0.4),
    ],
)
def test_what_was_not_understood_for_sure_is_a_report(read: dict[str, Any]) -> None:
    found = spotted(REPORTED, read)
    assert found is not None
    assert found["intent"]["name"] == found["intent_ranking"][0]["name"] == "report"
    assert found["intent"]["confidence"] >= 0.75
    assert readings(found)[0][0] == "report"
    assert sum(chance for _, chance in readings(found)) <= 1.0001
    assert found[READ_AS] == read["intent"]
    assert (found["text"], found["entities"]) == (read["text"], read["entities"])


def test_beside_a_topic_a_report_is_offered() -> None:
    read = parsed("faq/code_enforcement", 0.98, other_request=None)
    assert spotted(REPORTED, read) == {**read, "other_request": "report"}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (REPORTED, parsed("report", 0.9)),
        (REPORTED, parsed("report", 0.3)),
        (REPORTED, parsed("check_status", 0.6)),
        (REPORTED, parsed("greet", 0.5)),
        (REPORTED, parsed("out_of_scope/mail", 0.9, inside=False)),
        (REPORTED, parsed("faq/bin_days", 0.9, other_request="faq/recycling")),
        (REPORTED, parsed("faq/bin_days", 0.2, language="other")),
        ("Where is the nearest library?", parsed("faq/bin_days", 0.2)),
        ("How much is the fine for graffiti", parsed("faq/bin_days", 0.2)),
        ("my daughter starts school in fall", parsed("faq/bin_days", 0.2)),
        ("", parsed("faq/bin_days", 0.2)),
    ],
)
def test_anything_else_stays_as_it_was_read(text: str, read: dict[str, Any]) -> None:
    assert spotted(text, read) is None


def test_what_the_town_does_not_take_is_no_report() -> None:
    without = Catalogue.of(s for s in CITY.services.values() if "Graffiti" not in s.service_name)
    assert spotted(REPORTED, parsed("faq/bin_days", 0.2), without) is None


def test_the_catalogue_of_the_moment_counts() -> None:
    towns = [Catalogue.of([]), CITY]
    spotter = Spotter(lambda: towns[-1], no_meaning)
    assert spotter(REPORTED, parsed("faq/bin_days", 0.2)) is not None
    towns.append(towns[0])
    assert spotter(REPORTED, parsed("faq/bin_days", 0.2)) is None


def test_without_an_encoder_nothing_is_looked_at() -> None:
    def never() -> Catalogue:
        raise AssertionError

    assert Spotter(never, None)(REPORTED, parsed("faq/bin_days", 0.2)) is None


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("where is my nearest park", True),
        ("How do I get rid of a couch", True),
        ("is there a fine for that", True),
        ("the park closes at 9?", True),
        ("cuánto cuesta un contenedor nuevo", True),
        ("¿dónde reporto un bache?", True),
        ("en yakın park nerede", True),
        ("وين أقرب حديقة", True),
        ("can you pick up my old couch?", False),
        ("could someone trim the tree please", False),
        ("eski koltuğumu alır mısınız?", False),
        ("the light is out", False),
        ("un perro mordió a mi hija", False),
        ("hay que podar el árbol", False),
        ("الشارع مظلم", False),
    ],
)
def test_a_question_is_told_from_a_request(text: str, question: bool) -> None:
    assert asks(text) is question


#: Topics about matters that the city takes reports of: many of their questions are half a report.
REPORTABLE = frozenset(
    f"faq/{topic}"
    for topic in (
        "bin_days bulky_waste code_enforcement disabled_parking downtown_parking food_permit hazardous_waste"
        " homeless_shelter lost_pet new_cart noise_rules park_rules pest_control recycling road_closures"
        " sidewalk_repair snow_removal stray_animal street_trees tenant_rights towed_car traffic_safety water_emergency"
        " water_quality water_service yard_waste"
    ).split()
)
#: Shares: of reports that begin or offer an interview at least, of all else at most.
CAUGHT, CAUGHT_WRONGLY = 0.85, 0.02


def becomes_a_report(read: Mapping[str, Any]) -> bool:
    return "report" in (read["intent"]["name"], read.get("other_request"))


@pytest.mark.slow
async def test_reports_of_any_catalogue_begin_an_interview_and_hardly_anything_else_does(model: Path) -> None:
    from bot.nlu.sentence_encoder import encode

    town = [CITY]
    processor = TurnProcessor(model, {}, Spotter(lambda: town[0], encode))
    plain = TurnProcessor(model, {})
    caught = []
    for question in (question for question in exam() if question.service_code):
        town[0] = catalogue(question.town)
        caught.append(becomes_a_report(await processor.parse_message(UserMessage(question.text))))
    assert sum(caught) / len(caught) >= CAUGHT
    town[0] = CITY
    wrong = []
    for case in written(Path(__file__).parents[1] / "nlu"):
        if case.foreign or (len(case.intents) == 1 and case.intents[0] not in REPORTABLE | {"report"}):
            message = UserMessage(case.text)
            spotted = becomes_a_report(await processor.parse_message(message))
            wrong.append(spotted and not becomes_a_report(await plain.parse_message(message)))
    assert sum(wrong) / len(wrong) <= CAUGHT_WRONGLY


def in_a_conversation(*, loop: str | None) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("c", [ActiveLoop(loop)])


async def test_the_processor_takes_the_spotter_s_word_but_in_an_interview(quick_model: Path) -> None:
    heard: list[str] = []

    def spot(text: str, read: Mapping[str, Any]) -> dict[str, Any]:
        heard.append(text)
        return {**read, "spotted": True}

    processor = TurnProcessor(quick_model, {}, spot)
    outside = await processor.parse_message(UserMessage(REPORTED), in_a_conversation(loop=None))
    inside = await processor.parse_message(UserMessage(REPORTED), in_a_conversation(loop="intake_form"))
    assert ("spotted" in outside, "spotted" in inside) == (True, False)
    assert heard == [REPORTED]


async def test_the_model_s_word_stands_when_nothing_is_spotted(quick_model: Path) -> None:
    message = UserMessage("when is bin day?")
    with_spotter = await TurnProcessor(quick_model, {}, lambda text, read: None).parse_message(message)
    assert with_spotter["intent"] == (await TurnProcessor(quick_model, {}).parse_message(message))["intent"]
