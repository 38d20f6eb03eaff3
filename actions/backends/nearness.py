"""What counts as the same place: few metres away, or the same address in other letters."""

from __future__ import annotations

import math
import re

from bot.fold import fold
from bot.messages import Location

EARTH_RADIUS = 6_371_000.0  # metres, as the haversine formula wants it: a sphere
#: So many open cases are offered to a citizen.
MOST_NEARBY = 3


def metres(one: Location, other: Location) -> float:
    """Return the distance along the earth's surface, by the haversine formula."""
    north, south = math.radians(one.latitude), math.radians(other.latitude)
    east = math.radians(one.longitude - other.longitude)
    chord = math.sin((north - south) / 2) ** 2 + math.cos(north) * math.cos(south) * math.sin(east / 2) ** 2
    return 2 * EARTH_RADIUS * math.asin(min(1.0, math.sqrt(chord)))


def same_address(one: str, other: str) -> bool:
    """Whether two addresses have the same words in the same order; an empty one is the same as none."""
    return _words(one) == _words(other) != []


def _words(address: str) -> list[str]:
    return re.findall(r"\w+", fold(address))
