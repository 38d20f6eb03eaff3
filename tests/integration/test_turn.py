"""A turn is one transaction: everything of it is committed, or nothing and the message is tried again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from rasa.core.actions.action import Action, create_bot_utterance
from sqlalchemy import func, select
from town import ROOT, Town

from actions.intake.services import Catalogue
from actions.reference import new_code
from bot.effects import effect_of
from bot.errors import LeaseLost
from bot.language import guess
from bot.loop import NAME, IntakeLoop
from bot.messages import Choice, Inbound, Outbound
from bot.resuming import TakenUp
from bot.understanding import Past, Understood, language_of, understand
from bot.worker import LEASE
from store import alerts, conversations, inbox, submissions
from store.engine import reading
from store.tables import alerts as alert_rows
from store.tables import inbox as inbox_rows
from store.tables import outbox as outbox_rows
from store.tables import submissions as submission_rows
from store.tables import tracker_events as event_rows


@pytest.fixture
def town(quick_town: Town) -> Town:
    """What a turn promises does not depend on how much was taught."""
    return quick_town


class Fails(Action):
    """Replies, asks for an effect, and then fails the first `times` times."""

    def __init__(self, times: int) -> None:
        self.times = times

    def name(self) -> str:
        return "utter_greet"

    async def run(self, output_channel: Any, nlg: Any, tracker: Any, domain: Any) -> list[Any]:
        self.times -= 1
        await output_channel.send_response(tracker.sender_id, {"text": "half done"})
        if self.times >= 0:
            raise RuntimeError("the backend is down")
        return [create_bot_utterance({"text": "done at last"})]


def count(town: Town, table: Any, *conditions: Any) -> int:
    with reading(town.engine) as conn:
        return conn.scalars(select(func.count()).select_from(table).where(*conditions)).one()


async def test_a_turn_commits_replies_events_and_done_together(town: Town) -> None:
    heard = await town.say("hello")
    assert "automated assistant" in heard
    assert count(town, inbox_rows, inbox_rows.c.state == "done") == 1
    assert count(town, event_rows) > 0
    assert count(town, outbox_rows) == 2


async def test_the_assistant_says_once_that_it_is_one(town: Town) -> None:
    await town.say("hello")
    assert "automated assistant" not in await town.say("hello")


async def test_a_failing_action_commits_nothing_and_the_message_is_tried_again(town: Town) -> None:
    town.processor._own_actions = {**town.processor._own_actions, "utter_greet": Fails(2)}
    assert await town.say("hello") == ""
    assert count(town, event_rows) == count(town, outbox_rows) == 0
    assert count(town, inbox_rows, inbox_rows.c.state == "waiting", inbox_rows.c.attempts == 1) == 1
    town.pass_time(3)
    await town.worker.run_once()
    town.pass_time(6)
    await town.worker.run_once()
    heard = town.read()
    assert heard[1:] == ["half done", "done at last"]
    assert count(town, inbox_rows, inbox_rows.c.state == "done") == 1


async def test_later_messages_wait_behind_one_that_failed(town: Town) -> None:
    town.processor._own_actions = {**town.processor._own_actions, "utter_greet": Fails(1)}
    town.accept("hello")
    town.accept("when is my trash collected")
    while await town.worker.run_once():
        pass
    assert town.read() == []
    town.pass_time(3)
    while await town.worker.run_once():
        pass
    heard = town.read()
    assert heard[-2] == "done at last"
    assert "Source:" in heard[-1]


async def test_a_message_that_keeps_failing_is_parked_with_an_alert_and_an_honest_word(town: Town) -> None:
    town.processor._own_actions = {**town.processor._own_actions, "utter_greet": Fails(99)}
    town.accept("hola, buenos días")
    for _ in range(town.max_attempts):
        await town.worker.run_once()
        town.pass_time(60)
    assert count(town, inbox_rows, inbox_rows.c.state == "parked", inbox_rows.c.attempts == 3) == 1
    with reading(town.engine) as conn:
        assert [alert.kind for alert in alerts.open_alerts(conn)] == ["parked_message"]
    [word] = town.read()
    assert word == town.phrases.say("utter_parked", "es", "sms")
    assert "Source:" in await town.say("when is my trash collected"), "the conversation goes on"


async def test_a_turn_that_lost_its_lease_commits_nothing(town: Town) -> None:
    town.accept("hello")
    with town.engine.begin() as conn:
        lease = conversations.claim(conn, "slow", now=town.clock(), lease_for=LEASE)
    assert lease is not None
    town.pass_time(60)
    await town.worker.run_once()
    answered = town.read()
    with reading(town.engine) as conn:
        row = conn.execute(select(inbox_rows)).one()
        waiting = inbox.Waiting(row.id, row.conversation_id, _hello(town), 0)
    with pytest.raises(LeaseLost):
        await town.turn.run(lease, waiting)
    assert len(answered) == 2
    assert town.read() == []


def _hello(town: Town) -> Inbound:
    return Inbound(channel="sms", provider_id="m0", address="+15550001", text="hello", received_at=town.clock())


async def test_a_worker_that_starts_again_frees_what_it_held(town: Town) -> None:
    town.accept("hello")
    with town.engine.begin() as conn:
        conversations.claim(conn, "test", now=town.clock(), lease_for=LEASE)
    assert not await town.worker.run_once()
    with town.engine.begin() as conn:
        conversations.release_owner(conn, "test")
    assert await town.worker.run_once()


async def test_asking_for_a_person_leaves_an_alert(town: Town) -> None:
    heard = await town.say("I want to talk to a person")
    assert heard
    with reading(town.engine) as conn:
        assert [alert.kind for alert in alerts.open_alerts(conn)] == ["hand_over"]


async def test_a_report_becomes_one_submission_and_one_case(town: Town) -> None:
    await report(town, "+15550001")
    assert count(town, submission_rows) == 1
    assert await town.submitter.run_once() == 1
    assert await town.submitter.run_once() == 0
    with reading(town.engine) as conn:
        reference = conn.scalars(select(submission_rows.c.reference)).one()
        case = submissions.get(conn, reference)
    assert case is not None
    assert case.service_request_id
    assert any(case.service_request_id in text for text in town.read())
    assert "open" in (await town.say(f"what about {reference}")).lower()


async def report(town: Town, sender: str) -> str:
    """Take a graffiti report up to the summary, and say "send it"."""
    await town.say("graffiti on a wall", sender=sender)
    heard = await town.say("12 Oak Street", sender=sender)
    while "Shall we send it?" not in heard:
        heard = await town.say("skip" if "SKIP" in heard else "1", sender=sender)
    return await town.say("1", sender=sender)


def loop_with(town: Town, reference: str) -> IntakeLoop:
    """Return an interview whose reports all get this reference."""
    catalogue = Catalogue.load(ROOT / "data" / "services")
    near = town.backend.near
    return IntakeLoop(lambda: catalogue, near, town.phrases, town.clock, lambda: reference, new_code)


async def test_a_turn_that_the_store_refuses_leaves_nothing_behind(town: Town) -> None:
    town.processor._own_actions = {**town.processor._own_actions, NAME: loop_with(town, "SAME-SAME-SAME")}
    assert "SAME-SAME-SAME" in await report(town, "+15550001")
    assert await report(town, "+15550002") == "", "the reference is taken, so the whole turn is undone"
    assert count(town, submission_rows) == 1
    assert count(town, inbox_rows, inbox_rows.c.state == "waiting", inbox_rows.c.attempts == 1) == 1
    town.processor._own_actions = {
        **town.processor._own_actions,
        NAME: loop_with(town, "ELSE-ELSE-ELSE"),
    }
    town.pass_time(3)
    await town.worker.run_once()
    assert "ELSE-ELSE-ELSE" in "".join(town.read("+15550002"))
    assert count(town, submission_rows) == 2


async def test_a_question_in_the_middle_is_answered_and_the_interview_goes_on(town: Town) -> None:
    await town.say("there is a pothole")
    asked = await town.say("12 Oak Street")
    heard = await town.say("when is my trash collected?")
    assert "Source: https://springdale.example/trash" in heard
    assert heard.rstrip().endswith(asked.splitlines()[-1])
    assert count(town, alert_rows) == 0


async def test_a_misread_answer_is_not_taken_for_a_question(town: Town) -> None:
    await town.say("there is a pothole")
    await town.say("12 Oak Street")
    assert "Source:" not in await town.say("large")


async def ask_vaguely(town: Town) -> None:
    """Say vague things until one is asked back: which is vague depends on the examples that clerks write."""
    for word in ("hello", "license", "permit or license", "certificate", "card"):
        heard = await town.say(word)
        if len(town.choices()) > 1:
            return
    raise AssertionError(f"nothing was asked back, in the end {heard!r} was said")


async def test_a_near_miss_is_asked_back_and_the_number_picks_the_topic(town: Town) -> None:
    await ask_vaguely(town)
    assert "Source:" in await town.say("1")
    assert not town.choices()


async def test_a_pressed_choice_is_found_by_its_opaque_id(town: Town) -> None:
    await ask_vaguely(town)
    topic = next(choice for choice in town.choices() if choice.payload.startswith("/faq/"))
    assert "faq" not in topic.id
    await town.say("thanks")
    assert "Source:" in await town.say("", choice=topic.id), "an older button still means what it said"


@pytest.mark.parametrize("choice", ["", "nobody gave this id", "/check_status"])
async def test_an_unknown_choice_sets_nothing_off(town: Town, choice: str) -> None:
    await town.say("hello")
    assert await town.say("", choice=choice) != ""


def test_plain_text_is_not_bound_to_choices_of_the_interview() -> None:
    inbound = Inbound(channel="sms", provider_id="1", address="a", text="/greet", received_at=None)  # type: ignore[arg-type]
    assert understand(inbound, Past([], None, None)) == Understood("greet")


@pytest.mark.parametrize(
    ("said", "offered", "intent"),
    [
        ("yes", ["/faq/a"], "faq/a"),
        ("sí", ["/faq/a", "/talk_to_person"], "faq/a"),
        ("نعم", ["/talk_to_person"], "talk_to_person"),
        ("yes", ["/faq/a", "/faq/b", "/talk_to_person"], "nlu_fallback"),
        ("no", ["/faq/a"], "thanks"),
        ("hayır", ["/faq/a", "/talk_to_person"], "nlu_fallback"),
        ("yes", ["#summary:send"], None),
        ("yes", [], None),
        ("when is trash day", ["/faq/a"], None),
    ],
)
def test_a_plain_yes_or_no_answers_what_was_offered(said: str, offered: list[str], intent: str | None) -> None:
    inbound = Inbound(channel="sms", provider_id="1", address="a", text=said, received_at=None)  # type: ignore[arg-type]
    standing = tuple(Choice(id=str(n), title=f"title {n}", payload=payload) for n, payload in enumerate(offered))
    message = Outbound(id="m", channel="sms", address="a", text="?", choices=standing)
    assert understand(inbound, Past([], None, message)) == Understood(said, intent=intent)


def test_an_effect_of_unknown_kind_fails_the_turn() -> None:
    with pytest.raises(Exception, match="unknown effect 'pay'"):
        effect_of({"kind": "pay"})


def test_a_code_is_in_no_language() -> None:
    message = Inbound(channel="web", provider_id="1", address="a", text="gj6-5ty", received_at=datetime.now(UTC))
    taken_up = TakenUp(code="GJ65TY", state={}, language="ar")
    assert guess(message.text, None) == "en"
    assert language_of(message, [], taken_up) == "ar"
