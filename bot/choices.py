"""Reading which of the offered choices a citizen means: "2", "two", "the second one", the label, a typo of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, utils

from bot.fold import alike

#: Words for one to nine, cardinal and ordinal, in the languages the assistant speaks.
NUMBER_WORDS: dict[str, int] = {
    alike(word): number
    for number, words in enumerate(
        (
            "one first uno una primero primera primer bir birinci birincisi ilk ilki واحد واحدة الأول الأولى أول أولى",
            "two second dos segundo segunda iki ikinci ikincisi اثنان اثنين اثنتان اثنتين الثاني الثانية ثاني",
            "three third tres tercero tercera tercer üç üçüncü üçüncüsü ثلاثة ثلاث الثالث الثالثة ثالث",
            "four fourth cuatro cuarto cuarta dört dördüncü dördüncüsü أربعة أربع الرابع الرابعة رابع",
            "five fifth cinco quinto quinta beş beşinci beşincisi خمسة خمس الخامس الخامسة خامس",
            "six sixth seis sexto sexta altı altıncı altıncısı ستة ست السادس السادسة سادس",
            "seven seventh siete séptimo séptima yedi yedinci yedincisi سبعة سبع السابع السابعة سابع",
            "eight eighth ocho octavo octava sekiz sekizinci sekizincisi ثمانية ثماني ثمان الثامن الثامنة ثامن",
            "nine ninth nueve noveno novena dokuz dokuzuncu dokuzuncusu تسعة تسع التاسع التاسعة تاسع",
        ),
        start=1,
    )
    for word in words.split()
}
#: After these, "one" is not the number: "the second one".
ORDINALS = frozenset("first second third fourth fifth sixth seventh eighth ninth".split())
#: Words that may stand around a number without changing what it says.
FILLERS = frozenset(
    alike(
        "the option number no nr choice please pls la el lo opcion numero por favor "
        "lütfen numara numaralı seçenek olan şık رقم الرقم خيار الخيار اختيار الاختيار من فضلك لو سمحت"
    ).split()
)
#: What makes a numeral an ordinal, or puts it into a case: "2nd", "2ª", "2'nci", "2'yi".
ENDINGS = re.compile(r"(?<=\d)(st|nd|rd|th|o|a|[iu]?nc[iu]|y?[iu])$")
LEAST_LIKENESS = 85


def _number(words: Sequence[str]) -> int | None:
    rest = [word for word in words if word not in FILLERS] or list(words)
    if len(rest) == 2 and rest[1] == "one" and rest[0] in ORDINALS:
        rest = rest[:1]
    if len(rest) != 1:
        return None
    word = ENDINGS.sub("", rest[0])
    # More digits are no choice of ours, and int() refuses thousands of them.
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 4 else NUMBER_WORDS.get(word)


def _said(text: str) -> str:
    return utils.default_process(re.sub("['’]", "", alike(text)))


def read_choice(text: str, titles: Sequence[str], numbered: Sequence[int] | None = None) -> int | None:
    """Return the index (from 0) of the title that `text` means, or None if it is none of them or could be several.

    Numbers count only alone ("2", "option two"): "12" or "21 Main St" never picks a choice by containing a digit.
    `numbered` are the indexes of the titles behind 1, 2, 3 ..., where only some of all titles are shown.
    """
    order = range(len(titles)) if numbered is None else numbered
    said = _said(text)
    number = _number(said.split())
    labels = [_said(title) for title in titles]
    if said in labels:
        return labels.index(said)
    if number is not None:
        return order[number - 1] if 1 <= number <= len(order) else None
    scores = [fuzz.ratio(said, label) for label in labels]
    best = max(scores, default=0)
    return scores.index(best) if len(said) > 2 and best >= LEAST_LIKENESS and scores.count(best) == 1 else None
