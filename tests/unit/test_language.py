"""The language of a message is told from few words, and never from a name, a number or an address."""

import pytest

from bot.language import guess

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
