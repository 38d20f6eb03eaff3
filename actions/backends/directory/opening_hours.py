"""When a place is open: HSDS schedules, which are RFC 5545 recurrences, read at a moment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

import holidays as public_holidays
from dateutil import rrule

from actions.backends.directory.places import Schedule
from bot.errors import ConfigurationError

DAY = timedelta(days=1)
#: So far ahead the next opening is looked for.
AHEAD = 31
#: Open for longer than this without a break is open day and night.
ALWAYS = timedelta(days=6)
#: What "closes at 23:59" means.
LAST_MINUTE = time(23, 59)
FREQUENCIES: dict[str, Literal[0, 1, 2, 3]] = {
    "DAILY": rrule.DAILY,
    "WEEKLY": rrule.WEEKLY,
    "MONTHLY": rrule.MONTHLY,
    "YEARLY": rrule.YEARLY,
}
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
CLOSED = re.compile(r"\b(?:closed|cerrado|kapalı|مغلق)", re.IGNORECASE)
OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?(?:\.0+)?", re.IGNORECASE)

#: A public holiday's name on a day, or None.
Holidays = Callable[[date], str | None]


@dataclass(frozen=True, slots=True)
class Span:
    """An opening, from its first moment to its end, both aware."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How it is at a moment: open (`until` then, or day and night), or closed (and opens next, as far as we see)."""

    open: bool
    #: Always open.
    always: bool = False
    until: datetime | None = None
    opens: datetime | None = None
    #: Public holiday of the day that this says something of: then it is only likely, and one should call first.
    holiday: str | None = None


def holidays_of(place: str | None) -> Holidays:
    """Return the public holidays of a country, "US", or of a part of it, "US-IL"; None has none.

    Raises ConfigurationError when the library `holidays` does not know it.
    """
    if not place:
        return lambda day: None
    country, _, part = place.partition("-")
    try:
        known = public_holidays.country_holidays(country.upper(), subdiv=part.upper() or None)
    except NotImplementedError as error:
        raise ConfigurationError(
            f"TOWNCLERK_HOLIDAYS is {place!r}; set it to a country such as US, or to a part of one such as US-IL."
        ) from error
    return known.get


def open_at(
    schedules: Sequence[Schedule], moment: datetime, zone: tzinfo, holidays: Holidays = lambda day: None
) -> Opening | None:
    """Tell how it is at `moment` (aware); None when the schedules say nothing of hours. `zone` is the town's."""
    if not is_known(schedules):
        return None
    today = moment.astimezone(zone).date()
    spans = _merged(span for n in range(-1, AHEAD + 1) for span in spans_on(schedules, today + n * DAY, zone))
    now = moment.astimezone(UTC)
    for span in spans:
        if span.start <= now < span.end:
            if span.end - now > ALWAYS:
                return Opening(open=True, always=True)
            until = span.end.astimezone(zone)
            return Opening(open=True, until=until, holiday=_unsure(schedules, today, holidays))
        if now < span.start:
            opens = span.start.astimezone(zone)
            return Opening(open=False, opens=opens, holiday=_unsure(schedules, opens.date(), holidays))
    return Opening(open=False)


def is_known(schedules: Sequence[Schedule]) -> bool:
    """Tell whether the schedules say when it is open, and not only something about it."""
    return any(schedule.opens_at and _has_days(schedule) for schedule in schedules)


def spans_on(schedules: Sequence[Schedule], day: date, zone: tzinfo) -> list[Span]:
    """Return the openings that begin on `day`, first to last. What holds for single dates replaces the rules."""
    special = [schedule for schedule in schedules if _is_special(schedule) and _covers(schedule, day)]
    fitting = special or [s for s in schedules if s.opens_at and _recurs(s, day)]
    if not special and any(_says_closed(s) and s.freq and _recurs(s, day) for s in schedules):
        return []
    spans = {_span(schedule, day, zone) for schedule in fitting if schedule.opens_at}
    return sorted(spans, key=lambda span: (span.start, span.end))


def hours_on(schedules: Sequence[Schedule], day: date, zone: tzinfo) -> list[Span]:
    """Return the openings that begin on `day`, those that follow without a break as one."""
    return list(_merged(spans_on(schedules, day, zone)))


def _unsure(schedules: Sequence[Schedule], day: date, holidays: Holidays) -> str | None:
    """Return the holiday's name, unless the schedules say themselves how it is on that day."""
    return None if any(_is_special(s) and _covers(s, day) for s in schedules) else holidays(day)


def _has_days(schedule: Schedule) -> bool:
    return bool(schedule.freq or schedule.byday or _is_special(schedule))


def _is_special(schedule: Schedule) -> bool:
    """Tell whether it is for certain dates only: one day, or dates without a rule; without a time it is closed then."""
    one_day = schedule.valid_from is not None and schedule.valid_from == schedule.valid_to
    dated = schedule.valid_from or schedule.valid_to or schedule.dtstart
    ruled = schedule.freq or schedule.byday
    if not one_day and (ruled or not dated):
        return False
    words = schedule.description + schedule.notes
    # "Open by appointment in winter" neither gives a time nor closes anything.
    return bool(schedule.opens_at or one_day or not words or CLOSED.search(words))


def _says_closed(schedule: Schedule) -> bool:
    return not schedule.opens_at and bool(CLOSED.search(schedule.description + " " + schedule.notes))


def _covers(schedule: Schedule, day: date) -> bool:
    """Tell whether `day` is among the dates that a schedule is valid for; a single dtstart is one day."""
    first = schedule.valid_from or schedule.dtstart
    last = schedule.valid_to or schedule.until or (first if not schedule.valid_from else None)
    return (not first or first <= day) and (not last or day <= last)


def _recurs(schedule: Schedule, day: date) -> bool:
    valid = (schedule.valid_from or day) <= day <= (schedule.valid_to or day)
    if not valid or not (schedule.freq or schedule.byday):
        return False
    midnight = datetime.combine(day, time())
    return bool(_rule(schedule, day).between(midnight, midnight, inc=True))


def _rule(schedule: Schedule, day: date) -> rrule.rrule:
    """Return the recurrence in whole days. A rule that any day can begin, begins near `day`: nothing to count up to."""
    start = schedule.dtstart or schedule.valid_from
    freq = FREQUENCIES.get(schedule.freq.upper(), rrule.WEEKLY)
    named = bool(schedule.byday or schedule.bymonthday or freq == rrule.DAILY)
    if named and schedule.interval == 1 and schedule.count is None:
        start = max(start or day, day - DAY)
    return rrule.rrule(
        freq,
        dtstart=datetime.combine(start or day, time()),
        interval=schedule.interval,
        wkst=next(iter(weekdays(schedule.wkst)), None),
        count=schedule.count,
        until=datetime.combine(schedule.until, time()) if schedule.until else None,
        byweekday=weekdays(schedule.byday) or None,
        bymonthday=numbers(schedule.bymonthday) or None,
        byweekno=numbers(schedule.byweekno) or None,
        byyearday=numbers(schedule.byyearday) or None,
    )


@cache
def weekdays(byday: str) -> tuple[rrule.weekday, ...]:
    """Read "MO,WE" or "2TU,-1FR"; raises ValueError for anything else."""
    found = []
    for part in re.split(r"[,;\s]+", byday.strip().upper()):
        match = re.fullmatch(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", part) if part else None
        if part and not match:
            raise ValueError(byday)
        if match:
            found.append(rrule.weekday(WEEKDAYS.index(match[2]), int(match[1]) if match[1] else None))
    return tuple(found)


@cache
def numbers(listed: str) -> tuple[int, ...]:
    """Read "1,15,-1"; raises ValueError for anything else."""
    return tuple(int(part) for part in re.split(r"[,;\s]+", listed.strip()) if part)


def _span(schedule: Schedule, day: date, town: tzinfo) -> Span:
    """Return the opening that begins on `day`; it ends on the next one when it closes no later than it opens."""
    opens, closes = schedule.opens_at or time(), schedule.closes_at or time()
    closes = time() if closes.replace(second=0, microsecond=0, tzinfo=None) == LAST_MINUTE else closes
    zone = zone_of(schedule, town)
    # Times carry an offset only to say the zone; they are wall clock in it, on both sides of a change of the clocks.
    opens, closes = opens.replace(tzinfo=zone), closes.replace(tzinfo=zone)
    start = datetime.combine(day, opens)
    end = datetime.combine(day if closes.replace(tzinfo=None) > opens.replace(tzinfo=None) else day + DAY, closes)
    return Span(start.astimezone(UTC), end.astimezone(UTC))


def zone_of(schedule: Schedule, town: tzinfo) -> tzinfo:
    """Return the zone of a schedule's times.

    HSDS wants an offset, but a weekly rule is meant by the clock on the wall: an offset that the town itself has in
    winter or in summer stands for the town's zone.
    """
    offset = schedule.opens_at.utcoffset() if schedule.opens_at else None
    if offset is None and schedule.timezone:
        offset = _offset(schedule.timezone)
        if offset is None:
            return _named(schedule.timezone) or town
    return town if offset is None or offset in _offsets(town) else timezone(offset)


def _offset(text: str) -> timedelta | None:
    if text.strip().upper() in ("Z", "UTC", "GMT"):
        return timedelta()
    match = OFFSET.fullmatch(text.strip() if text.strip()[:1] in "+-UGug" else f"+{text.strip()}")
    if not match:
        return None
    size = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return None if size >= DAY else -size if match[1] == "-" else size


@cache
def _named(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name.strip())
    except (KeyError, ValueError, OSError):
        return None


def _offsets(zone: tzinfo) -> frozenset[timedelta | None]:
    return frozenset(zone.utcoffset(datetime(2026, month, 1)) for month in (1, 7))  # noqa: DTZ001 - asked by wall clock


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Join openings that touch or overlap: until midnight and from midnight on is one."""
    last: Span | None = None
    for span in spans:
        if last and span.start <= last.end:
            last = Span(last.start, max(last.end, span.end))
            if last.end - last.start > 2 * ALWAYS:
                break
            continue
        if last:
            yield last
        last = span
    if last:
        yield last
