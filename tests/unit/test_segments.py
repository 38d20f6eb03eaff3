"""Segments: what an SMS carries, what it costs, where it may be cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.segments import GSM_BASIC, economical, is_gsm, segments, split


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("GSM-7", 0, 1)),
        ("a" * 160, ("GSM-7", 160, 1)),
        ("a" * 161, ("GSM-7", 161, 2)),
        ("a" * 306, ("GSM-7", 306, 2)),
        ("a" * 307, ("GSM-7", 307, 3)),
        ("€" * 80, ("GSM-7", 160, 1)),
        # 153 is odd: the escape and its character stay together, so a segment holds 76 of them.
        ("€" * 152, ("GSM-7", 304, 2)),
        ("€" * 153, ("GSM-7", 306, 3)),
        ("á" * 70, ("UCS-2", 70, 1)),
        ("á" * 71, ("UCS-2", 71, 2)),
        ("á" * 135, ("UCS-2", 135, 3)),
        ("🚧" * 35, ("UCS-2", 70, 1)),
        # 67 is odd: a pair is not cut, so a segment holds 33 of them.
        ("🚧" * 67, ("UCS-2", 134, 3)),
    ],
)
def test_segments_are_counted_as_the_carrier_bills_them(text: str, expected: tuple[str, int, int]) -> None:
    found = segments(text)
    assert (found.encoding, found.units, found.count) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“Open” – it’s 9…", '"Open" - it\'s 9...'),
        ("9\u00a0am\u2009to\u202f5\u200b pm", "9 am to 5 pm"),
        ("cafe\u0301", "café"),
        # Spanish accents are outside the alphabet, so nothing is gained: left whole.
        ("¿Qué pasó con “mi” aviso?", "¿Qué pasó con “mi” aviso?"),
        ("漢字 – “quoted”", "漢字 – “quoted”"),
        ("👩\u200d🚒 …", "👩\u200d🚒 …"),
    ],
)
def test_substitutions_are_made_only_where_they_make_the_text_cheap(text: str, expected: str) -> None:
    assert economical(text) == expected


@given(st.text())
def test_an_economical_text_is_cheap_or_the_same(text: str) -> None:
    result = economical(text)
    assert result == text or is_gsm(result)


def test_the_basic_alphabet_is_whole() -> None:
    # 128 places, one of which is the escape.
    assert len(GSM_BASIC) == 127


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 10, ["short"]),
        ("one two three", 7, ["one two", "three"]),
        ("first line\nsecond", 12, ["first line", "second"]),
        ("a\nbb cc dd", 8, ["a\nbb cc", "dd"]),
        ("x" * 25, 10, ["x" * 10, "x" * 10, "x" * 5]),
        ("   ", 10, []),
    ],
)
def test_long_texts_are_cut_after_a_line_or_a_word(text: str, limit: int, expected: list[str]) -> None:
    assert split(text, limit) == expected


@given(st.text(), st.integers(min_value=1, max_value=40))
def test_parts_fit_and_lose_nothing_but_blanks(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(0 < len(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
