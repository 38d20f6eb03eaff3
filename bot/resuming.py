"""Taking up what was put aside: by its code on any channel, or by "continue" where it was put aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from actions.intake.text import plain
from actions.reference import find_code
from store import interviews
from store.interviews import Unfinished

#: The slot in which the interview keeps its memory.
STATE = "intake"
#: So many wrong codes within so long, and a conversation's codes are not looked up any more: nobody tries them all.
MOST_WRONG, WITHIN = 5, timedelta(hours=1)
#: A wrong code with so many words around it may be something else, and is understood as such.
MOST_WORDS_BESIDE = 3
CONTINUE = frozenset(
    plain(phrase)
    for phrase in (
        "continue, go on, carry on, resume, continue my report, continue the report, finish my report, "
        "resume my report, go on with my report, continue where i left off, let's continue, "
        "continuar, continúe, seguir, sigamos, continuar mi reporte, seguir con mi reporte, terminar mi reporte, "
        "retomar mi reporte, retomar, quiero continuar, quiero seguir, "
        "devam, devam et, devam edelim, bildirime devam, bildirimime devam et, bildirimime devam etmek istiyorum, "
        "kaldığım yerden devam, kaldığımız yerden devam, "
        "تابع, استمر, أكمل, نكمل, لنكمل, متابعة بلاغي, أكمل بلاغي, أريد المتابعة, أريد إكمال بلاغي"
    ).split(",")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenUp:
    """What a message asks to go on with."""

    code: str
    #: The interview's memory; None when nothing is kept under the code.
    state: Mapping[str, Any] | None = None
    #: In which it was spoken of; empty with nothing kept.
    language: str = ""
    #: Whether the code, that is none of ours, is nearly the whole message.
    is_all: bool = True


def look_up(
    conn: Connection, conversation_id: str, text: str, events: Sequence[Mapping[str, Any]], now: datetime
) -> TakenUp | None:
    """Return what a typed message takes up, or the wrong code in it; None when it speaks of nothing of the kind."""
    code = find_code(text)
    if code is not None:
        kept = None if _tried_too_often(events, now) else interviews.by_code(conn, code)
        beside = sum(word.upper() not in code for word in plain(text).split())
        return _taken(kept) if kept else TakenUp(code=code, is_all=beside <= MOST_WORDS_BESIDE)
    if plain(text) in CONTINUE and not going_on(events):
        return last_put_aside(conn, conversation_id)
    return None


def last_put_aside(conn: Connection, conversation_id: str) -> TakenUp | None:
    """Return what the conversation itself put aside last."""
    return _taken(interviews.last_put_aside(conn, conversation_id))


def _taken(kept: Unfinished | None) -> TakenUp | None:
    return TakenUp(code=str(kept.code), state=kept.state, language=kept.language) if kept else None


def going_on(events: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether an interview goes on after these events."""
    _, state = noted(events)
    return state is not None


def noted(events: Iterable[Mapping[str, Any]]) -> tuple[bool, Mapping[str, Any] | None]:
    """Return whether the events say how far the interview came, and its memory: None when it has ended."""
    states = [event.get("value") for event in events if event.get("event") == "slot" and event.get("name") == STATE]
    return bool(states), states[-1] if states else None


def _tried_too_often(events: Iterable[Mapping[str, Any]], now: datetime) -> bool:
    said = [event.get("metadata") or {} for event in events if event.get("event") == "user"]
    wrong = [datetime.fromisoformat(str(extras["wrong_code_at"])) for extras in said if extras.get("wrong_code_at")]
    return sum(now - at < WITHIN for at in wrong) >= MOST_WRONG
