"""What is said of places: hours, distances, dates and details, in the citizen's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import groupby
from pathlib import Path

import yaml

from actions.backends.directory.embedded import Match
from actions.backends.directory.opening_hours import Holidays, Opening, hours_on, open_at
from actions.backends.directory.places import ACTIVE, Place
from bot.errors import ContentError
from bot.phrases import Phrases

MILE_KM = 1.609344
#: Where distances are told in miles, by ISO 3166.
MILES = frozenset({"US", "USA"})
#: Details in the order in which they are told, and the hint of words.yml that asks for each.
DETAILS = ("hours", "address", "phone", "documents", "fees", "who", "apply", "languages", "accessibility", "site")
WEEK = 7
#: Languages that write 0,8 for 0.8.
COMMA = frozenset({"tr"})


@dataclass(frozen=True, slots=True)
class Calendar:
    """Names of days and months by language; `halves` are what stands after an hour where a day has two times twelve."""

    days: Mapping[str, Sequence[str]]
    months: Mapping[str, Sequence[str]]
    halves: Mapping[str, Sequence[str]]

    @classmethod
    def load(cls, path: Path) -> Calendar:
        """Read them from the directory's words.yml. Raises ContentError."""
        try:
            words = yaml.safe_load(path.read_text(encoding="utf-8"))
            return cls(words["days"], words["months"], words["halves"])
        except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
            raise ContentError(f"{path} needs `days`, `months` and `halves` by language; {error} is wrong.") from error

    def clock(self, moment: datetime, language: str) -> str:
        """Return "5 pm", "8:30 am", or "17:00" where a day has 24 hours."""
        halves = self.halves.get(language)
        if not halves:
            return f"{moment:%H:%M}"
        minutes = f":{moment:%M}" if moment.minute else ""
        return f"{moment.hour % 12 or 12}{minutes} {halves[moment.hour >= 12]}"


@dataclass(frozen=True, slots=True)
class Local:
    """What stays the same in a town: its phrases, its names of days, its zone and its public holidays."""

    phrases: Phrases
    calendar: Calendar
    zone: tzinfo
    holidays: Holidays


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """Words places as they are now, in one language and for one channel."""

    local: Local
    now: datetime
    language: str
    channel: str

    def say(self, what: str, /, **values: str) -> str:
        """Return the response `utter_place_` + what."""
        return self.local.phrases.say(f"utter_place_{what}", self.language, self.channel, **values)

    def opening(self, place: Place) -> Opening | None:
        """Tell how it is now; None when nobody knows."""
        if place.status != ACTIVE:
            return None
        return open_at(place.schedules, self.now, self.local.zone, self.local.holidays)

    def block(self, match: Match) -> str:
        """Return a place in a few lines: what, where, how far, whether it is open, and its phone."""
        place = match.place
        where = ", ".join(filter(None, (place.address_1, self._distance(match))))
        lines = [self.name(place), where, " ".join(filter(None, (self.state(place), *place.phones[:1])))]
        return "\n".join(filter(None, lines))

    def name(self, place: Place) -> str:
        """Return the service, with the place it is at unless one says the other."""
        at = place.location_name
        return place.name if not at or at in place.name or place.name in at else f"{place.name}, {at}"

    def far(self, match: Match) -> str:
        """Return name and distance in one line, as the title of a choice."""
        return ", ".join(filter(None, (self.name(match.place), self._distance(match))))

    def _distance(self, match: Match) -> str:
        if match.kilometres is None:
            return ""
        miles = match.place.country in MILES
        number = f"{max(0.1, match.kilometres / (MILE_KM if miles else 1)):.1f}"
        number = number.replace(".", ",") if self.language in COMMA else number
        return self.say("miles" if miles else "kilometres", number=number)

    def state(self, place: Place) -> str:
        """Return whether it is open, until when, or when it opens next; on a holiday only with "call first"."""
        if place.status != ACTIVE:
            return self.say("closed_for_now")
        opening = self.opening(place)
        if opening is None:
            told = "; ".join(filter(None, (schedule.description or schedule.notes for schedule in place.schedules)))
            return told or self.say("hours_unknown")
        return self._open(opening) if opening.open else self._closed(opening)

    def _open(self, opening: Opening) -> str:
        if opening.until is None:
            return self.say("open_always")
        time = self.local.calendar.clock(opening.until, self.language)
        if opening.holiday:
            return self.say("open_on_holiday", holiday=opening.holiday, time=time)
        return self.say("open", time=time)

    def _closed(self, opening: Opening) -> str:
        if opening.opens is None:
            return self.say("closed")
        when = self._when(opening.opens)
        if opening.holiday:
            return self.say("opens_on_holiday", when=when, holiday=opening.holiday)
        return self.say("opens", when=when)

    def _when(self, moment: datetime) -> str:
        """Return "5 pm" of today, "tomorrow 9 am", "Sat 9 am", or with a date when it is a week or more away."""
        clock, day = self.local.calendar.clock(moment, self.language), moment.date()
        match (day - self._today).days:
            case 0:
                return clock
            case 1:
                return self.say("tomorrow", time=clock)
            case days if days < WEEK:
                return f"{self._day(day)} {clock}"
        return f"{self._date(day)}, {clock}"

    @property
    def _today(self) -> date:
        return self.now.astimezone(self.local.zone).date()

    def _day(self, day: date) -> str:
        return self._names(self.local.calendar.days)[day.weekday()]

    def _date(self, day: date) -> str:
        month = self._names(self.local.calendar.months)[day.month - 1]
        return self.say("date", day=str(day.day), month=month, year=str(day.year))

    def _names(self, names: Mapping[str, Sequence[str]]) -> Sequence[str]:
        return names.get(self.language) or names["en"]

    def details(self, place: Place, asked: Iterable[str] = ()) -> list[str]:
        """Return a line for each detail that is known, of those `asked` for; of all when none is."""
        wanted = set(asked) or set(DETAILS)
        told = ((detail, self._detail(place, detail)) for detail in DETAILS if detail in wanted)
        lines = [self.say(detail, text=text) for detail, text in told if text]
        if lines and place.alert:
            lines.insert(0, self.say("alert", text=place.alert))
        if lines and place.assured_date:
            lines.append(self.say("checked", date=self._date(place.assured_date)))
        return lines

    def _detail(self, place: Place, detail: str) -> str:
        if detail == "hours":
            return " ".join(filter(None, (self.state(place), self._week(place))))
        texts = {
            "address": (place.address_1, place.city),
            "phone": place.phones,
            "documents": place.required_documents,
            "fees": (place.fees_description,),
            "who": (place.eligibility_description,),
            "apply": (place.application_process, place.wait_time),
            "languages": (*place.languages, place.interpretation_services),
            "accessibility": place.accessibility,
            "site": (place.url,),
        }
        return ", ".join(text.rstrip(".") for text in texts[detail] if text)

    def _week(self, place: Place) -> str:
        """Return the hours of the next seven days, Monday first, days alike in a row as one: "Mon-Fri 9 am-5 pm."."""
        opening = self.opening(place)
        if opening is None or opening.always:
            return ""
        week = sorted((self._today + timedelta(days=n) for n in range(WEEK)), key=lambda day: day.weekday())
        runs = [(hours, [*days]) for hours, days in groupby(week, key=lambda day: self._hours(place, day))]
        told = [f"{self._run(days)} {hours}" for hours, days in runs if hours]
        return f"{', '.join(told)}." if told else ""

    def _run(self, days: Sequence[date]) -> str:
        first, last = self._day(days[0]), self._day(days[-1])
        return first if first == last else f"{first}-{last}"

    def _hours(self, place: Place, day: date) -> str:
        """Return the day's openings: "9 am-12 pm & 1 pm-5 pm"; empty when it is closed."""
        zone, clock = self.local.zone, self.local.calendar.clock
        spans = hours_on(place.schedules, day, zone)
        return " & ".join(
            f"{clock(span.start.astimezone(zone), self.language)}-{clock(span.end.astimezone(zone), self.language)}"
            for span in spans
        )
