"""What a sentence answers already of a service's questions, so that they need not be asked; never a guess.

A wrong answer that nobody was asked for is worse than a question: what could be meant otherwise is left open.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import phonenumbers

from actions.intake.answers import ARABIC_THE, REGION, Asked, read
from actions.intake.moments import moment_in
from actions.intake.named import named, statements
from actions.intake.questions import ATTRIBUTE, SERVICE, Question, questions_of
from actions.intake.services import Catalogue, Service
from actions.intake.text import plain
from bot.choices import NUMBER_WORDS, ORDINALS

#: A question for when it began or was seen, and one for a time to come or for another kind of date.
BEGAN = re.compile(
    r"\b(?:when did|since when|start|started|began|begin|happen|happened|occur|occurred|noticed"
    r"|observed|seen|see it|incident"
    r"|empezo|comenzo|ocurrio|paso|desde cuando|observo|noto|vio|incidente"
    r"|basladi|oldu|gordu|gordunuz|ne zamandan|fark)|بدا|بدات|حدث|حصل|رايت|لاحظت|منذ متي"
)
TO_COME = re.compile(
    r"\b(?:prefer|preferred|would you like|schedule|appointment|available|should we|next|birth|expire|until|last time"
    r"|prefiere|cita|disponible|nacimiento|hasta|tercih|randevu|dogum)|تفضل|موعد|ميلاد"
)
#: A number or an address is the citizen's when they say so.
MINE = re.compile(
    r"\b(?:(?:call|text|phone|reach|contact|email|e mail|write(?: to)?|notify) (?:me|us)|my (?:\w+ )?(?:number|phone"
    r"|cell|mobile|email|e mail|mail)|llamen?me|llamarme|marquenme|contacten?me|escriban?me|escribirme|avisen?me"
    r"|mi (?:\w+ )?(?:numero|telefono|celular|correo|email)|numaram|telefonum|epostam|e postam|mailim"
    r"|beni (?:\w+ ){0,3}(?:arayin|arayabilirsiniz)|bana (?:\w+ ){0,3}(?:yazin|ulasin|yazabilirsiniz))\b"
    r"|رقمي|هاتفي|جوالي|تلفوني|ايميلي|بريدي|اتصلوا بي|كلموني|راسلوني"
)
EMAIL = re.compile(r"[^\s@<>(),;:]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
#: A size is told with what it is the size of: "6 inches deep" is no answer to how wide.
DIMENSIONS = (
    "deep depth hondo profundo profunda profundidad derin derinlik derinliginde عمق عمقها عمقه",
    "wide width across ancho ancha anchura genis genislik genisliginde عرض عرضها عرضه",
    "long length largo longitud uzun uzunluk uzunlugunda طول طولها طوله",
    "high height tall alto altura yuksek yukseklik yuksekliginde boyunda ارتفاع ارتفاعه ارتفاعها",
)
DIMENSION = {plain(word): number for number, words in enumerate(DIMENSIONS) for word in words.split()}
#: Words for units, each line one unit: a question that names one is answered with a number and any word of the line.
UNITS = (
    "inch inches in pulgada pulgadas inc بوصه بوصة",
    "foot feet ft pie pies ayak قدم اقدام",
    "meter meters metre metres metro metros metre متر امتار",
    "centimeter centimeters centimetre centimetres cm centimetro centimetros santim santimetre سم سنتيمتر",
    "gallon gallons galon galones galones جالون",
    "pound pounds lb lbs libra libras رطل",
    "mile miles milla millas mil ميل",
)
UNIT = {plain(word): number for number, words in enumerate(UNITS) for word in words.split()}
#: Words that stand in many questions, and count nothing.
NO_UNIT = frozenset(
    plain(
        "how many much number count is are was were there it the a an in of guess fine about "
        "cuantos cuantas cuanto numero hay de la el los las son en kac tane adet sayi var kadar كم عدد هي هو في"
    ).split()
)
#: Between two numbers, of which neither is sure; and what makes a number another one.
BETWEEN_NUMBERS = frozenset(
    plain(
        "to or and than over under almost nearly least most minus twenty thirty forty fifty hundred a o y mas menos "
        "casi veinte treinta cien ila veya yirmi otuz yüz او الى و تقريبا اكثر اقل"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """What was written, and how it is to be read."""

    text: str
    language: str
    now: datetime
    #: Words of the service's names and keywords, in every language.
    about: frozenset[str]


def fill(service: Service, text: str, language: str, now: datetime) -> dict[str, Any]:
    """Return the answers, by attribute code, that `text` gives for sure; `now` with the town's zone."""
    said = Sentence(text, language, now, frozenset(_about(service)))
    alone = Catalogue.of([service])
    answers: dict[str, Any] = {SERVICE: service.service_code}
    tried: set[str] = set()
    while question := _next(questions_of(alone, answers), tried):
        tried.add(question.key)
        read_it = READERS.get(question.kind)
        value = read_it(question, said) if read_it else None
        if value is not None:
            answers[question.key] = value
    rivals = _rivals(alone, answers)
    return {
        key.removeprefix(ATTRIBUTE): value
        for key, value in answers.items()
        if key.startswith(ATTRIBUTE) and key not in rivals
    }


def _about(service: Service) -> Iterator[str]:
    for texts in ({"service_name": service.service_name, "keywords": service.keywords}, *service.translations.values()):
        for text in (texts.get("service_name") or "", *(texts.get("keywords") or ())):
            yield from (ARABIC_THE.sub("", word) for word in plain(str(text)).split() if len(word) > 2)


def _next(questions: list[Question], tried: set[str]) -> Question | None:
    """Return the next of the service's own questions; an answer may make others apply."""
    return next((q for q in questions if q.attribute is not None and q.key not in tried), None)


def _rivals(catalogue: Catalogue, answers: dict[str, Any]) -> set[str]:
    """Return the questions that one thing said would answer together: which of them was meant is not sure."""
    by_kind: dict[str, list[str]] = {}
    for question in questions_of(catalogue, answers):
        if question.kind in ALONE and answers.get(question.key) is not None:
            by_kind.setdefault(question.kind, []).append(question.key)
    return {key for keys in by_kind.values() if len(keys) > 1 for key in keys}


def _one(question: Question, said: Sentence) -> str | None:
    values = _named(question, said)
    return values[0] if len(values) == 1 else None


def _several(question: Question, said: Sentence) -> list[str] | None:
    return _named(question, said) or None


def _named(question: Question, said: Sentence) -> list[str]:
    """Return the values named, in the citizen's language or in the one that the service was written in."""
    attribute = question.attribute
    if attribute is None:
        return []
    titles = attribute.titles(said.language)
    if found := named(titles, said.text, said.about):
        return found
    return named({value.key: value.name for value in attribute.values}, said.text, said.about)


def _datetime(question: Question, said: Sentence) -> str | None:
    asked = _asked(question, "en") + " " + _asked(question, said.language)
    if not BEGAN.search(asked) or TO_COME.search(asked):
        return None
    return moment_in(said.text, language=said.language, now=said.now)


def _asked(question: Question, language: str) -> str:
    """Return the words of a question, plain."""
    attribute = question.attribute
    texts = ("label", "description", "datatype_description") if attribute else ()
    return plain(" ".join(attribute.text(name, language) for name in texts)) if attribute else ""


def _number(question: Question, said: Sentence) -> int | float | None:
    """Return the one number that stands before what the question counts or measures."""
    words = {word for language in ("en", said.language) for word in _asked(question, language).split()} - NO_UNIT
    found = {
        value
        for sentence in statements(said.text)
        for value in _counted(sentence, words, said)
        if _same_dimension(words, set(sentence))
    }
    return found.pop() if len(found) == 1 else None


def _counted(sentence: tuple[str, ...], words: set[str], said: Sentence) -> Iterator[int | float]:
    units = {UNIT[word] for word in words if word in UNIT}
    for before, number, unit in zip(("", *sentence), sentence, sentence[1:], strict=False):
        fits = UNIT[unit] in units if unit in UNIT else unit in words
        # "3 or 4 inches", "twenty five bags".
        if fits and _is_number(number) and before not in BETWEEN_NUMBERS and not _is_number(before):
            asked = Asked(kind="number", titles={}, language=said.language, now=said.now)
            value = read(number, asked)
            if value is not None:
                yield value


def _is_number(word: str) -> bool:
    return word.isdecimal() or (word in NUMBER_WORDS and word not in ORDINALS)


def _same_dimension(asked: set[str], said: set[str]) -> bool:
    wanted = {DIMENSION[word] for word in asked if word in DIMENSION}
    told = {DIMENSION[word] for word in said if word in DIMENSION}
    return wanted == told


def _phone(question: Question, said: Sentence) -> str | None:
    matches = list(phonenumbers.PhoneNumberMatcher(said.text, REGION, leniency=phonenumbers.Leniency.POSSIBLE))
    if len(matches) != 1 or not MINE.search(plain(said.text)):
        return None
    return str(phonenumbers.format_number(matches[0].number, phonenumbers.PhoneNumberFormat.E164))


def _email(question: Question, said: Sentence) -> Any | None:
    found = EMAIL.findall(said.text)
    if len(found) != 1 or not MINE.search(plain(EMAIL.sub(" ", said.text))):
        return None
    return read(found[0].rstrip("."), Asked(kind="email", titles={}, language=said.language, now=said.now))


#: Kinds that can be told in passing; words of one's own cannot.
READERS: dict[str, Callable[[Question, Sentence], Any | None]] = {
    "singlevaluelist": _one,
    "multivaluelist": _several,
    "datetime": _datetime,
    "number": _number,
    "phone": _phone,
    "email": _email,
}
#: Kinds of which a sentence tells one thing only.
ALONE = frozenset({"datetime", "phone", "email"})
