"""What Rasa is told of a message that was read."""

from bot.nlu.model import Reading
from bot.nlu.parse import chosen, parse_data

SURE = Reading((("faq/bin_days", 0.6), ("report", 0.3), ("faq/water_bill", 0.1)), sure=True)


def test_a_topic_becomes_the_retrieval_intent_and_its_answer() -> None:
    data = parse_data(SURE)
    assert data["intent"] == {"name": "faq", "confidence": 0.6}
    assert data["intent_ranking"] == [{"name": "faq", "confidence": 0.6}, {"name": "report", "confidence": 0.3}]
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


def test_unsure_is_the_fallback_with_the_readings_behind_it() -> None:
    data = parse_data(Reading(SURE.ranking, sure=False))
    assert data["intent"] == {"name": "nlu_fallback", "confidence": 0.4}
    assert data["intent_ranking"][1]["name"] == "faq"
    assert data["response_selector"]["default"]["ranking"][0]["intent_response_key"] == "faq/bin_days"


def test_nothing_readable_is_the_fallback_for_certain() -> None:
    data = parse_data(Reading((), sure=False))
    assert data["intent"] == {"name": "nlu_fallback", "confidence": 1.0}
    assert data["response_selector"]["default"]["response"]["utter_action"] is None


def test_a_pressed_choice_means_what_it_says() -> None:
    assert chosen("report")["intent"] == {"name": "report", "confidence": 1.0}
    topic = chosen("faq/bin_days")
    assert topic["intent"] == {"name": "faq", "confidence": 1.0}
    assert topic["response_selector"]["default"]["response"]["utter_action"] == "utter_faq/bin_days"


def test_the_ranking_is_as_long_as_asked_for() -> None:
    data = parse_data(SURE, length=1)
    assert len(data["intent_ranking"]) == 1
    assert len(data["response_selector"]["default"]["ranking"]) == 1
