"""The town's own words as citizens read them."""

from __future__ import annotations

import pytest

from actions.town_words import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Filled.", "Filled."),
        ("  two\n\n lines\t ", "two lines"),
        ("<p>Done &amp; dusted</p><p>by <b>us</b>.</p>", "Done & dusted by us."),
        ("below < 3 and > 2", "below < 3 and > 2"),
        ("0[reference] is ours", "0(reference) is ours"),
        ("hidden\u202eword\x00\x1b", "hidden word"),
        ("word " * 10, "word word word..."),
        ("x" * 30, "x" * 17 + "..."),
        ("", ""),
    ],
)
def test_words_are_plain_on_one_line_and_short(text: str, shown: str) -> None:
    assert plain(text, 20) == shown
