"""What Rasa is told of a message that was read."""

import pytest

from bot.nlu.model import NOTHING, Reading
from bot.nlu.parse import chosen, parse_data, plain

TOPIC = Reading((("faq/bin_days", 0.6), ("report", 0.3), ("faq/water_bill", 0.1)), inside=True)
FOREIGN = Reading((("out_of_scope/passport", 0.5), ("faq/bin_days", 0.4), ("report", 0.1)), inside=False)


def test_a_topic_becomes_the_retrieval_intent_and_its_answer() -> None:
    data = parse_data(TOPIC)
    assert data["intent"] == {"name": "faq", "confidence": pytest.approx(0.6)}
    assert [intent["name"] for intent in data["intent_ranking"]] == ["faq", "report"]
    assert data["intent_ranking"][1]["confidence"] == pytest.approx(0.3)
    selection = data["response_selector"]
    assert selection["all_retrieval_intents"] == ["faq"]
    assert selection["default"]["response"]["utter_action"] == "utter_faq/bin_days"
    assert selection["faq"]["response"] == selection["default"]["response"]
    assert [r["intent_response_key"] for r in selection["faq"]["ranking"]] == ["faq/bin_days", "faq/water_bill"]
    assert [r["intent_response_key"] for r in selection["default"]["ranking"]] == [
        "faq/bin_days",
        "report",
        "faq/water_bill",
    ]


def test_outside_is_the_fallback_with_the_nearest_readings_behind_it() -> None:
    data = parse_data(Reading(TOPIC.ranking, inside=False))
    assert data["intent"] == {"name": "nlu_fallback", "confidence": pytest.approx(0.4)}
    assert [intent["name"] for intent in data["intent_ranking"]] == ["nlu_fallback", "faq", "report"]
    assert data["response_selector"]["default"]["ranking"][0]["intent_response_key"] == "faq/bin_days"


def test_what_is_known_to_be_anothers_is_answered_as_that() -> None:
    data = parse_data(FOREIGN)
    assert data["intent"] == {"name": "out_of_scope", "confidence": 0.5}
    selection = data["response_selector"]
    assert selection["all_retrieval_intents"] == ["faq", "out_of_scope"]
    assert selection["out_of_scope"]["response"]["utter_action"] == "utter_out_of_scope/passport"
    assert selection["default"]["response"] == selection["out_of_scope"]["response"]
    assert selection["faq"]["response"]["utter_action"] == "utter_faq/bin_days"


def test_outside_with_one_of_ours_nearest_is_the_fallback() -> None:
    near = Reading((("faq/bin_days", 0.5), ("out_of_scope/passport", 0.45), ("report", 0.05)), inside=False)
    assert parse_data(near)["intent"]["name"] == "nlu_fallback"


def test_inside_nothing_of_another_office_is_left_and_the_chances_still_add_up() -> None:
    data = parse_data(Reading(FOREIGN.ranking, inside=True))
    assert data["intent"] == {"name": "faq", "confidence": pytest.approx(0.8)}
    assert [intent["name"] for intent in data["intent_ranking"]] == ["faq", "report"]
    ranking = data["response_selector"]["default"]["ranking"]
    assert [entry["intent_response_key"] for entry in ranking] == ["faq/bin_days", "report"]
    assert sum(entry["confidence"] for entry in ranking) == pytest.approx(1)
    assert "out_of_scope" not in data["response_selector"]


def test_nothing_readable_is_the_fallback_for_certain() -> None:
    data = parse_data(NOTHING)
    assert data["intent"] == {"name": "nlu_fallback", "confidence": 1.0}
    assert data["intent_ranking"] == [data["intent"]]
    assert data["response_selector"]["default"]["response"]["utter_action"] is None


@pytest.mark.parametrize("intent", ["report", "faq/bin_days", "out_of_scope/passport"])
def test_a_pressed_choice_means_what_it_says(intent: str) -> None:
    data = chosen(intent)
    assert data["intent"] == {"name": plain(intent), "confidence": 1.0}
    answer = f"utter_{intent}" if "/" in intent else None
    assert data["response_selector"]["default"]["response"]["utter_action"] == answer


def test_the_ranking_is_as_long_as_asked_for() -> None:
    data = parse_data(TOPIC, length=1)
    assert len(data["intent_ranking"]) == 1
    assert len(data["response_selector"]["default"]["ranking"]) == 1


@pytest.mark.parametrize(("full", "name"), [("faq/bin_days", "faq"), ("report", "report"), ("", "")])
def test_a_full_intent_has_a_plain_one(full: str, name: str) -> None:
    assert plain(full) == name
