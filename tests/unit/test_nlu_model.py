"""The model reads what it was taught, with typing errors too, and is not sure of anything else."""

import pytest

from bot.nlu.model import SentenceModel, train

TAUGHT = {
    "bins": "when is bin day|what day is trash picked up|garbage collection day|when do you take the trash"
    "|bin collection calendar|trash pickup time",
    "water": "pay my water bill|water bill is too high|when is the water bill due|water account balance"
    "|pay for water online|water payment plan",
    "library": "library hours|when does the library open|is the library open sunday|library card"
    "|where is the library|library opening times",
}


def taught(labels: dict[str, str]) -> SentenceModel:
    pairs = [(text, label) for label, texts in labels.items() for text in texts.split("|")]
    return train([text for text, _ in pairs], [label for _, label in pairs], rejected=0.05)


MODEL = taught(TAUGHT)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("what day is the trash picked up", "bins"),
        ("TRASH PICK UP???", "bins"),
        ("watr bil", "water"),
        ("libary opn", "library"),
    ],
)
def test_the_right_label_comes_first(text: str, label: str) -> None:
    assert MODEL.read(text).ranking[0][0] == label


def test_chances_add_up_and_come_in_order() -> None:
    chances = [chance for _, chance in MODEL.read("water bill").ranking]
    assert sum(chances) == pytest.approx(1)
    assert chances == sorted(chances, reverse=True)


@pytest.mark.parametrize("text", ["", "   ", "🔥", "?!", "حريق", "漢字"])
def test_nothing_readable_gives_no_ranking(text: str) -> None:
    reading = MODEL.read(text)
    assert reading.ranking == ()
    assert not reading.sure


def test_two_close_readings_are_not_sure_but_keep_their_order() -> None:
    assert not MODEL.read("water library", margin=0.999).sure
    assert {label for label, _ in MODEL.read("water library").ranking[:2]} == {"water", "library"}


@pytest.mark.parametrize("count", [1, 2])
def test_few_labels_are_enough_to_train(count: int) -> None:
    model = taught(dict(list(TAUGHT.items())[:count]))
    assert model.read("when is trash pickup").ranking[0][0] == "bins"


def test_a_label_with_one_sentence_is_learned() -> None:
    model = taught({**TAUGHT, "dogs": "my dog needs a license"})
    assert model.read("license for my dog").ranking[0][0] == "dogs"
