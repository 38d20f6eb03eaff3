"""Where a message falls into parts."""

import pytest

from bot.nlu.sentences import LEAST_WORDS, MOST_WORDS, parts


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("when is bin day and how do i pay my water bill", ["when is bin day", "how do i pay my water bill"]),
        ("When is bin day? How do I pay for water?", ["When is bin day", "How do I pay for water?"]),
        ("report a pothole, also what time is the library open", ["report a pothole", "what time is the library open"]),
        ("i lost my dog, my street light is out too", ["i lost my dog", "my street light is out too"]),
        ("i lost my dog.\nmy street light is out too", ["i lost my dog", "my street light is out too"]),
        ("cuándo pasa la basura y también cómo pago el agua", ["cuándo pasa la basura", "cómo pago el agua"]),
        (
            "çöp ne zaman toplanıyor ve su faturamı nasıl öderim",
            ["çöp ne zaman toplanıyor", "su faturamı nasıl öderim"],
        ),
        ("متى يتم جمع القمامة وكمان كيف أدفع فاتورة الماء", ["متى يتم جمع القمامة", "كيف أدفع فاتورة الماء"]),
        (
            "when is bin day? is the pool open, and how do i pay for water",
            ["when is bin day", "is the pool open", "how do i pay for water"],
        ),
    ],
)
def test_a_message_falls_into_what_it_asks(text: str, pieces: list[str]) -> None:
    assert parts(text) == pieces


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "bin day and water bill",
        "when does the garbage truck come down maple street",
        "and and and and and and and and and",
        ". . . . . . . . . . . .",
        "where can i go to get my water turned on, please",
    ],
)
def test_what_says_one_thing_has_no_parts(text: str) -> None:
    assert parts(text) == []


def test_a_few_words_go_with_their_neighbour() -> None:
    text = "Hello there. When is bin day on Oak Street? How do I pay for water?"
    assert parts(text) == ["Hello there When is bin day on Oak Street", "How do I pay for water?"]


@pytest.mark.parametrize(("count", "parted"), [(LEAST_WORDS, True), (MOST_WORDS, True), (MOST_WORDS + 1, False)])
def test_a_story_is_read_as_a_whole(count: int, parted: bool) -> None:
    text = " ".join(["word"] * 4) + ". " + " ".join(["word"] * (count - 4))
    assert bool(parts(text)) is parted


def test_a_break_inside_a_word_is_none() -> None:
    assert parts("the android sandwich yard very loud near Main.Street today") == []
