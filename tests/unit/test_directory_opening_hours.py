"""Opening hours: recurrences, exceptions, midnight, changes of the clocks, holidays, in the town's zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from actions.backends.directory.opening_hours import holidays_of, is_known, numbers, open_at, spans_on, weekdays
from actions.backends.directory.places import Schedule
from bot.errors import ConfigurationError

CHICAGO = ZoneInfo("America/Chicago")


def rule(hours: str = "", **fields: Any) -> Schedule:
    """Return a schedule; hours such as "9:00-17:00", and dates as ISO texts."""
    dates = {"dtstart", "until", "valid_from", "valid_to"} & fields.keys()
    fields |= {name: date.fromisoformat(fields[name]) for name in dates}
    if hours:
        opens, closes = hours.split("-", 1)
        fields |= {"opens_at": time.fromisoformat(opens), "closes_at": time.fromisoformat(closes)}
    return Schedule(**fields)


def weekly(byday: str, hours: str, **fields: Any) -> Schedule:
    return rule(hours, freq="WEEKLY", byday=byday, **fields)


OFFICE = [weekly("MO,TU,WE,TH,FR", "08:30-16:30"), weekly("TH", "16:30-19:00")]
PANTRY = [weekly("TU,TH", "10:00-18:00"), weekly("SA", "09:00-12:00")]
NIGHT = [weekly("MO,TU,WE,TH,FR,SA,SU", "17:00-08:00")]
BAR = [weekly("FR,SA", "20:00-02:00")]
ALWAYS = [rule("00:00-00:00", freq="DAILY")]
ALMOST_ALWAYS = [weekly("MO,TU,WE,TH,FR,SA,SU", "00:00-23:59")]
SECOND_TUESDAY = [rule("19:00-21:00", freq="MONTHLY", byday="2TU,4TU")]
FIRST_AND_LAST = [rule("09:00-10:00", freq="MONTHLY", bymonthday="1,-1")]
EVERY_OTHER = [weekly("WE", "09:00-12:00", interval=2, dtstart="2026-03-04")]
THREE_TIMES = [weekly("WE", "09:00-12:00", count=3, dtstart="2026-03-04")]
UNTIL = [weekly("WE", "09:00-12:00", dtstart="2026-03-04", until="2026-03-11")]
SUMMER = [rule("11:00-19:00", freq="DAILY", valid_from="2026-06-01", valid_to="2026-08-31")]
LUNCH_BREAK = [weekly("MO", "09:00-12:00"), weekly("MO", "13:00-17:00")]
ON_DTSTART = [rule("09:00-12:00", freq="WEEKLY", dtstart="2026-03-04")]
CLOSED_ON = [*OFFICE, rule(valid_from="2026-03-04", valid_to="2026-03-04")]
CLOSED_WEEKS = [*OFFICE, rule(valid_from="2026-03-02", valid_to="2026-03-10", description="Closed for repairs")]
SHORT_DAY = [*OFFICE, rule("08:30-12:00", valid_from="2026-03-04", valid_to="2026-03-04")]
CLOSED_ON_SUNDAY = [rule("09:00-17:00", freq="DAILY"), rule(freq="WEEKLY", byday="SU", description="Closed")]
BY_APPOINTMENT = [*OFFICE, rule(valid_from="2026-03-01", valid_to="2026-03-31", notes="Saturdays by appointment")]

#: Schedules, moment in Chicago, and what it is then: "until" or "opens" that time there.
MOMENTS = [
    (OFFICE, "2026-03-04 12:00", "until 2026-03-04 16:30"),
    (OFFICE, "2026-03-04 08:29", "opens 2026-03-04 08:30"),
    (OFFICE, "2026-03-04 16:30", "opens 2026-03-05 08:30"),
    (OFFICE, "2026-03-05 12:00", "until 2026-03-05 19:00"),
    (OFFICE, "2026-03-07 12:00", "opens 2026-03-09 08:30"),
    (PANTRY, "2026-03-06 12:00", "opens 2026-03-07 09:00"),
    (NIGHT, "2026-03-04 02:00", "until 2026-03-04 08:00"),
    (NIGHT, "2026-03-04 23:30", "until 2026-03-05 08:00"),
    (NIGHT, "2026-03-04 12:00", "opens 2026-03-04 17:00"),
    (BAR, "2026-03-08 01:00", "until 2026-03-08 03:00"),  # 2 am does not exist in this night
    (BAR, "2026-03-08 04:00", "opens 2026-03-13 20:00"),
    (ALWAYS, "2026-03-04 03:00", "always"),
    (ALMOST_ALWAYS, "2026-03-04 23:59", "always"),
    (SECOND_TUESDAY, "2026-03-10 20:00", "until 2026-03-10 21:00"),
    (SECOND_TUESDAY, "2026-03-11 20:00", "opens 2026-03-24 19:00"),
    (FIRST_AND_LAST, "2026-03-01 09:30", "until 2026-03-01 10:00"),
    (FIRST_AND_LAST, "2026-03-02 09:30", "opens 2026-03-31 09:00"),
    (EVERY_OTHER, "2026-03-11 10:00", "opens 2026-03-18 09:00"),
    (THREE_TIMES, "2026-03-18 10:00", "until 2026-03-18 12:00"),
    (THREE_TIMES, "2026-03-25 10:00", "closed"),
    (UNTIL, "2026-03-11 10:00", "until 2026-03-11 12:00"),
    (UNTIL, "2026-03-18 10:00", "closed"),
    (SUMMER, "2026-07-01 12:00", "until 2026-07-01 19:00"),
    (SUMMER, "2026-09-01 12:00", "closed"),
    (LUNCH_BREAK, "2026-03-02 12:30", "opens 2026-03-02 13:00"),
    (ON_DTSTART, "2026-03-05 10:00", "opens 2026-03-11 09:00"),
    (CLOSED_ON, "2026-03-04 12:00", "opens 2026-03-05 08:30"),
    (CLOSED_ON, "2026-03-03 12:00", "until 2026-03-03 16:30"),
    (CLOSED_WEEKS, "2026-03-02 12:00", "opens 2026-03-11 08:30"),
    (SHORT_DAY, "2026-03-04 11:00", "until 2026-03-04 12:00"),
    (SHORT_DAY, "2026-03-04 13:00", "opens 2026-03-05 08:30"),
    (CLOSED_ON_SUNDAY, "2026-03-07 18:00", "opens 2026-03-09 09:00"),
    (BY_APPOINTMENT, "2026-03-04 12:00", "until 2026-03-04 16:30"),
    # The clocks change on 8 March and on 1 November: nine o'clock on the wall stays nine o'clock.
    ([weekly("SU", "09:00-12:00")], "2026-03-08 09:00", "until 2026-03-08 12:00"),
    ([weekly("SU", "09:00-12:00")], "2026-11-01 08:59", "opens 2026-11-01 09:00"),
    ([weekly("SA", "22:00-06:00")], "2026-11-01 05:30", "until 2026-11-01 06:00"),
]


@pytest.mark.parametrize(("schedules", "at", "expected"), MOMENTS)
def test_it_is_open_or_opens_then(schedules: Sequence[Schedule], at: str, expected: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=CHICAGO)
    found = open_at(schedules, moment.astimezone(UTC), CHICAGO)
    assert found is not None
    if found.always:
        said = "always"
    elif found.until:
        said = f"until {found.until:%Y-%m-%d %H:%M}"
    else:
        said = f"opens {found.opens:%Y-%m-%d %H:%M}" if found.opens else "closed"
    assert said == expected
    assert found.open is expected.startswith(("until", "always"))


@pytest.mark.parametrize(
    ("schedule", "opens"),
    [
        (weekly("WE", "09:00-17:00", timezone="America/New_York"), "08:00"),
        (weekly("WE", "09:00-17:00", timezone="America/Chicago"), "09:00"),
        # An offset that the town has in some season is its clock on the wall.
        (weekly("WE", "09:00-17:00", timezone="-06:00"), "09:00"),
        (weekly("WE", "09:00-17:00", timezone="-5"), "09:00"),
        (weekly("WE", "09:00-17:00", timezone="UTC+3"), "01:00"),
        (Schedule(freq="WEEKLY", byday="WE", opens_at=time.fromisoformat("09:00-05:00"), closes_at=time(17)), "09:00"),
        (Schedule(freq="WEEKLY", byday="WE", opens_at=time.fromisoformat("15:00Z"), closes_at=time(23)), "10:00"),
        (weekly("WE", "09:00-17:00", timezone="Mars/Olympus"), "09:00"),
    ],
)
def test_times_are_in_the_zone_that_the_schedule_means(schedule: Schedule, opens: str) -> None:
    [span] = spans_on([schedule], date(2026, 7, 1), CHICAGO)
    assert f"{span.start.astimezone(CHICAGO):%H:%M}" == opens


@pytest.mark.parametrize(
    "schedules",
    [
        [],
        [rule(description="Call for hours")],
        [rule("09:00-17:00")],
        [rule(valid_from="2026-03-04", valid_to="2026-03-04")],
    ],
)
def test_without_days_nothing_is_said_of_hours(schedules: Sequence[Schedule]) -> None:
    assert not is_known(schedules)
    assert open_at(schedules, datetime(2026, 3, 4, tzinfo=UTC), CHICAGO) is None


@pytest.mark.parametrize(
    ("schedules", "at", "holiday"),
    [
        (OFFICE, "2026-11-26 12:00", "Thanksgiving Day"),
        (OFFICE, "2026-11-25 20:00", "Thanksgiving Day"),  # closed now; it opens next on the holiday
        (OFFICE, "2026-11-27 12:00", None),
        (ALWAYS, "2026-11-26 12:00", None),
        ([*OFFICE, rule("09:00-12:00", valid_from="2026-11-26", valid_to="2026-11-26")], "2026-11-26 10:00", None),
        ([*OFFICE, rule(valid_from="2026-11-26", valid_to="2026-11-26")], "2026-11-26 10:00", None),
    ],
)
def test_a_holiday_makes_hours_uncertain_unless_the_directory_speaks_of_it(
    schedules: Sequence[Schedule], at: str, holiday: str | None
) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=CHICAGO)
    found = open_at(schedules, moment, CHICAGO, holidays_of("US-IL"))
    assert found is not None
    assert found.holiday == holiday


def test_holidays_are_those_of_the_place() -> None:
    assert holidays_of("US")(date(2026, 2, 12)) is None
    assert holidays_of("US-IL")(date(2026, 2, 12)) == "Lincoln's Birthday"
    assert holidays_of("es")(date(2026, 8, 15))
    assert holidays_of(None)(date(2026, 12, 25)) is None
    with pytest.raises(ConfigurationError, match="US-IL"):
        holidays_of("US-ZZ")
    with pytest.raises(ConfigurationError, match="TOWNCLERK_HOLIDAYS"):
        holidays_of("Atlantis")


def test_todays_openings_are_listed_in_order() -> None:
    spans = spans_on([LUNCH_BREAK[1], LUNCH_BREAK[0]], date(2026, 3, 2), CHICAGO)
    assert [f"{span.start.astimezone(CHICAGO):%H:%M}" for span in spans] == ["09:00", "13:00"]


@pytest.mark.parametrize("byday", ["MO,XX", "8MOO", "Monday"])
def test_days_that_are_no_days_are_refused(byday: str) -> None:
    with pytest.raises(ValueError, match=byday):
        weekdays(byday)
    with pytest.raises(ValueError, match="first"):
        numbers("first")
