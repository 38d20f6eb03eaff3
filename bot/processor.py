"""Rasa's message processor, as a turn needs it: our actions in process, and no failure passed over in silence."""

from __future__ import annotations

import os
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.engine import loader
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

from bot.errors import ActionFailed, ConfigurationError
from bot.runner import PlainGraphRunner
from bot.tracker import TurnTrackerStore

#: Reads a text and what the model made of it; returns what it is to be understood as instead, or None.
Spot = Callable[[str, Mapping[str, Any]], dict[str, Any] | None]


class _Watched(Action):
    """Remembers the error that Rasa's processor would log and forget."""

    def __init__(self, action: Action) -> None:
        self._action = action
        self.error: Exception | None = None

    def name(self) -> str:
        return self._action.name()

    def event_for_successful_execution(self, prediction: PolicyPrediction) -> Event:
        return self._action.event_for_successful_execution(prediction)

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        try:
            return await self._action.run(output_channel, nlg, tracker, domain)
        except ActionExecutionRejection:
            raise
        except Exception as error:
            self.error = error
            return []


class TurnProcessor(MessageProcessor):
    """Runs one message through the model; `own_actions` replace Rasa's by name, `spot` corrects what the model read.

    Rasa's `MessageProcessor._run_action` (3.6.21) swallows what an action raises and goes on; here it aborts the turn.
    """

    tracker_store: TurnTrackerStore

    def __init__(self, model_path: Path, own_actions: Mapping[str, Action], spot: Spot | None = None) -> None:
        placeholder = InMemoryTrackerStore(Domain.empty())
        super().__init__(
            model_path=model_path,
            tracker_store=placeholder,
            lock_store=InMemoryLockStore(),
            generator=TemplatedNaturalLanguageGenerator({}),
        )
        self.tracker_store = TurnTrackerStore(self.domain)
        self.nlg = TemplatedNaturalLanguageGenerator(self.domain.responses)
        self._own_actions = own_actions
        self._spot = spot

    @staticmethod
    def _load_model(model_path: Path) -> tuple[str, ModelMetadata, GraphRunner]:
        with tempfile.TemporaryDirectory() as folder:
            try:
                metadata, runner = loader.load_predict_graph_runner(
                    Path(folder), model_path, LocalModelStorage, PlainGraphRunner
                )
            except (OSError, tarfile.TarError) as error:
                raise ConfigurationError(f"Model {model_path.name} cannot be loaded; run `townclerk train`.") from error
        return os.path.basename(model_path), metadata, runner

    async def fetch_tracker_and_update_session(
        self, sender_id: str, output_channel: OutputChannel | None = None, metadata: dict[str, Any] | None = None
    ) -> DialogueStateTracker:
        """Return the tracker, its session begun, in the language of this turn."""
        tracker = await super().fetch_tracker_and_update_session(sender_id, output_channel, metadata)
        # Not before: Rasa begins a session only for a tracker without events.
        self.tracker_store.set_language(tracker)
        return tracker

    async def parse_message(
        self,
        message: UserMessage,
        tracker: DialogueStateTracker | None = None,
        only_output_properties: bool = True,
    ) -> dict[str, Any]:
        """Return what the model reads in a message, corrected; in an interview the model's word stands."""
        parsed: dict[str, Any] = await super().parse_message(message, tracker, only_output_properties)
        if self._spot is None or (tracker is not None and tracker.active_loop_name):
            return parsed
        return self._spot(message.text or "", parsed) or parsed

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        watched = _Watched(self._own_actions.get(action.name(), action))
        again = await super()._run_action(watched, tracker, output_channel, nlg, prediction)
        if watched.error is not None:
            raise ActionFailed(f"Action {action.name()} failed: {type(watched.error).__name__}.") from watched.error
        return bool(again)
