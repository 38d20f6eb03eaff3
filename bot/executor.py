"""Runs custom actions inside the worker: rasa_sdk's classes, no server, no port, no schema re-check per call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import rasa_sdk
from rasa.core.actions.action import Action, RemoteAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa_sdk.executor import ActionExecutor


class LocalAction(Action):
    """A rasa_sdk action under Rasa's own interface."""

    def __init__(self, name: str, executor: ActionExecutor) -> None:
        self._name = name
        self._executor = executor

    def name(self) -> str:
        return self._name

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """Run the action, and word its replies as Rasa does for a remote one."""
        result: dict[str, Any] = await self._executor.run(
            {
                "next_action": self._name,
                "sender_id": tracker.sender_id,
                "tracker": tracker.current_state(EventVerbosity.AFTER_RESTART),
                # Our actions word nothing themselves, so they need no domain; making one costs more than the turn.
                "domain": {},
            }
        )
        said = await RemoteAction._utter_responses(result["responses"], output_channel, nlg, tracker)
        return [*said, *deserialise_events(result["events"])]


def local_actions(actions: Iterable[rasa_sdk.Action]) -> dict[str, Action]:
    """Register the actions with one executor; return them by name, ready for the processor."""
    executor = ActionExecutor()
    names = []
    for action in actions:
        executor.register_action(action)
        names.append(action.name())
    return {name: LocalAction(name, executor) for name in names}
