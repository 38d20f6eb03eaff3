"""Noise is the same for the same seed, hits about every third word, and leaves what is exact alone."""

from __future__ import annotations

from random import Random

import pytest

from bot.evaluation.noise import abbreviated, capitals, edited, is_kept, plain, sms

LONG = """The recycling cart was left behind again although everybody on our side of the road had theirs emptied, and
    my neighbor says that it happened to her twice in October. Who decides which truck comes, and is there anything
    that a resident could do apart from dragging the cart back to the garage and waiting for another two weeks?"""
REFERENCE = "K7QX-2M9D-4HTR"


def test_the_same_seed_gives_the_same_text() -> None:
    assert sms(LONG, "en", Random(7)) == sms(LONG, "en", Random(7))
    assert sms(LONG, "en", Random(7)) != sms(LONG, "en", Random(8))


def test_about_every_third_word_is_misspelt() -> None:
    words = abbreviated(plain(LONG), "en").split()
    hit = total = 0
    for seed in range(20):
        spoilt = sms(LONG, "en", Random(seed)).split()
        assert len(spoilt) == len(words)
        hit += sum(before != after for before, after in zip(words, spoilt, strict=True))
        total += len(words)
    assert 0.2 <= hit / total <= 0.45


@pytest.mark.parametrize(
    "exact", ["1200", "84.20", "$84", "3/12/2026", "555-0100", "5pm", REFERENCE, "ana@mail.example"]
)
def test_what_is_exact_stays(exact: str) -> None:
    for seed in range(50):
        assert exact in sms(f"Please look at {exact}, thank you!", "en", Random(seed)).split()


@pytest.mark.parametrize("reference", [REFERENCE, "K7QX 2M9D 4HTR", "k7qx ccdd ffgg", "K7QX2M9D4HTR"])
def test_a_case_reference_stays_as_it_was_written(reference: str) -> None:
    for seed in range(50):
        assert reference in sms(f"what became of {reference} please", "en", Random(seed))


@pytest.mark.parametrize(
    ("text", "plainly"),
    [
        ("When's TRASH day?", "whens trash day"),
        ("¿Dónde está el zafacón?", "donde esta el zafacon"),
        ("Çöp günü, İstanbul Sokağı", "cop gunu istanbul sokagi"),
        ("at 5:30, or (12)", "at 5:30 or 12"),
        ("drop-off / pick_up...", "drop off pick up"),
        ("?!", ""),
    ],
)
def test_plain_text_has_no_capitals_accents_or_punctuation(text: str, plainly: str) -> None:
    assert plain(text) == plainly


@pytest.mark.parametrize(
    ("language", "text", "short"),
    [
        ("en", "thank you for your message before tomorrow", "ty for ur msg b4 tmrw"),
        ("en", "a younger person without a street", "a younger person without a st"),
        ("es", "por favor digame por que no pasa por aqui", "xfa digame xq no pasa x aki"),
        ("tr", "you por favor", "you por favor"),
    ],
)
def test_abbreviations_replace_whole_words_the_longest_first(language: str, text: str, short: str) -> None:
    assert abbreviated(text, language) == short


@pytest.mark.parametrize("word", ["of", "bill", "aaaa", "الزبالة", "recoleccion"])
def test_an_edit_changes_one_letter(word: str) -> None:
    results = {edited(word, Random(seed)) for seed in range(200)}
    assert word not in results
    assert {len(result) - len(word) for result in results} == {-1, 0, 1}
    assert all(sum(a != b for a, b in zip(word, r, strict=True)) <= 2 for r in results if len(r) == len(word))


def test_letters_are_mistaken_for_letters_of_the_same_script() -> None:
    assert all(not letter.isascii() for seed in range(200) for letter in edited("الزبالة", Random(seed)))


@pytest.mark.parametrize(
    ("language", "text", "shouted"),
    [("en", "trash day?", "TRASH DAY?"), ("tr", "çöp günü ılık mı ki", "ÇÖP GÜNÜ ILIK MI Kİ")],
)
def test_capitals_are_those_of_the_language(language: str, text: str, shouted: str) -> None:
    assert capitals(text, language) == shouted


@pytest.mark.parametrize(("word", "kept"), [("b4", True), ("a@b.example", True), ("before", False), ("٣", True)])
def test_words_with_digits_or_at_signs_are_kept(word: str, kept: bool) -> None:
    assert is_kept(word) is kept
