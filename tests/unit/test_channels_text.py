"""Text for phones: how links, choices and numbers look without a screen."""

import pytest

from bot.messages import Choice
from channels.text import legible, numbered, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See [the page](https://x.example/a).", "See the page: https://x.example/a."),
        ("[https://x.example](https://x.example)", "https://x.example"),
        ("[a](https://x.example/b_(c)?d=e_f_)", "a: https://x.example/b_(c)?d=e_f_"),
        ("## Hours\n**Open** today", "Hours\nOpen today"),
        ("2 * 3 * 4, snake__case", "2 * 3 * 4, snake__case"),
        ("[not a link] (really)", "[not a link] (really)"),
    ],
)
def test_markdown_becomes_plain_text_with_whole_links(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_choices_are_numbers_below_the_text() -> None:
    choices = (Choice(id="a", title="Pothole"), Choice(id="b", title="Street light"))
    assert numbered("What is it?", choices) == "What is it?\n1. Pothole\n2. Street light"
    assert numbered("Thanks.", ()) == "Thanks."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("اتصل بالرقم 555-0100.", "اتصل بالرقم \u200e555-0100."),
        ("اتصل بالرقم 1-877-487-2778", "اتصل بالرقم \u200e1-877-487-2778"),
        ("بلاغك 2345-67CD-89FG", "بلاغك \u200e2345-67CD-89FG"),
        ("المكان: 12 Oak Street", "المكان: \u200e12 Oak Street"),
        ("تم في 2026-09-01", "تم في \u200e2026-09-01"),
        # A mark inside an address in the web would break it; and once is enough.
        ("المصدر: https://springdale.example/a-1-2", "المصدر: https://springdale.example/a-1-2"),
        ("اتصل بالرقم \u200e555-0100", "اتصل بالرقم \u200e555-0100"),
        ("من 8 صباحا", "من 8 صباحا"),
        ("Call 555-0100.", "Call 555-0100."),
    ],
)
def test_numbers_in_arabic_are_kept_from_being_read_backwards(text: str, expected: str) -> None:
    assert legible(text) == expected
