"""Finding places, through the whole town: what citizens say and what must stand in the answer."""

from __future__ import annotations

import pytest
from test_conversations import verify_dialog
from town import Town

#: Needs the trained model of the whole content.
pytestmark = pytest.mark.slow

LIBRARY = "https://springdale.example/library"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("where is the nearest pharmacy to 40 mill road", "Mill Road Pharmacy|19 Mill Road"),
        ("find me a food pantry near 5th street that's open", "Springdale Food Pantry|3 Mill Road"),
        ("dónde está la farmacia más cercana a 30 main street", "Corner Pharmacy"),
        ("main street'e en yakın eczane nerede", "Corner Pharmacy"),
        ("أين أقرب صيدلية من 40 mill road", "Mill Road Pharmacy"),
        ("nearest hospital to me", "I know of no place like that in town"),
    ],
)
async def test_the_nearest_place_is_told(town: Town, said: str, expected: str) -> None:
    await verify_dialog(town, [(said, expected)])


async def test_near_me_asks_where_and_goes_on(town: Town) -> None:
    await verify_dialog(
        town,
        [
            ("what is the closest pharmacy to me", "Where are you?"),
            ("pine street", "Corner Pharmacy|30 Main Street"),
            ("are they open right now", "Hours:"),
            ("which pharmacy is closest to 40 mill road", "Mill Road Pharmacy"),
            ("what's their phone number", "555-0119"),
        ],
    )


async def test_what_a_topic_answers_stays_with_the_topic(town: Town) -> None:
    await verify_dialog(town, [("what time does the library open", f"Source: {LIBRARY}")])


async def test_a_choice_tells_more(town: Town) -> None:
    await verify_dialog(
        town, [("find the closest pharmacy to 40 mill road", "Mill Road Pharmacy"), ("1", "Hours:|Phone: 555-0119")]
    )
