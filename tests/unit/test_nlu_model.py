"""The model reads what it was taught, with typing errors too, and tells what does not belong here."""

import numpy as np
import numpy.typing as npt
import pytest

from bot.nlu.model import NOTHING, SentenceModel, outside, train

Floats = npt.NDArray[np.float32]

BINS = """when is bin day|what day is trash picked up|garbage collection day|when do you take the trash
bin collection calendar|trash pickup time|is trash collected on holidays|put the bins out|garbage truck schedule
which day do they take garbage|bins at the curb|my street's trash day"""
WATER = """pay my water bill|water bill is too high|when is the water bill due|water account balance
pay for water online|water payment plan|late fee on my water bill|autopay for water|read my water meter
water bill by mail|i can't pay the water bill|where to pay for water"""
LIBRARY = """library hours|when does the library open|is the library open sunday|library card
where is the library|library opening times|does the library close early|renew library books
library on main street|get a library card|study room in the library|books at the library"""
PASSPORT = """passport|renew my passport|passport photo|lost passport|how much is a passport|passport for a baby
passport office near me|my passport expired|passport application form|travel to mexico passport
urgent passport|track my passport"""
OURS = {"faq/bins": BINS, "faq/water": WATER, "faq/library": LIBRARY}
ALL = OURS | {"out_of_scope/passport": PASSPORT}


def pairs(taught: dict[str, str]) -> tuple[list[str], list[str]]:
    both = [(text, label) for label, texts in taught.items() for text in texts.replace("\n", "|").split("|")]
    return [text for text, _ in both], [label for _, label in both]


def taught(labels: dict[str, str], rejected: float = 0.05, vectors: Floats | None = None) -> SentenceModel:
    return train(*pairs(labels), vectors, rejected)


MODEL = taught(ALL)


def first(model: SentenceModel, text: str) -> str:
    (reading,) = model.read([text], None)
    return reading.ranking[0][0]


def meanings(labels: list[str], seed: int = 0) -> Floats:
    """Return vectors of length 1 that lie near each other when their labels are the same."""
    names = sorted(set(labels))
    directions = np.random.default_rng(7).standard_normal((len(ALL), 32))
    rows = directions[[names.index(label) for label in labels]]
    rows = rows + np.random.default_rng(seed).standard_normal(rows.shape) / 4
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("what day is the trash picked up", "faq/bins"),
        ("TRASH PICK UP???", "faq/bins"),
        ("watr bil", "faq/water"),
        ("libary opn", "faq/library"),
        ("¡Pásspört!", "out_of_scope/passport"),
    ],
)
def test_the_right_label_comes_first(text: str, label: str) -> None:
    assert first(MODEL, text) == label


def test_every_label_has_a_chance_and_they_add_up_in_order() -> None:
    (reading,) = MODEL.read(["water bill"], None)
    chances = [chance for _, chance in reading.ranking]
    assert {label for label, _ in reading.ranking} == set(ALL)
    assert sum(chances) == pytest.approx(1, abs=1e-4)
    assert chances == sorted(chances, reverse=True)


@pytest.mark.parametrize("text", ["", "   ", "🔥", "?!", "'"])
def test_nothing_readable_is_nothing(text: str) -> None:
    assert MODEL.read([text], None) == [NOTHING]


def test_readings_come_in_the_order_of_the_texts() -> None:
    texts = ["bin day", "", "water bill", "library hours"]
    readings = MODEL.read(texts, None)
    assert [reading.ranking[:1] and reading.ranking[0][0] for reading in readings] == [
        "faq/bins",
        (),
        "faq/water",
        "faq/library",
    ]
    alone = [chance for text in texts for reading in MODEL.read([text], None) for _, chance in reading.ranking]
    assert [chance for reading in readings for _, chance in reading.ranking] == pytest.approx(alone, abs=1e-4)


def test_no_texts_are_no_readings() -> None:
    assert MODEL.read([], None) == []


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("when is bin day", True),
        ("pay the water bill", True),
        ("renew my passport", False),
        ("passport office", False),
    ],
)
def test_what_another_office_does_is_outside(text: str, inside: bool) -> None:
    (reading,) = MODEL.read([text], None)
    assert reading.inside is inside


def test_the_more_may_be_rejected_the_more_is_outside() -> None:
    leads = [taught(ALL, rejected).lead for rejected in (0.0, 0.1, 0.3, 0.6)]
    assert leads == sorted(leads)
    assert leads[0] < leads[-1]


def test_without_foreign_examples_hardly_anything_is_rejected_whatever_is_asked_for() -> None:
    careful, bold = taught(OURS, rejected=0.5), taught(OURS, rejected=0.01)
    assert careful.lead == bold.lead
    texts, _ = pairs(OURS)
    assert sum(reading.inside for reading in careful.read(texts, None)) >= 0.95 * len(texts)


@pytest.mark.parametrize("count", [1, 2])
def test_few_labels_are_enough_to_train(count: int) -> None:
    model = taught(dict(list(OURS.items())[:count]))
    assert first(model, "when is trash pickup") == "faq/bins"


def test_one_sentence_is_enough_to_train() -> None:
    model = taught({"greet": "hello"})
    assert first(model, "hello there") == "greet"


def test_only_what_is_foreign_can_be_taught() -> None:
    (reading,) = taught({"out_of_scope/passport": PASSPORT}).read(["my passport"], None)
    assert reading.ranking[0] == ("out_of_scope/passport", pytest.approx(1))


def test_a_label_with_one_sentence_is_learned() -> None:
    model = taught({**ALL, "faq/dogs": "my dog needs a license"})
    assert first(model, "license for my dog") == "faq/dogs"


def test_the_same_examples_give_the_same_model() -> None:
    texts = ["water", "when does the library open", "passport and bins"]
    one, other = (taught(ALL).read(texts, None) for _ in range(2))
    assert [r.ranking for r in one] == [r.ranking for r in other]
    assert [r.inside for r in one] == [r.inside for r in other]


class TestWithVectors:
    labels = pairs(ALL)[1]
    model = taught(ALL, vectors=meanings(labels))

    @pytest.mark.parametrize("label", list(ALL))
    def test_words_that_were_never_taught_are_read_by_their_meaning(self, label: str) -> None:
        rows = meanings([*sorted(ALL), label], seed=3)[-1:]
        (reading,) = self.model.read(["zzz qqq"], rows)
        assert reading.ranking[0][0] == label

    def test_a_sentence_without_a_vector_is_read_by_its_words(self) -> None:
        assert first(self.model, "when is bin day") == "faq/bins"

    def test_vectors_are_ignored_where_none_were_taught(self) -> None:
        texts = ["when is bin day"]
        assert MODEL.read(texts, meanings(sorted(ALL))[:1]) == MODEL.read(texts, None)

    def test_no_words_are_nothing_whatever_the_vector_says(self) -> None:
        assert self.model.read(["🔥"], meanings(sorted(ALL))[:1]) == [NOTHING]


@pytest.mark.parametrize(
    ("label", "foreign"),
    [("out_of_scope/mail", True), ("out_of_scope", True), ("faq/out_of_scope", False), ("out_of_scope_faq", False)],
)
def test_labels_outside_are_known_by_their_beginning(label: str, foreign: bool) -> None:
    assert list(outside([label])) == [foreign]
