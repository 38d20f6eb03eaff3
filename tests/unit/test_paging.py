"""Paging: a long SMS comes in parts that fit, loses nothing, and offers its choices at the end."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Choice, Outbound
from bot.paging import MORE, next_page, page
from bot.segments import economical, is_gsm, segments
from channels.text import legible, numbered, plain

CHOICES = (Choice(id="a", title="Send it", payload="/send"), Choice(id="b", title="Change it", payload="/change"))
SENTENCE = "The office on Oak Street is open on every day of the week. "


def long(text: str, **more: object) -> Outbound:
    return replace(Outbound(id="1", channel="sms", address="+1555", text=text), **more)  # type: ignore[arg-type]


def ids() -> Callable[[], str]:
    numbers = itertools.count()
    return lambda: f"id{next(numbers)}"


def cost(outbound: Outbound) -> int:
    return segments(legible(economical(numbered(plain(outbound.text), outbound.choices)))).count


def pages(outbound: Outbound) -> list[Outbound]:
    found = [page(outbound, "More", ids())]
    while found[-1].rest:
        found.append(next_page(found[-1], f"page{len(found)}", "More", ids()))
    return found


@pytest.mark.parametrize(
    "outbound",
    [
        long("short", choices=CHOICES),
        long("x" * 459),
        long(SENTENCE * 20, channel="web"),
        long(SENTENCE * 20, urgent=True),
        # Nowhere to be cut.
        long("x" * 900),
    ],
)
def test_a_message_that_is_cheap_or_cannot_be_cut_stays_whole(outbound: Outbound) -> None:
    assert page(outbound, "More", ids()) == outbound


def test_a_long_message_is_cut_after_a_sentence_and_offers_more() -> None:
    first, *others = pages(long(SENTENCE * 12, choices=CHOICES))
    assert first.text.endswith("of the week.")
    assert [(choice.title, choice.payload) for choice in first.choices] == [("More", MORE)]
    assert others[-1].choices == CHOICES
    assert not others[-1].rest_choices
    assert [first.id, others[0].id] == ["1", "page1"]


def test_a_line_is_a_better_place_than_a_sentence() -> None:
    first = pages(long(SENTENCE * 5 + "\n" + SENTENCE * 6))[0]
    assert first.text == (SENTENCE * 5).strip()


@pytest.mark.parametrize("link", ["https://springdale.example/a", "[the page](https://springdale.example/a)"])
def test_the_link_at_the_end_goes_into_the_first_part(link: str) -> None:
    first, *others = pages(long(SENTENCE * 12 + f"\nSource: {link}"))
    assert first.text.endswith(f"\nSource: {link}")
    assert "Source" not in "".join(other.text for other in others)


def test_nothing_that_markdown_holds_together_is_cut() -> None:
    link = "[a label of some words that is rather long](https://springdale.example/a)"
    for before in range(330, 460):
        for part in pages(long(" ".join(["ab"] * (before // 3)) + f" {link} " + "words " * 40)):
            assert part.text.count("[") == part.text.count("](")


@pytest.mark.parametrize(
    "sentence",
    [
        SENTENCE,
        "¿Qué días está abierta la oficina de la calle Roble? ",
        "اتصل بالرقم 555-0100 أو 555-0101 غدا. ",
        "x y ",
    ],
)
@pytest.mark.parametrize("times", [9, 20, 60])
def test_no_page_costs_more_than_its_alphabet_allows_and_no_word_is_lost(sentence: str, times: int) -> None:
    found = pages(long(sentence * times, choices=CHOICES))
    # As many words in the dear alphabet, in which a segment holds less than half.
    assert all(cost(part) <= (3 if is_gsm(economical(part.text)) else 6) for part in found)
    assert " ".join(part.text for part in found).split() == (sentence * times).split()


@given(st.text(alphabet="ab.!? \n12é[](*", max_size=1500))
def test_any_text_comes_to_an_end_with_all_its_words(text: str) -> None:
    assert " ".join(part.text for part in pages(long(text))).split() == text.split()


def test_a_question_of_the_interview_is_read_in_one_piece() -> None:
    question = long(SENTENCE * 12, choices=(Choice(id="a", title="Send it", payload="#send"),))
    assert page(question, "More", ids()) == question
