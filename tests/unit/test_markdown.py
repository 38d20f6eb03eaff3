"""Markdown: what a message shows, the same on every channel."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.markdown import Span, plain, spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("**Open** today", (Span("Open", bold=True), Span(" today"))),
        ("*Open* _today_", (Span("Open", italic=True), Span(" "), Span("today", italic=True))),
        ("***both***", (Span("both", bold=True, italic=True),)),
        (
            "See [the page](https://x.example/a).",
            (Span("See "), Span("the page", link="https://x.example/a"), Span(".")),
        ),
        ("[555-0100](tel:5550100)", (Span("555-0100", link="tel:5550100"),)),
        ("[us](mailto:a@x.example)", (Span("us", link="mailto:a@x.example"),)),
        ("[](https://x.example)", (Span("https://x.example", link="https://x.example"),)),
        ("![map](https://x.example/m.png)", (Span("map", link="https://x.example/m.png"),)),
        ("**[a](https://x.example/_b_)**", (Span("a", bold=True, link="https://x.example/_b_"),)),
        ("# Hours\nfrom 9", (Span("Hours", bold=True), Span("\nfrom 9"))),
        ("## Hours **now**", (Span("Hours now", bold=True),)),
        ("- one\n* two\n  - three", (Span("• one\n• two\n  • three"),)),
        ("* one **two**", (Span("• one "), Span("two", bold=True))),
        ("3. three\n4. four", (Span("3. three\n4. four"),)),
        ("one\ntwo\n\n\n \nthree", (Span("one\ntwo\n\nthree"),)),
        ("one\r\ntwo", (Span("one\ntwo"),)),
        (r"\*not\* \_this\_ \[x](y) 1\.", (Span("*not* _this_ [x](y) 1."),)),
        ("[x](javascript:alert)", (Span("[x](javascript:alert)"),)),
        ("[x](data:text/html,a)", (Span("[x](data:text/html,a)"),)),
        # What is left open ends with its line.
        ("**one\ntwo**", (Span("**one\ntwo**"),)),
    ],
)
def test_what_is_marked_is_shown_so(text: str, expected: tuple[Span, ...]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-000123",
        "*",
        "a * b * c",
        "snake_case_name and snake__case",
        "#hashtag, #5",
        "-5 degrees",
        "<b>bold</b> & <script>alert(1)</script> &amp; &lt;",
        "`code`",
        "[not a link] (really)",
        "https://x.example/_a_/*b*?c=d_e_",
        "Source: https://x.example/a__b__c.",
        r"C:\folder",
        "اتصل بالرقم 555-0100.",
        "¿Qué pasó? 🚧",
        "1. one\n2. two",
    ],
)
def test_text_without_markdown_comes_back_as_it_was(text: str) -> None:
    assert spans(text) == (Span(text),)
    assert plain(text) == text


@given(st.text(alphabet=st.characters(exclude_categories=["C"], exclude_characters="*_[]#\\-\n\x85\u2028\u2029")))
def test_no_word_is_lost(text: str) -> None:
    assert plain(text) == text.strip()


@given(st.text(alphabet="ab *_[]()#\\-\n:/htps.!"))
def test_no_text_is_too_odd_and_no_two_neighbours_look_the_same(text: str) -> None:
    shown = spans(text)
    assert all(span.text for span in shown)
    for one, next_one in pairwise(shown):
        assert (one.bold, one.italic, one.link) != (next_one.bold, next_one.italic, next_one.link)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See [the **page**](https://x.example/a).", "See the page: https://x.example/a."),
        ("[Call us](tel:+15550100)", "Call us: +15550100"),
        ("[555-0100](tel:555-0100)", "555-0100"),
        ("[](https://x.example)", "https://x.example"),
        ("[a](https://x.example/b_(c)?d=e_f_)", "a: https://x.example/b_(c)?d=e_f_"),
    ],
)
def test_plain_text_keeps_the_address_of_a_link(text: str, expected: str) -> None:
    assert plain(text) == expected
