"""Finds amounts of money: "$84.20", "40 dollars", "fifteen bucks", "veinte dólares", "kırk lira", "٤٠ دولار"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.choices import NUMBER_WORDS
from bot.fold import alike
from bot.nlu.spans import Folded, Span

#: Numbers from ten on; those below are shared with the reading of choices.
LARGER = """
    ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fourty fifty
    sixty seventy eighty ninety hundred thousand grand
    un diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintiún
    veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve treinta cuarenta
    cincuenta sesenta setenta ochenta noventa cien ciento doscientos trescientos cuatrocientos quinientos seiscientos
    setecientos ochocientos novecientos mil
    on yirmi otuz kırk elli altmış yetmiş seksen doksan yüz bin yarım buçuk
    عشرة عشر عشرين عشرون ثلاثين ثلاثون أربعين أربعون خمسين خمسون ستين ستون سبعين سبعون ثمانين ثمانون تسعين تسعون
    مية مئة مائة مئتين ميتين مئتان ألف ألفين آلاف تلاتين تلات خمسمية ثلاثمية
"""
WORDS = frozenset(alike(LARGER).split()) | frozenset(NUMBER_WORDS)

_WORD = "(?:" + "|".join(sorted(map(re.escape, WORDS), key=len, reverse=True)) + ")"
#: Twenty-five, treinta y cinco, yüz elli, خمسة وعشرين; "a couple hundred", "a dollar".
SPOKEN = (
    rf"(?:(?:half an?|an?|a couple(?: of)?) )?{_WORD}(?:(?:-|[ -]and(?: a)? | y | و ?| ){_WORD}){{0,5}}\b"
    r"|(?:half )?an?\b"
)
DIGITS = r"(?:\d{1,3}(?:[.,]\d{3}){1,3}(?:[.,]\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?)(?!\d)"
SCALE = r"(?: ?k\b| (?:hundred|thousand|million|mil|millones|yuz|bin|milyon|الف|الاف|مليون)\b)?"
SIGN = r"(?:(?:us ?|mx ?)?[$€£₺]|\b(?:usd|eur)\b)"
UNIT = (
    r"(?:(?:us )?dollars?|bucks?|cents?|usd|euros?|eur|mxn|dolar(?:es)?|centavos?|centimos?|pesos?|"
    r"(?:dolar|lira|kurus|avro|euro)(?:lik|y?[iaeu]|n?in|n?[dt]an)?|tl|"
    r"(?:ال)?(?:دولار|دولارات|دولارا|سنت|سنتات|يورو|ريال|ريالات|درهم|دينار|جنيه|ليره|ليرات|شيكل))\b"
)
CENTS = rf"(?: ?(?:and|con|y|و|) ?(?:\d{{1,2}}|{_WORD}(?:(?:-| | y ){_WORD})?) ?(?:cents?|centavos?|kurus|سنت)\b)?"
AMOUNT = re.compile(
    rf"(?<![\w.,]){SIGN} ?{DIGITS}{SCALE}(?: (?:usd|mxn|dollars|dolares|dolar)\b)?"
    # Arabic writes "for" into the number.
    rf"|(?<![a-z0-9_.,/$-]){DIGITS}{SCALE} ?(?:[$€£₺](?!\d)|(?:de )?{UNIT}{CENTS})"
    rf"|\b(?:{SPOKEN})[ -]{UNIT}{CENTS}|\bدولارين\b"
)
#: Cheap to look for, and in every amount.
MONEY = re.compile(
    r"[$€£₺]|dol|buck|cent|usd|eur|mxn|peso|lira|tl\b|kurus|avro|دول|سنت|يورو|ريال|درهم|دينار|جنيه|لير|شيكل"
)


def amounts(message: Folded) -> Iterator[Span]:
    """Yield sums of money with their currency, and cents where they are told."""
    if MONEY.search(message.seen):
        for match in AMOUNT.finditer(message.seen):
            yield message.span(*match.span())
