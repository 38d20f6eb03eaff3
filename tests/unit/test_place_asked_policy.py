"""When a message answers "where are you?": a table of messages after the question, and without it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.core.policies.policy import PolicyPrediction
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from actions.find_place import NAME
from actions.places import SLOT, WHERE
from bot.policies import place_asked
from bot.policies.place_asked import PlaceAskedPolicy

LISTEN = "action_listen"
DOMAIN = Domain.from_dict(
    {
        "intents": ["faq", "report", "greet", "find_place", "place_details", "talk_to_person", "nlu_fallback"],
        "slots": {SLOT: {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]}},
        "forms": {"intake_form": {"required_slots": []}},
        "actions": [NAME, "action_ask_back"],
    }
)
HERE = {"location": {"latitude": 40.5, "longitude": -88.5}}


def message(text: str, intent: str = "nlu_fallback", confidence: float = 0.9, **metadata: Any) -> UserUttered:
    parsed = {"intent": {"name": intent, "confidence": confidence}}
    return UserUttered(text, parsed["intent"], [], parsed, metadata=metadata)


@pytest.fixture
def policy(tmp_path: Path) -> PlaceAskedPolicy:
    context = ExecutionContext(GraphSchema({}))
    config = PlaceAskedPolicy.get_default_config()
    return PlaceAskedPolicy(config, LocalModelStorage(tmp_path), Resource("asked"), context)


def predicted(policy: PlaceAskedPolicy, *events: Event, waiting: str = WHERE) -> str | None:
    """Return the action that is predicted for sure after the question, or None."""
    before = [ActionExecuted(LISTEN), SlotSet(SLOT, {"waiting": waiting})]
    tracker = DialogueStateTracker.from_events("c", [*before, *events], DOMAIN.slots)
    prediction: PolicyPrediction = policy.predict_action_probabilities(tracker, DOMAIN)
    best = prediction.max_confidence_index
    return DOMAIN.action_names_or_texts[best] if prediction.max_confidence else None


@pytest.mark.parametrize(
    "answer",
    [
        message("12 oak street"),
        message("61899"),
        message("oak", "faq", 0.3),
        message("by the old depot", "report", 0.95),
        message("i am at the corner of oak and main", "report", 0.5),
        message("", "nlu_fallback", **HERE),
        message("here i am", "greet", 0.95, **HERE),
    ],
)
def test_an_answer_goes_to_whom_asked(policy: PlaceAskedPolicy, answer: UserUttered) -> None:
    assert predicted(policy, answer) == NAME
    assert predicted(policy, answer, ActionExecuted(NAME)) == LISTEN


@pytest.mark.parametrize(
    "other",
    [
        message("what day do you pick up my trash", "faq", 0.97),
        message("a person please", "talk_to_person", 0.97),
        message("thanks bye", "greet", 0.9),
        message("nearest clinic", "find_place", 0.9),
        message("is it open", "place_details", 0.9),
        message("Trash day", "faq", 1.0, picked=True),
    ],
)
def test_what_is_sure_to_be_something_else_is_left_to_the_rules(policy: PlaceAskedPolicy, other: UserUttered) -> None:
    assert predicted(policy, other) is None


def test_without_a_question_only_a_position_without_words_belongs_here(policy: PlaceAskedPolicy) -> None:
    assert predicted(policy, message("12 oak street"), waiting="") is None
    assert predicted(policy, message("", **HERE), waiting="") == NAME
    assert predicted(policy, message("there is a hole", "report", **HERE), waiting="") is None


def test_in_an_interview_it_says_nothing(policy: PlaceAskedPolicy) -> None:
    assert predicted(policy, ActiveLoop("intake_form"), message("12 oak street")) is None


def test_it_speaks_of_the_action_and_the_slot_as_they_are_called() -> None:
    assert (place_asked.ACTION, place_asked.SLOT) == (NAME, SLOT)
