"""The exam is read from its files, with noisy copies; a file of another shape is named."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bot.errors import ConfigurationError, ContentError
from bot.evaluation.exam import Case, read_exam, with_noise, written

FILES = {
    "en/streets.yml": "faq/bus:\n  - when's the bus\nreport:\n  - there's a hole\n",
    "en/stories.yml": "faq/bus:\n  - a long story of a bus\n",
    "es/two_requests.yml": "- text: dos cosas\n  intents: [report, faq/bus]\n",
    "ar/topics.yml": "faq/bus:\n  - متى الباص\n",
    "mixed.yml": "faq/bus:\n  - a qué hora is the bus\n",
    "out_of_scope/tr.yml": "near:\n  - pasaport\nfar:\n  - şiir yaz\n",
    "languages.yml": "other:\n  - quand passe le bus\n",
    "entities.yml": "- text: pay 84 today\n  language: en\n  entities:\n    - {entity: amount, value: 84}\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path


def test_every_file_is_read_by_its_place(folder: Path) -> None:
    assert set(written(folder)) == {
        Case("when's the bus", "en", "clean", ("faq/bus",)),
        Case("there's a hole", "en", "clean", ("report",)),
        Case("a long story of a bus", "en", "stories", ("faq/bus",)),
        Case("dos cosas", "es", "clean", ("report", "faq/bus")),
        Case("متى الباص", "ar", "clean", ("faq/bus",)),
        Case("a qué hora is the bus", "en/es", "mixed", ("faq/bus",)),
        Case("pasaport", "tr", "clean", foreign="near"),
        Case("şiir yaz", "tr", "clean", foreign="far"),
        Case("quand passe le bus", "other", "clean"),
        Case("pay 84 today", "en", "clean", entities=(("amount", "84"),)),
    }


def test_clean_messages_get_noisy_copies(folder: Path) -> None:
    kinds = Counter((case.language, case.kind) for case in read_exam(folder))
    assert kinds["en", "sms"] == kinds["en", "capitals"] == 2
    assert kinds["tr", "sms"] == kinds["tr", "capitals"] == 2
    # Arabic has no capitals; two requests, other languages and mixed sentences are asked once.
    assert (kinds["ar", "sms"], kinds["ar", "capitals"]) == (1, 0)
    assert (kinds["es", "sms"], kinds["other", "sms"], kinds["en/es", "mixed"]) == (0, 0, 1)


def test_a_message_is_spoilt_the_same_way_whatever_stands_beside_it() -> None:
    one, two = Case("where does the bus stop", "en", intents=("a",)), Case("anything else", "en", intents=("a",))
    assert [c for c in with_noise([two, one]) if c in set(with_noise([one]))] == list(with_noise([one]))


def test_the_quick_exam_keeps_all_kinds(folder: Path) -> None:
    (folder / "en" / "more.yml").write_text("faq/bus:\n" + "".join(f"  - bus number {n}\n" for n in range(18)))
    quick, whole = read_exam(folder, quick=True), read_exam(folder)
    assert Counter(c.kind for c in quick if c.language == "en")["clean"] == 4 + 1
    assert {(c.language, c.kind, c.foreign) for c in quick} == {(c.language, c.kind, c.foreign) for c in whole}


def test_no_exam_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="run this in a checkout"):
        read_exam(tmp_path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("en/two_requests.yml", "- text: three\n  intents: [a, b, c]\n"),
        ("out_of_scope/en.yml", "near:\n  - x\n"),
        ("entities.yml", "faq/bus:\n  - x\n"),
        ("en/streets.yml", "- x\n"),
        ("unknown.yml", "faq/bus:\n  - x\n"),
    ],
)
def test_a_file_of_another_shape_is_named(folder: Path, name: str, content: str) -> None:
    (folder / name).write_text(content)
    with pytest.raises(ContentError, match=name):
        read_exam(folder)
