"""When the dialogue asks instead of answering: a table of messages, and the rules that follow in the real model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from actions.titles import Titles
from bot.policies.asking import AskingPolicy

TITLES = Titles({name: {"en": name} for name in ("faq/a", "faq/b", "report", "out_of_scope/passport")})
DOMAIN = Domain.from_dict(
    {
        "intents": ["faq", "greet", "report", "nlu_fallback", "out_of_scope"],
        "forms": {"intake_form": {"required_slots": []}},
        "actions": ["action_ask_back", "action_offer_other", "action_case_status", "action_hand_over", "utter_faq"],
        "responses": {"utter_other_language": [{"text": "?"}], "utter_greet": [{"text": "!"}]},
    }
)
ASK, OTHER, OFFER = "action_ask_back", "utter_other_language", "action_offer_other"
LISTEN = "action_listen"


def heard(ranking: dict[str, float], intent: str | None = None, **more: Any) -> UserUttered:
    """Return a message that was read so."""
    entries = [{"intent_response_key": name, "confidence": chance} for name, chance in ranking.items()]
    name = intent or next(iter(ranking), "nlu_fallback").partition("/")[0]
    parsed = {
        "intent": {"name": name, "confidence": 0.9},
        "response_selector": {"default": {"ranking": entries}},
        **more,
    }
    return UserUttered("x", parsed["intent"], [], parsed)


@pytest.fixture(scope="module")
def processor(quick_model: Path) -> MessageProcessor:
    loaded = Agent.load(str(quick_model)).processor
    assert loaded
    return loaded


@pytest.fixture
def policy(tmp_path: Path) -> AskingPolicy:
    context = ExecutionContext(GraphSchema({}))
    storage = LocalModelStorage(tmp_path)
    return AskingPolicy(AskingPolicy.get_default_config(), storage, Resource("asking"), context, titles=TITLES)


def predicted(policy: AskingPolicy, events: Sequence[Event]) -> str | None:
    """Return the action that is predicted for sure, or None."""
    tracker = DialogueStateTracker.from_events("c", [ActionExecuted(LISTEN), *events], DOMAIN.slots)
    prediction: PolicyPrediction = policy.predict_action_probabilities(tracker, DOMAIN)
    assert set(prediction.probabilities) <= {0.0, 1.0}
    best = prediction.max_confidence_index
    return DOMAIN.action_names_or_texts[best] if prediction.max_confidence else None


@pytest.mark.parametrize(
    ("message", "action"),
    [
        (heard({"faq/a": 0.9, "faq/b": 0.05}), None),
        (heard({"faq/a": 0.55, "faq/b": 0.29}), None),
        (heard({"faq/a": 0.5, "faq/b": 0.3}), ASK),
        (heard({"faq/a": 0.39, "faq/b": 0.01}), ASK),
        (heard({"out_of_scope/passport": 0.5, "faq/b": 0.4}), ASK),
        # Small talk: nothing to offer, nothing lost.
        (heard({"greet": 0.5, "thanks": 0.4}), None),
        (heard({"greet": 0.9, "faq/a": 0.05, "faq/b": 0.04}), None),
        (heard({"greet": 0.5, "faq/a": 0.4}), ASK),
        (heard({"faq/a": 0.5, "greet": 0.4}), None),
        # The interview finds the service itself.
        (heard({"report/pothole": 0.5, "report": 0.45}), None),
        (heard({"report": 0.5, "faq/a": 0.4}), ASK),
        # Two requests are no doubt about one.
        (heard({"faq/a": 0.5, "faq/b": 0.48}, other_request="faq/b"), None),
        # A rule asks.
        (heard({}, "nlu_fallback"), None),
        (heard({"faq/a": 0.5, "faq/b": 0.48}, "nlu_fallback"), None),
        # A pressed answer of an interview that is over.
        (heard({}, None), None),
        (heard({"faq/a": 0.6}, language="other"), OTHER),
        (heard({"faq/a": 0.6}, "nlu_fallback", language="other"), OTHER),
        (heard({}, "nlu_fallback", language="other"), OTHER),
        (heard({"out_of_scope/other": 1.0}, language="other"), OTHER),
        (heard({"faq/a": 0.95}, language="other"), None),
        (heard({"faq/a": 0.6}, language="es"), None),
    ],
)
def test_after_a_message(policy: AskingPolicy, message: UserUttered, action: str | None) -> None:
    assert predicted(policy, [message]) == action


@pytest.mark.parametrize(
    ("last", "other", "action"),
    [
        ("utter_faq", "faq/b", OFFER),
        ("action_case_status", "faq/b", OFFER),
        ("utter_faq", None, None),
        ("utter_greet", "faq/b", None),
        (OFFER, "faq/b", LISTEN),
        (ASK, None, LISTEN),
        (OTHER, None, LISTEN),
    ],
)
def test_after_an_action(policy: AskingPolicy, last: str, other: str | None, action: str | None) -> None:
    message = heard({"faq/a": 0.9}, other_request=other)
    assert predicted(policy, [message, ActionExecuted(last)]) == action


def test_an_interview_is_left_alone(policy: AskingPolicy) -> None:
    loop = [heard({"report": 1.0}), ActionExecuted("intake_form"), ActiveLoop("intake_form"), ActionExecuted(LISTEN)]
    unclear = heard({"faq/a": 0.5, "faq/b": 0.48}, other_request="faq/b", language="other")
    assert predicted(policy, [*loop, unclear]) is None
    assert predicted(policy, [*loop, unclear, ActionExecuted("utter_faq")]) is None


def test_the_limits_are_settings(tmp_path: Path) -> None:
    config = {**AskingPolicy.get_default_config(), "margin": 0.01, "sure": 0.1}
    context = ExecutionContext(GraphSchema({}))
    easy = AskingPolicy(config, LocalModelStorage(tmp_path), Resource("asking"), context, titles=TITLES)
    assert predicted(easy, [heard({"faq/a": 0.3, "faq/b": 0.28})]) is None


@pytest.mark.parametrize(
    ("message", "actions"),
    [
        (heard({"faq/bin_days": 1.0}), ["utter_faq", LISTEN]),
        (heard({"faq/bin_days": 0.5, "faq/recycling": 0.45}), [ASK, LISTEN]),
        (heard({"faq/bin_days": 0.9}, other_request="faq/recycling"), ["utter_faq", OFFER, LISTEN]),
        (heard({"check_status": 0.9}, other_request="faq/recycling"), ["action_case_status", OFFER, LISTEN]),
        (heard({"report": 0.4}, "nlu_fallback", language="other"), [OTHER, LISTEN]),
        (heard({}, "nlu_fallback"), [ASK, LISTEN]),
        (heard({"thanks": 1.0}), ["utter_thanks", LISTEN]),
    ],
)
async def test_the_rules_go_on_after_what_was_asked(
    processor: MessageProcessor, message: UserUttered, actions: list[str]
) -> None:
    tracker = DialogueStateTracker.from_events("c", [ActionExecuted(LISTEN), message], processor.domain.slots)
    done = []
    while done[-1:] != [LISTEN]:
        action, _ = processor.predict_next_with_tracker_if_should(tracker)
        done.append(action.name())
        tracker.update(ActionExecuted(action.name()), processor.domain)
    assert done == actions
