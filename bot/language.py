"""Which language a message is in, or None when it gives too little away, so that the conversation keeps its own.

Telltale words decide, since most messages are short. Only long messages without one go to lingua, in its low-accuracy
mode: 20 MB and 50 ms to load, where the full models take 165 MB and 800 ms and still call "ok" Turkish.
"""

from __future__ import annotations

import re
from functools import cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

from bot.fold import fold

#: Asked for by its name: "in English please", "¿habla español?".
NAMES = {
    "english": "en",
    "ingles": "en",
    "ingilizce": "en",
    "الانجليزيه": "en",
    "الانجليزية": "en",
    "spanish": "es",
    "espanol": "es",
    "ispanyolca": "es",
    "arabic": "ar",
    "arabe": "ar",
    "عربي": "ar",
    "العربية": "ar",
    "turkish": "tr",
    "turco": "tr",
    "turkce": "tr",
}
#: "No hablo inglés" asks for no English: such a sentence tells by its own words.
DENIALS = frozenset("no not dont cant bilmiyorum لا".split())
#: One of these is enough.
STRONG = {
    "en": """hello hi hey thanks thank please when where what which who how why whats wheres can could would should does
        did is are was have need want help my your you this that there trash garbage pothole light bill permit
        library water ticket licence license certificate tax noise neighbor abandoned broken missed report pay open
        closed pool snow road the and with for from about it yes bye goodbye morning afternoon evening sorry because
        front near between pickup yesterday today tomorrow speak write""",
    "es": """hola gracias adios buenos buenas dias tardes noches cuando donde que cual cuales quien como porque cuanto
        cuesta puedo puede quiero necesito tengo hay esta estan mi mis su usted ustedes una los las del para pero muy
        basura bache luz agua factura recibo permiso biblioteca multa licencia acta impuesto predial ruido vecino
        abandonado roto reportar pagar abierto cerrado alberca piscina nieve ayuda ayer hoy manana frente cerca entre
        favor perro saco recogen pasa es son con por se yo me nos habla hablo hablar""",
    "tr": """merhaba selam tesekkurler tesekkur ederim ne zaman nasil nerede nereden neden niye kim hangi istiyorum
        lazim gerek gerekiyor var yok icin ile bir bu benim sizin cop su fatura faturasi ruhsat kutuphane ceza vergi
        gurultu komsu cukur lamba kirik acik kapali yardim lutfen evet hayir gunaydin iyi aksamlar
        bugun yarin dun degil mi mu nerde bana size""",
}
#: These turn up in names and addresses too: two are needed, and they don't count beside a number.
WEAK = {
    "en": "on at in of to a an street avenue i we our at near",
    "es": "de la el en y un al lo avenida calle a",
    "tr": "ve da de sokak cadde mahallesi caddesi sokagi",
}
#: Words of one language that another writes too are no evidence for either.
SHARED = frozenset("me a su mi de da".split())
ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f]")
LETTER = re.compile(r"[^\W\d_]")
#: E-mail addresses, links and case references say nothing of a language.
NOT_WORDS = re.compile(r"\S+@\S+|https?://\S+|\b(?:[a-z0-9]{4}-){2}[a-z0-9]{4}\b", re.IGNORECASE)
ENOUGH = 2
LONG = 4
CONFIDENT = 0.9


def guess(text: str, known: str | None) -> str | None:
    """Return en, es, ar or tr, or None when the conversation should keep the language it has, `known`."""
    text = NOT_WORDS.sub(" ", text)
    letters = LETTER.findall(text)
    words = re.findall(r"[^\W\d_]+", re.sub("['’]", "", fold(text)))
    asked = {NAMES[word] for word in words if word in NAMES}
    if len(asked) == 1 and len(words) <= 6 and not DENIALS & set(words):
        return asked.pop()
    if 3 * len(ARABIC.findall(text)) > len(letters):
        return "ar"
    found = _by_words(words, beside_number=bool(re.search(r"\d", text)), known=known)
    if found or len(words) < LONG or any(_evidence(words).values()):
        return found
    return _by_lingua(text)


def _evidence(words: list[str], *, weak: bool = True) -> dict[str, int]:
    telling = [word for word in words if word not in SHARED]
    return {
        language: sum(
            ENOUGH * (word in _words(STRONG[language])) or weak * (word in _words(WEAK[language])) for word in telling
        )
        for language in STRONG
    }


@cache
def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


def _by_words(words: list[str], *, beside_number: bool, known: str | None) -> str | None:
    """Return the language with the most evidence; between equals the known one, else None."""
    evidence = _evidence(words, weak=not beside_number)
    best = max(evidence.values())
    if best < ENOUGH:
        return None
    leaders = [language for language, n in evidence.items() if n == best]
    return leaders[0] if len(leaders) == 1 else known if known in leaders else None


@cache
def _detector() -> LanguageDetector:
    # Languages that nobody asked for keep a French sentence from being called Spanish.
    decoys = (Language.FRENCH, Language.PORTUGUESE, Language.GERMAN, Language.ITALIAN)
    spoken = (Language.ENGLISH, Language.SPANISH, Language.ARABIC, Language.TURKISH)
    return LanguageDetectorBuilder.from_languages(*spoken, *decoys).with_low_accuracy_mode().build()


def _by_lingua(text: str) -> str | None:
    best = _detector().compute_language_confidence_values(text)[0]
    code = best.language.iso_code_639_1.name.lower()
    return code if best.value >= CONFIDENT and code in {"en", "es", "ar", "tr"} else None
