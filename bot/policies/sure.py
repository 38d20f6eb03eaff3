"""What our own policies share: they learn nothing, and predict one action for sure, or none."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker


class SurePolicy(Policy, ABC):
    """Stands above the rules by its priority, and leaves to them what it says nothing about; silent in an interview."""

    @staticmethod
    def supported_data() -> SupportedData:
        """Return both kinds: it learns from none, and sees every turn."""
        return SupportedData.ML_AND_RULE_DATA

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Learn nothing: what it needs to know stands in the content, or in the conversation."""
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Return the action for sure, or no action at all."""
        action = None if tracker.active_loop_name else self.action(tracker)
        probabilities = self._default_predictions(domain)
        if action is not None:
            probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(probabilities)

    @abstractmethod
    def action(self, tracker: DialogueStateTracker) -> str | None:
        """Return the name of the action that must come now, or None."""
