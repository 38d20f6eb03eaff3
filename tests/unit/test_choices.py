"""Reading a choice: what people really type at "1) ... 2) ..."."""

from __future__ import annotations

import pytest

from bot.choices import read_choice

SIZES = ("Small, like a plate", "Medium, like a car tyre", "Large, across the lane")
PETS = ("Dog", "Cat", "Neither")
COLOURS = ("Rojo", "Azul", "Verde oscuro")
HOLES = ("Tabak kadar", "Lastik kadar", "Lastikten büyük")
LIGHTS = ("مطفأ", "يرتجف", "مضاء طوال النهار")


@pytest.mark.parametrize(
    ("text", "titles", "index"),
    [
        # Numbers, alone or with the words people put around them.
        ("2", SIZES, 1),
        (" 2. ", SIZES, 1),
        ("2)", SIZES, 1),
        ("number two please", SIZES, 1),
        ("the second one", SIZES, 1),
        ("2nd", SIZES, 1),
        ("option 3", SIZES, 2),
        ("one", SIZES, 0),
        ("the first one", SIZES, 0),
        ("dos", COLOURS, 1),
        ("la segunda", COLOURS, 1),
        ("opción tres", COLOURS, 2),
        ("2ª", COLOURS, 1),
        ("2'nci", HOLES, 1),
        ("3üncü", HOLES, 2),
        ("2.", HOLES, 1),
        ("iki", HOLES, 1),
        ("birinci", HOLES, 0),
        ("ucuncu", HOLES, 2),
        ("ÜÇÜNCÜSÜ lütfen", HOLES, 2),
        ("ikinci seçenek", HOLES, 1),
        ("2 numaralı olan", HOLES, 1),
        ("٢", LIGHTS, 1),
        ("٣.", LIGHTS, 2),
        ("۲", LIGHTS, 1),
        ("الرقم ٢", LIGHTS, 1),
        ("اثنان", LIGHTS, 1),
        ("الثاني", LIGHTS, 1),
        ("الثّانية", LIGHTS, 1),
        ("الأولى", LIGHTS, 0),
        ("الاولي", LIGHTS, 0),
        ("ثلاثه", LIGHTS, 2),
        ("الخيار الثالث من فضلك", LIGHTS, 2),
        # The label, in any case, with a typo, with another keyboard's letters.
        ("cat", PETS, 1),
        ("CAT!", PETS, 1),
        ("Neihter", PETS, 2),
        ("verde oscuro", COLOURS, 2),
        ("medium like a car tyre", SIZES, 1),
        ("LASTIKTEN BUYUK", HOLES, 2),
        ("lastik kadar", HOLES, 1),
        ("مطفا", LIGHTS, 0),
        ("مُضاء طوال النهار", LIGHTS, 2),
        # Out of range, several, or something else altogether.
        ("0", SIZES, None),
        ("4", SIZES, None),
        ("12", SIZES, None),
        ("21 Main St", SIZES, None),
        ("2 dogs bark all night", SIZES, None),
        ("1 or 2", SIZES, None),
        ("one two", SIZES, None),
        ("٤", LIGHTS, None),
        ("١٢ شارع البلوط", LIGHTS, None),
        ("bir mi iki mi", HOLES, None),
        ("لا", LIGHTS, None),
        ("no", PETS, None),
        ("", SIZES, None),
        ("🙂", SIZES, None),
        ("9" * 5000, SIZES, None),
        ("2", (), None),
    ],
)
def test_a_choice_is_read_or_left_alone(text: str, titles: tuple[str, ...], index: int | None) -> None:
    assert read_choice(text, titles) == index


def test_a_label_that_is_a_number_wins_over_its_place() -> None:
    assert read_choice("3", ("1", "3", "5")) == 1


def test_equally_like_labels_are_not_guessed() -> None:
    assert read_choice("north strett", ("North Street", "North Streat")) is None
