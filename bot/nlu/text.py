"""What the classifier sees of a sentence: lower case, no accents, no punctuation, case references as one word."""

from __future__ import annotations

import re

from bot.fold import alike

SYMBOL = "[2-9b-df-hj-kmnp-tw-xz]"
#: A case reference as citizens write it: three groups of four with a digit; with blanks or nothing between the groups
#: only the letters that references use, so that "near 1200 main" is an address.
CASE_REFERENCE = (
    r"\b(?=[a-z]*[ -]?[a-z]*[ -]?[a-z]*\d)"
    rf"(?:[a-z0-9]{{4}}-[a-z0-9]{{4}}-[a-z0-9]{{4}}|{SYMBOL}{{4}}(?: {SYMBOL}{{4}} |{SYMBOL}{{4}}){SYMBOL}{{4}})\b"
)
REFERENCE = re.compile(CASE_REFERENCE)
#: Every reference has one.
DIGIT = re.compile(r"\d")
#: All references mean the same to the classifier.
REFERENCE_WORD = "casereference"


def normalise(text: str) -> str:
    """Return the words of `text`, as they are compared, with single blanks between them; empty when it has none."""
    folded = alike(text).replace("'", "").replace("’", "")
    if DIGIT.search(folded):
        folded = REFERENCE.sub(REFERENCE_WORD, folded)
    return " ".join(re.findall(r"\w+", folded.replace("_", " ")))
