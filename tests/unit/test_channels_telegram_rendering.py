"""How our Markdown looks in Telegram, counted in UTF-16 as Telegram counts."""

from __future__ import annotations

import pytest

from channels.telegram.rendering import Part, rendered

URL = "https://x.example/a_b"


def _shown(part: Part) -> list[tuple[str, str, str | None]]:
    """Return each entity with the text that Telegram would take for it."""
    units = part.text.encode("utf-16-le")
    cut = [units[2 * look.offset : 2 * (look.offset + look.length)].decode("utf-16-le") for look in part.entities]
    return [(look.type.value, text, look.url) for look, text in zip(part.entities, cut, strict=True)]


@pytest.mark.parametrize(
    ("text", "plain", "looks"),
    [
        ("Case 2026-000123 <b> a_b * c & d", "Case 2026-000123 <b> a_b * c & d", []),
        (f"See [the page]({URL}).", "See the page.", [("text_link", "the page", URL)]),
        ("🎉🎉 **big** _news_", "🎉🎉 big news", [("bold", "big", None), ("italic", "news", None)]),
        (f"**[x 🎉 y]({URL})**", "x 🎉 y", [("text_link", "x 🎉 y", URL), ("bold", "x 🎉 y", None)]),
        ("[Call us](tel:+15550100)", "Call us: +15550100", []),
        ("[311](tel:311)", "311", []),
        # The mark before the number keeps it in order, and what follows keeps its looks.
        ("اتصل 555-0100 **الآن**", "اتصل \u200e555-0100 الآن", [("bold", "الآن", None)]),
        ("# Hours\n- Mon\n- Tue", "Hours\n• Mon\n• Tue", [("bold", "Hours", None)]),
    ],
)
def test_looks_are_a_list_beside_the_text(text: str, plain: str, looks: list[tuple[str, str, str | None]]) -> None:
    [part] = rendered(text)
    assert part.text == plain
    assert _shown(part) == looks


@pytest.mark.parametrize("shift", range(0, 24, 3))
def test_a_cut_leaves_links_whole(shift: int) -> None:
    text = "x" * (4080 + shift) + f" [the town's own page]({URL}) " + "word " * 20
    parts = rendered(text)
    assert len(parts) == 2
    assert [look for part in parts for look in _shown(part)] == [("text_link", "the town's own page", URL)]
    assert all(len(part.text.encode("utf-16-le")) // 2 <= 4096 for part in parts)
    assert "\ue000" not in "".join(part.text for part in parts)


def test_emoji_count_twice_in_a_part() -> None:
    parts = rendered("🎉🎉🎉 " * 1500)
    assert all(len(part.text.encode("utf-16-le")) // 2 <= 4096 for part in parts)
    assert "".join(part.text for part in parts).count("🎉") == 4500


def test_no_more_looks_than_telegram_takes_and_links_stay() -> None:
    [part] = rendered("**b** x " * 120 + f"[page]({URL})")
    assert len(part.entities) == 100
    assert ("text_link", "page", URL) in _shown(part)


def test_more_links_than_telegram_takes_are_written_out() -> None:
    parts = rendered(" ".join(f"[p{number}](https://x.example/{number}) and" for number in range(101)))
    assert all(not part.entities for part in parts)
    assert "p100: https://x.example/100" in parts[-1].text


def test_nothing_is_no_message() -> None:
    assert rendered("") == []
