"""The policy that asks: which of two readings is meant, whether the second request counts, and for a language we speak.

The pipeline says what it read; whether that is enough to go by is for the dialogue to decide. It stands above the
rules, and leaves everything else to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from rasa.core.featurizers.tracker_featurizers import TrackerFeaturizer
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.trackers import DialogueStateTracker

from actions import ask_back, offer_other
from actions.readings import NOTHING_KNOWN, is_unclear, readings
from actions.titles import Titles
from bot.language import OTHER
from bot.nlu.parse import FALLBACK
from bot.policies.sure import SurePolicy

OTHER_LANGUAGE = "utter_other_language"
#: Answers after which a second request of the same message is offered. After any other the rules go on.
ANSWERS = frozenset({"utter_faq", "action_case_status", "action_find_place"})
#: What only this policy predicts without a rule: the rules do not know that the citizen's turn comes then.
OURS = frozenset({ask_back.NAME, offer_other.NAME, OTHER_LANGUAGE})


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class AskingPolicy(SurePolicy):
    """Predicts an action, surely, where something is to be asked; otherwise nothing. Nothing at all in an interview."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings a config.yml may change."""
        return {
            # Above RulePolicy's 6: between two sure predictions the priority decides.
            "priority": 7,
            # Two readings whose confidences are closer than this are offered instead of taking the better one.
            "margin": 0.25,
            # A reading less sure than this is offered, not taken.
            "sure": 0.4,
            # The same for a message in a language that we don't speak: what it has in common with ours is often chance.
            "sure_in_other_language": 0.9,
        }

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        featurizer: TrackerFeaturizer | None = None,
        titles: Titles | None = None,
    ) -> None:
        super().__init__(config, model_storage, resource, execution_context, featurizer)
        self._given = titles

    @cached_property
    def _titles(self) -> Titles:
        return self._given or Titles.load(Path("data"))

    def action(self, tracker: DialogueStateTracker) -> str | None:
        parsed: Mapping[str, Any] = (tracker.latest_message and tracker.latest_message.parse_data) or {}
        last = tracker.latest_action_name
        if last == ACTION_LISTEN_NAME:
            return self._question(parsed)
        if last in ANSWERS and parsed.get("other_request"):
            return offer_other.NAME
        return ACTION_LISTEN_NAME if last in OURS else None

    def _question(self, parsed: Mapping[str, Any]) -> str | None:
        """Return what to ask after a message; None when it was understood, or is for a rule to ask about."""
        ranking = readings(parsed)
        foreign = parsed.get("intent", {}).get("name") == FALLBACK
        best, chance = ranking[0] if ranking else (NOTHING_KNOWN, 0.0)
        unsure = foreign or best == NOTHING_KNOWN or chance < self.config["sure_in_other_language"]
        if parsed.get("language") == OTHER and unsure:
            return OTHER_LANGUAGE
        # Of two requests, each read for sure in its own part of the message, one is answered and the other offered.
        if foreign or not ranking or parsed.get("other_request"):
            return None
        limits = {"margin": self.config["margin"], "sure": self.config["sure"]}
        return ask_back.NAME if is_unclear(ranking, self._titles.by_intent, **limits) else None
