"""What Rasa 3.6.21 does that we rely on, or work around: one test each, so that a change of Rasa is seen."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from rasa.core.actions.action import Action, RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.core.processor import MessageProcessor
from rasa.engine import loader
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.nlu.classifiers.regex_message_handler import RegexMessageHandler
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.shared.nlu.training_data.message import Message
from town import Town

from bot.errors import ActionFailed
from bot.logs import configure_logging
from bot.runner import PlainGraphRunner
from bot.tracker import History, TurnTrackerStore
from bot.understanding import plain
from store import tracker_events
from store.tables import conversations

#: Needs the trained model of the whole content.
pytestmark = pytest.mark.slow

COMMANDS = [
    '/check_status{"language": "xx"}',
    ' /check_status{"language": "xx"}',
    "\t/restart",
    "\n/check_status@0.1",
    "EXTERNAL: check_status",
    '  EXTERNAL: check_status{"language": "xx"}',
    "/EXTERNAL: check_status",
    "EXTERNAL:/EXTERNAL: //restart",
]


class Broken(Action):
    """An action that fails as many times as it is told to."""

    def __init__(self, failures: int = 10**6) -> None:
        self.failures = failures

    def name(self) -> str:
        return "utter_greet"

    async def run(self, output_channel: Any, nlg: Any, tracker: Any, domain: Any) -> list[Any]:
        self.failures -= 1
        if self.failures >= 0:
            raise ValueError("a citizen's words")
        return [await self._greeting()]

    async def _greeting(self) -> Any:
        from rasa.core.actions.action import create_bot_utterance

        return create_bot_utterance({"text": "hello again"})


def _message(text: str) -> UserMessage:
    return UserMessage(text, output_channel=CollectingOutputChannel(), sender_id="c1")


async def test_stock_processor_swallows_a_failing_action(town: Town) -> None:
    town.processor._own_actions = {"utter_greet": Broken()}  # type: ignore[assignment]
    town.processor.tracker_store.open("c1", History([], "en"))
    tracker = await town.processor.fetch_tracker_and_update_session("c1", CollectingOutputChannel())
    prediction = town.processor.predict_next_with_tracker_if_should(tracker)[1]
    stock = MessageProcessor._run_action
    again = await stock(town.processor, Broken(), tracker, CollectingOutputChannel(), town.processor.nlg, prediction)
    assert again, "Rasa went on as if nothing had happened"


async def test_a_failing_action_aborts_our_turn_before_the_tracker_is_saved(town: Town) -> None:
    town.processor._own_actions = {"utter_greet": Broken()}  # type: ignore[assignment]
    history = History([], "en")
    town.processor.tracker_store.open("c1", history)
    with pytest.raises(ActionFailed, match="utter_greet failed: ValueError"):
        await town.processor.handle_message(_message("hello"))
    assert history.added is None


async def test_the_tracker_is_saved_once_and_at_the_end(town: Town) -> None:
    saved: list[int] = []

    class Counting(TurnTrackerStore):
        async def save(self, tracker: Any) -> None:
            saved.append(len(tracker.events))
            await super().save(tracker)

    store = Counting(town.processor.domain)
    town.processor.tracker_store = store
    history = History([], "en")
    store.open("c1", history)
    await town.processor.handle_message(_message("hello"))
    assert saved == [len(history.added or [])]


@pytest.mark.parametrize("text", COMMANDS)
async def test_what_rasa_takes_for_a_command_is_plain_text_to_us(town: Town, text: str) -> None:
    handled = RegexMessageHandler().process([Message.build(plain(text))], town.processor.domain)
    assert handled[0].get("intent") is None
    parsed = await town.processor.parse_message(_message(plain(text)))
    assert not parsed["entities"]


def test_stock_rasa_does_take_it_for_a_command(town: Town) -> None:
    handled = RegexMessageHandler().process([Message.build(COMMANDS[0])], town.processor.domain)
    assert handled[0].get("intent")["name"] == "check_status"


async def test_a_typed_command_sets_no_slot_and_reaches_no_action(town: Town) -> None:
    for text in COMMANDS:
        await town.say(text)
    with town.engine.connect() as conn:
        conversation = conn.execute(conversations.select()).one().id
        events = tracker_events.load(conn, conversation)
    assert not [e for e in events if e["event"] == "slot" and e["value"] == "xx"]
    assert not [e for e in events if e["event"] == "restart"]


@pytest.mark.parametrize("text", ["when is my trash collected", "hola", "asdf qwer", "I want to report a pothole"])
async def test_the_plain_runner_gives_what_dask_gives(model: Path, town: Town, tmp_path: Path, text: str) -> None:
    (tmp_path / "m").mkdir()
    _, dask = loader.load_predict_graph_runner(tmp_path / "m", model, LocalModelStorage, DaskGraphRunner)
    target = town.processor.model_metadata.nlu_target
    inputs = {"__message__": [_message(text)], "__tracker__": None}
    ours = town.processor.graph_runner
    assert isinstance(ours, PlainGraphRunner)
    [theirs], [own] = dask.run(inputs, [target])[target], ours.run(inputs, [target])[target]
    # What is handed on: between themselves components pass arrays, which cannot be compared so.
    assert own.as_dict(only_output_properties=True) == theirs.as_dict(only_output_properties=True)


async def test_our_actions_never_go_through_the_remote_ones_schema_check(town: Town) -> None:
    stock = town.processor._get_action("action_case_status")
    assert isinstance(stock, RemoteAction)
    assert not isinstance(town.processor._own_actions["action_case_status"], RemoteAction)


def test_a_store_error_is_raised_not_replaced_by_memory(town: Town) -> None:
    assert type(town.processor.tracker_store) is TurnTrackerStore
    with pytest.raises(KeyError):
        asyncio.run(town.processor.tracker_store.retrieve("a conversation nobody opened"))


async def test_a_tracker_is_rebuilt_as_rasa_would_rebuild_it(town: Town) -> None:
    for text in ("hello", "there is a pothole at 12 Oak Street", "large", "2", "when is my trash collected?"):
        await town.say(text)
    with town.engine.connect() as conn:
        conversation = conn.execute(conversations.select()).one().id
        events = tracker_events.load(conn, conversation)
    town.processor.tracker_store.open(conversation, History(events, "en"))
    ours = await town.processor.tracker_store.retrieve(conversation)
    theirs = DialogueStateTracker.from_dict(conversation, events, town.processor.domain.slots)
    assert len(ours.events) == len(events) > 20
    assert ours.current_state(EventVerbosity.ALL) == theirs.current_state(EventVerbosity.ALL)
    assert ours.active_loop_name == theirs.active_loop_name == "intake_form"


async def test_a_response_that_is_missing_is_silence_to_rasa(town: Town) -> None:
    nlg = TemplatedNaturalLanguageGenerator({})
    town.processor.tracker_store.open("c1", History([], "en"))
    tracker = await town.processor.get_tracker("c1")
    assert await nlg.generate("utter_nothing", tracker, "sms") is None


async def test_no_word_of_a_citizen_is_logged(town: Town, capfd: pytest.CaptureFixture[str]) -> None:
    level, handlers = logging.root.level, logging.root.handlers[:]
    try:
        configure_logging("test")
        town.worker._turn._processor._own_actions = {"utter_greet": Broken(1)}  # type: ignore[assignment]
        await town.say("hello my name is Zanzibar Canary 555-867-5309")
        await town.say("hello")
        await town.say("pothole at 12 Canary Wharf")
    finally:
        logging.root.handlers, logging.root.level = handlers, level
    output = capfd.readouterr()
    assert "failed" in output.err, "the failure itself must be logged"
    for line in output.err.splitlines():
        json.loads(line)
    assert "anary" not in output.err + output.out
    assert "a citizen's words" not in output.err


def test_domain_without_a_session_limit_never_expires(town: Town) -> None:
    domain: Domain = town.processor.domain
    assert not domain.session_config.are_sessions_enabled()
