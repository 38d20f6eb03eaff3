"""What citizens say about news of their cases, in their own words."""

from __future__ import annotations

import pytest
from town import CITIZEN, Town

from bot.messages import Submit
from store import conversations, follows, requests, submissions

#: Needs the trained model of the whole content.
pytestmark = pytest.mark.slow
REFERENCE = "K7QX-2M9D-4HTR"


async def reported(town: Town, hello: str, *, is_closed: bool) -> str:
    """Have a followed report of the citizen become a case; return its number."""
    await town.say(hello)
    with town.engine.begin() as conn:
        conversation = conversations.find_or_create(conn, "sms", CITIZEN, now=town.clock(), new_id=str)
        report = Submit(reference=REFERENCE, service_code="pothole", address_string="12 Oak St", follow=True)
        submissions.add(conn, conversation, report, now=town.clock())
    await town.submitter.run_once()
    with town.engine.begin() as conn:
        kept = submissions.get(conn, REFERENCE)
        assert kept is not None
        number = str(kept.service_request_id)
        if is_closed:
            requests.set_status(conn, number, status="closed", notes="Filled.", now=town.clock())
    town.read()
    return number


@pytest.mark.parametrize(
    ("hello", "said", "expected"),
    [
        ("hello", "it's still broken, you closed it too early", "is not fixed"),
        ("hello", "the hole isn't fixed at all", "is not fixed"),
        ("hola", "no lo han arreglado todavía", "no está arreglado"),
        ("hola", "cerraron mi caso y el hoyo sigue igual", "no está arreglado"),
        ("merhaba", "hâlâ bozuk, kimse düzeltmedi", "çözülmediğini iletiyorum"),
        ("مرحبا", "لم يصلحوه وما زال معطلا", "لم يحل"),
    ],
)
async def test_a_closed_case_that_is_not_fixed_is_passed_on(town: Town, hello: str, said: str, expected: str) -> None:
    number = await reported(town, hello, is_closed=True)
    heard = await town.say(said)
    assert expected in heard
    assert number in heard
    await town.submitter.run_once()
    with town.engine.begin() as conn:
        case = requests.get(conn, number)
    assert case is not None
    assert case.status == "open"
    assert said in case.description


async def test_an_open_case_is_said_to_be_open(town: Town) -> None:
    await reported(town, "hello", is_closed=False)
    assert "still open" in await town.say("they still haven't fixed it")


@pytest.mark.parametrize(
    ("hello", "said", "expected"),
    [
        ("hello", "please no more updates about my case", "no more news"),
        ("hola", "ya no quiero más avisos de mi reporte", "no le enviaré más noticias"),
        ("merhaba", "başvurumla ilgili artık güncelleme istemiyorum", "artık haber göndermeyeceğim"),
        ("مرحبا", "لا أريد أخبارا أخرى عن بلاغي", "لن أرسل لك أخبارا"),
    ],
)
async def test_who_wants_no_more_news_gets_none(town: Town, hello: str, said: str, expected: str) -> None:
    await reported(town, hello, is_closed=False)
    assert expected in await town.say(said)
    with town.engine.begin() as conn:
        conversation = conversations.find_or_create(conn, "sms", CITIZEN, now=town.clock(), new_id=str)
        assert [one.next_look_at for one in follows.of_conversation(conn, conversation)] == [None]
