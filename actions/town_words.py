"""The town's own words to a citizen: notes, notices, reasons; plain, on one line, and not too long for an SMS."""

from __future__ import annotations

import html
import re

#: Of a reason, and of notes: two SMS hold a sentence of ours and that.
LONGEST_REASON, LONGEST_NOTES = 160, 240
BREAK = re.compile(r"</?(?:br|p|div|li|ul|ol|tr|td|h\d)\b[^<>]{0,200}>", re.I)
TAG = re.compile(r"</?[a-z][^<>]{0,200}>", re.I)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def plain(text: str, longest: int = LONGEST_NOTES) -> str:
    """Return the text without tags and control characters, at most `longest` characters, cut between words."""
    bare = html.unescape(TAG.sub("", BREAK.sub(" ", text)))
    # Rasa's generator (3.6.21) takes "0[" in a value for its own and shows the response unfilled.
    bare = CONTROL.sub(" ", bare).replace("[", "(").replace("]", ")")
    bare = " ".join(bare.split())
    if len(bare) <= longest:
        return bare
    cut = bare[: longest - 3]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:.-") + "..."
