"""The language of a message is told from few words, and never from a name, a number or an address."""

from pathlib import Path

import pytest
import yaml

from bot import language as module
from bot.fold import fold
from bot.language import guess, identify

TOLD = [
    ("hola", "es"),
    ("Gracias!", "es"),
    ("¿Qué día recogen la basura?", "es"),
    ("cuando abre la biblioteca", "es"),
    ("hay un bache en la calle main", "es"),
    ("quiero pagar una multa", "es"),
    ("buenos días", "es"),
    ("no hablo inglés", "es"),
    ("se me perdió el acta de nacimiento", "es"),
    ("mi vecino hace mucho ruido", "es"),
    ("hello", "en"),
    ("thanks", "en"),
    ("when is garbage day", "en"),
    ("there is a pothole on avenida de la paz", "en"),
    ("my neighbors are loud", "en"),
    ("water bill", "en"),
    ("I don't speak Spanish", "en"),
    ("library hours?", "en"),
    ("merhaba", "tr"),
    ("teşekkürler", "tr"),
    ("çöp ne zaman toplanıyor", "tr"),
    ("su faturası nasıl ödenir", "tr"),
    ("SOKAK LAMBASI KIRIK", "tr"),
    ("cop ne zaman toplaniyor", "tr"),
    ("مرحبا", "ar"),
    ("متى يتم جمع القمامة؟", "ar"),
    ("حفرة في Main Street", "ar"),
    ("español por favor", "es"),
    ("in english please", "en"),
    ("do you speak Spanish?", "es"),
    ("¿habla inglés?", "en"),
    ("Türkçe", "tr"),
    ("العربية", "ar"),
]

TOO_LITTLE = [
    "",
    "ok",
    "OK 👍",
    "2",
    "no",
    "si",
    "José",
    "Maria Gonzalez",
    "maría gonzález lópez",
    "Ahmet Yılmaz",
    "420 Elm Ave",
    "12 Oak Street #3",
    "1600 Pennsylvania Avenue NW",
    "calle",
    "Avenida de la Paz 12",
    "john@example.com",
    "K7QX-2M9D-4HTR",
    "555-0100",
    "https://springdale.example/la/basura",
    "je voudrais payer ma facture",
    "🔥🔥",
    "Main & 5th",
]


#: What citizens answer to "what is your name" and "where is it", and what no language owns.
ANSWERS = [
    "juan de la cruz",
    "Ana Maria de los Santos",
    "João da Silva",
    "Mary Ann Johnson",
    "ahmet yilmaz",
    "Ayşe Nur Demir",
    "Nguyen Van Minh",
    "Jean-Pierre Dubois",
    "Hans Müller",
    "main and oak",
    "Calle de los Olivos 7",
    "Atatürk Caddesi 12",
    "200 N Main St Apt 4B",
    "San Antonio",
    "K7QX 2M9D 4HTR",
    "www.springdale.example/basura",
    "Toyota Corolla 2012",
    "pizza",
    "animal",
    "hotel",
    "10/12/2026",
    "asdf",
    "۱۲۳",
]


@pytest.mark.parametrize(("text", "language"), TOLD)
@pytest.mark.parametrize("known", [None, "en", "es"])
def test_a_few_words_tell(text: str, language: str, known: str | None) -> None:
    assert guess(text, known) == language


@pytest.mark.parametrize("text", TOO_LITTLE)
@pytest.mark.parametrize("known", [None, "en", "es"])
def test_too_little_keeps_the_language(text: str, known: str | None) -> None:
    assert guess(text, known) is None


def test_a_mixed_message_keeps_the_known_language() -> None:
    assert guess("basura trash", "es") == "es"
    assert guess("basura trash", "en") == "en"
    assert guess("basura trash", None) is None


@pytest.mark.parametrize("text", [*(text for text in TOO_LITTLE if not text.startswith("je ")), *ANSWERS])
def test_an_answer_is_not_a_language(text: str) -> None:
    assert identify(text) is None


def test_a_language_is_asked_for_in_another() -> None:
    assert (identify("do you speak Spanish?"), guess("do you speak Spanish?", None)) == ("en", "es")
    assert (identify("¿hablan turco?"), guess("¿hablan turco?", None)) == ("es", "tr")


def test_most_words_decide_in_a_mixed_message() -> None:
    assert identify("hola, when do they pick up the trash on my street") == "en"
    assert identify("hello, cuando recogen la basura en mi calle") == "es"
    assert identify("basura trash") is None
    assert guess("parking permit nasil alinir", "tr") == "tr"


def test_a_very_long_message_is_read_as_far_as_is_needed() -> None:
    assert identify("when do they pick up the trash " * 5000) == "en"


@pytest.mark.parametrize("path", sorted(Path(module.WORDS).glob("*.yml")), ids=lambda path: path.stem)
def test_the_lists_are_folded_and_say_no_word_twice(path: Path) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    lists = [f"{content.get('telling', '')} {content.get('faint', '')}", content.get("alone", "")]
    for words in [*lists, *content.get("languages", {}).values()]:
        listed = words.split()
        assert listed == [fold(word) for word in listed]
        assert sorted(listed) == sorted(set(listed))
