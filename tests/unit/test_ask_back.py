"""What is offered when a message was not understood for sure."""

from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.ask_back import ActionAskBack
from actions.titles import Titles
from bot.errors import ContentError

TITLES = Titles(
    {
        "faq/water_bill": {"en": "Water bill", "es": "Factura del agua"},
        "faq/bin_days": {"en": "Bin days", "es": "Días de basura"},
        "faq/dog_licence": {"en": "Dog licenses"},
        "out_of_scope/passport": {"en": "Passport"},
        "report": {"en": "Report a problem", "es": "Reportar un problema"},
        "talk_to_person": {"en": "Talk to a person", "es": "Hablar con una persona"},
    }
)
MISSED = [
    {"event": "user"},
    {"event": "action", "name": "action_ask_back"},
    {"event": "action", "name": "action_listen"},
]
ANSWERED = [{"event": "user"}, {"event": "action", "name": "utter_faq"}, {"event": "action", "name": "action_listen"}]


def said(
    ranking: dict[str, float],
    *,
    language: str = "en",
    events: list[dict[str, Any]] | None = None,
    loop: str | None = None,
    intent: str = "faq",
) -> dict[str, Any]:
    """Run the action on a message with this ranking and return the one thing that it says."""
    entries = [{"intent_response_key": name, "confidence": chance} for name, chance in ranking.items()]
    selector = {"default": {"ranking": entries}} if ranking else {}
    message = {"text": "x", "intent": {"name": intent}, "response_selector": selector}
    active = {"name": loop} if loop else {}
    tracker = Tracker("c1", {"language": language}, message, events or [], False, None, active, "action_listen")
    dispatcher = CollectingDispatcher()
    assert ActionAskBack(TITLES).run(dispatcher, tracker, {}) == []
    (answer,) = dispatcher.messages
    return answer


def offered(answer: dict[str, Any]) -> list[str]:
    return [button["payload"] for button in answer["buttons"]]


def test_two_close_readings_are_offered_in_the_citizens_language() -> None:
    answer = said({"faq/water_bill": 0.4, "faq/bin_days": 0.38, "report": 0.02}, language="es")
    assert answer["response"] == "utter_ask_back"
    assert answer["buttons"] == [
        {"title": "Factura del agua", "payload": "/faq/water_bill"},
        {"title": "Días de basura", "payload": "/faq/bin_days"},
        {"title": "Hablar con una persona", "payload": "/talk_to_person"},
    ]


def test_a_third_is_offered_when_it_is_near() -> None:
    answer = said({"faq/water_bill": 0.3, "report": 0.28, "faq/bin_days": 0.2, "faq/dog_licence": 0.19})
    assert offered(answer) == ["/faq/water_bill", "/report", "/faq/bin_days", "/talk_to_person"]


def test_what_has_no_title_is_never_offered() -> None:
    answer = said({"greet": 0.5, "faq/water_bill": 0.3, "report": 0.1})
    assert offered(answer) == ["/faq/water_bill", "/report", "/talk_to_person"]


def test_one_reading_is_asked_about_alone() -> None:
    answer = said({"faq/water_bill": 0.5, "report": 0.1})
    assert answer["response"] == "utter_ask_back_one"
    assert offered(answer) == ["/faq/water_bill", "/talk_to_person"]


def test_a_person_who_is_meant_perhaps_is_offered_once() -> None:
    assert offered(said({"talk_to_person": 0.3, "report": 0.3})) == ["/talk_to_person", "/report"]


def test_what_another_office_does_is_offered_by_its_subject() -> None:
    assert offered(said({"out_of_scope/passport": 0.4, "faq/bin_days": 0.3}))[0] == "/out_of_scope/passport"


@pytest.mark.parametrize(("chance", "response"), [(0.3, "utter_not_understood"), (0.6, "utter_ask_back_one")])
def test_what_seems_not_to_belong_here_is_offered_only_when_it_is_near(chance: float, response: str) -> None:
    assert said({"faq/water_bill": chance}, intent="nlu_fallback")["response"] == response


def test_a_missing_translation_falls_back_to_english() -> None:
    answer = said({"faq/dog_licence": 0.5, "report": 0.1}, language="es")
    assert answer["buttons"][0]["title"] == "Dog licenses"


@pytest.mark.parametrize("ranking", [{}, {"faq/water_bill": 0.09, "report": 0.08}, {"greet": 0.9, "thanks": 0.1}])
def test_wild_guesses_are_not_offered(ranking: dict[str, float]) -> None:
    answer = said(ranking)
    assert answer["response"] == "utter_not_understood"
    assert not answer["buttons"]


@pytest.mark.parametrize(
    ("events", "response"),
    [
        ([], "utter_ask_back"),
        (MISSED, "utter_ask_back"),
        (MISSED + MISSED + [{"event": "user"}], "utter_offer_person"),
        (MISSED + ANSWERED + MISSED + [{"event": "user"}], "utter_ask_back"),
        (MISSED + MISSED + ANSWERED + [{"event": "user"}], "utter_ask_back"),
    ],
)
def test_a_person_is_offered_after_two_misses_in_a_row(events: list[dict[str, Any]], response: str) -> None:
    answer = said({"faq/water_bill": 0.4, "faq/bin_days": 0.38}, events=events)
    assert answer["response"] == response


def test_the_question_an_interview_repeats_does_not_end_the_row() -> None:
    again = [*MISSED[:2], {"event": "action", "name": "intake_form"}, MISSED[2]]
    answer = said({}, events=again + again, loop="intake_form")
    assert answer["response"] == "utter_offer_person"
    assert answer["buttons"] == [{"title": "Talk to a person", "payload": "/talk_to_person"}]


def test_every_topic_has_a_title_in_every_language() -> None:
    titles = Titles.load(Path("data"))
    assert {"report", "faq/bin_days", "out_of_scope/passport"} <= titles.by_intent.keys()
    assert "out_of_scope/other" not in titles.by_intent
    for intent, by_language in titles.by_intent.items():
        assert {"en", "es", "tr", "ar"} <= by_language.keys(), intent


def test_a_topic_without_title_is_named(tmp_path: Path) -> None:
    (tmp_path / "nlu" / "topics").mkdir(parents=True)
    (tmp_path / "titles.yml").write_text("titles: {}")
    (tmp_path / "nlu" / "topics" / "zoo.yml").write_text("nlu: []")
    with pytest.raises(ContentError, match=r"zoo\.yml has no metadata/title"):
        Titles.load(tmp_path)
