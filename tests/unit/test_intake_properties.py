"""What holds for every interview, whatever a citizen writes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from actions.intake.interview import Interview
from actions.intake.services import Catalogue
from actions.intake.words import command
from bot.messages import Location
from bot.phrases import Phrases

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
CATALOGUE = Catalogue.load(ROOT / "data/services")
INTERVIEW = Interview(CATALOGUE)
PHRASES = Phrases.load(ROOT / "data/responses")

words = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["1", "2", "3", "1 and 2", "back", "skip", "why", "12 Oak Street", "yesterday", "change 2", "0"]),
    st.sampled_from(["geri", "geç", "neden?", "değiştir 2", "hepsi", "رجوع", "تخطي", "٢", "١ و ٣", "نعم", "لا أعرف"]),
    st.sampled_from(["menu", "restart", "what?", "atrás", "saltar", "a person", "415 555 2671", "a@example.org"]),
)
choices = st.one_of(st.none(), st.none(), st.sampled_from(["do:skip", "#summary:send", "attr.size:large", "x", ":"]))
places = st.one_of(st.none(), st.none(), st.none(), st.just(Location(latitude=1.5, longitude=2.5)))
messages = st.tuples(words, choices, places, st.sampled_from(["en", "es", "tr", "ar"]))


@given(
    first=words,
    code=st.sampled_from([None, *CATALOGUE.services]),
    talk=st.lists(messages, max_size=25),
)
@settings(max_examples=120, deadline=None)
def test_an_interview_never_crashes_never_loses_an_answer_and_never_sends_unconfirmed(
    first: str, code: str | None, talk: list[tuple[str, str | None, Location | None, str]]
) -> None:
    reply = INTERVIEW.start(first, language="en", service_code=code, now=NOW)
    for text, choice, place, language in talk:
        before = json.loads(json.dumps(reply.state))
        reply = INTERVIEW.answer(
            before,
            text,
            choice=choice,
            location=place,
            language=language,
            now=NOW,
            new_reference=lambda: "K7QX-2M9D-4HTR",
        )
        for said in reply.says:
            PHRASES.say(said.response, language, "sms", **said.values)
        if command(text) != "restart":
            assert before["answers"].keys() <= reply.state["answers"].keys()
        assert (reply.submit is not None) == (reply.outcome == "confirmed")
        if reply.submit is not None:
            assert before["asked"] == "#summary" or before["instead_of"] == "#summary"
        if reply.outcome:
            break
        assert reply.says
