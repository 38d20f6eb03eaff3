"""The kernel machine, and the solver of its equations."""

import numpy as np
import numpy.typing as npt
import pytest

from bot.nlu import kernel
from bot.nlu.features import Features, learn
from bot.nlu.kernel import BLOCK, KernelMachine, Sentences
from bot.nlu.solver import LANDMARKS, solve

Floats = npt.NDArray[np.float32]

TAUGHT = {
    "bins": ["when is bin day", "trash pickup time", "garbage collection calendar", "bin collection"],
    "water": ["pay my water bill", "water bill is too high", "water account balance", "water payment plan"],
    "dogs": ["my puppy needs a tag"],
}


def vectors(texts: list[str], seed: int = 0) -> Floats:
    """Return a vector for each text, near for texts of one label."""
    directions = np.random.default_rng(seed).standard_normal((len(TAUGHT) + 1, 16))
    which = [next((i for i, own in enumerate(TAUGHT.values()) if text in own), len(TAUGHT)) for text in texts]
    noise = np.random.default_rng(seed + 1).standard_normal((len(texts), 16)) / 5
    rows = directions[which] + noise
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def machine(names: list[str], with_vectors: bool) -> tuple[KernelMachine, Features, list[str], npt.NDArray[np.intp]]:
    texts = [text for name in names for text in TAUGHT[name]]
    labels = np.array([number for number, name in enumerate(names) for _ in TAUGHT[name]])
    known = learn(texts)
    seen = Sentences(known.rows(texts), vectors(texts) if with_vectors else None)
    return kernel.train(seen, labels, len(names)), known, texts, labels


@pytest.mark.parametrize("with_vectors", [False, True])
@pytest.mark.parametrize("names", [["bins"], ["bins", "water"], ["bins", "water", "dogs"]])
def test_what_was_taught_scores_highest_for_its_label(names: list[str], with_vectors: bool) -> None:
    taught, known, texts, labels = machine(names, with_vectors)
    scores = taught.scores(Sentences(known.rows(texts), vectors(texts) if with_vectors else None))
    assert scores.shape == (len(texts), len(names))
    assert scores.dtype == np.float32
    assert (scores.argmax(axis=1) == labels).all()
    own = scores[np.arange(len(labels)), labels]
    assert own == pytest.approx(np.full(len(labels), 2), abs=0.25)


def test_a_label_with_one_sentence_stands_up_to_the_others() -> None:
    taught, known, _, _ = machine(["bins", "water", "dogs"], with_vectors=False)
    scores = taught.scores(Sentences(known.rows(["a tag for my puppy"]), None))
    assert scores.argmax() == 2


def test_vectors_say_what_the_words_do_not() -> None:
    taught, known, texts, _ = machine(["bins", "water"], with_vectors=True)
    unheard = known.rows(["zzz"])
    for label, text in ((0, texts[0]), (1, texts[-1])):
        row = vectors(texts)[[texts.index(text)]]
        assert taught.scores(Sentences(unheard, row)).argmax() == label


def test_far_from_everything_nothing_scores_high() -> None:
    taught, known, texts, _ = machine(["bins", "water"], with_vectors=False)
    assert (
        taught.scores(Sentences(known.rows(["zzz"]), None)).max()
        < taught.scores(Sentences(known.rows(texts[:1]), None)).max()
    )


def test_many_sentences_read_together_read_as_one_by_one() -> None:
    taught, known, texts, _ = machine(["bins", "water", "dogs"], with_vectors=True)
    seen = Sentences(known.rows(texts), vectors(texts))
    alone = [taught.scores(seen.part(np.array([row])))[0] for row in range(len(texts))]
    assert taught.scores(seen) == pytest.approx(np.array(alone), abs=1e-4)


def test_a_part_of_the_sentences_keeps_rows_together() -> None:
    known = learn(TAUGHT["bins"])
    seen = Sentences(known.rows(TAUGHT["bins"]), vectors(TAUGHT["bins"]))
    part = seen.part(np.array([2, 0]))
    assert part.vectors is not None
    assert (part.sparse.toarray() == known.rows([TAUGHT["bins"][2], TAUGHT["bins"][0]]).toarray()).all()
    assert (part.vectors == vectors(TAUGHT["bins"])[[2, 0]]).all()


def test_more_sentences_than_a_block_holds_are_all_taught() -> None:
    texts = [f"{word}{number} said here" for number in range(BLOCK // 2 + 20) for word in ("bin", "water")]
    labels = np.array([number % 2 for number in range(len(texts))])
    known = learn(texts)
    taught = kernel.train(Sentences(known.rows(texts), None), labels, 2)
    assert (taught.scores(Sentences(known.rows(texts), None)).argmax(axis=1) == labels).all()


@pytest.mark.parametrize(
    "sizes", [(1,), (2,), (1, 1), (20, 0, 40), (LANDMARKS - 600, 800)], ids=lambda sizes: "+".join(map(str, sizes))
)
def test_the_solver_agrees_with_the_exact_solution(sizes: tuple[int, ...]) -> None:
    """The weights themselves may differ where the kernel cannot tell; what they make of the sentences may not."""
    count, chance = sum(sizes), np.random.default_rng(sum(sizes))
    middles = np.repeat(chance.standard_normal((len(sizes), 48)), sizes, axis=0)
    points = middles + chance.standard_normal((count, 48))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    alike = np.exp(points @ points.T - 1).astype(np.float32)
    ridge = (0.03 * chance.uniform(0.5, 1.5, count)).astype(np.float32)
    wanted = np.where(chance.random((4, count)) < 0.3, 2, 0).astype(np.float32)
    solution = solve(alike, ridge, wanted, np.array(sizes))
    exact = np.linalg.solve(alike.astype(float) + np.diag(ridge), wanted.T).T
    assert solution.shape == wanted.shape
    assert np.abs((solution - exact) @ alike).max() < 0.1
    assert np.linalg.norm(solution - exact) <= 0.05 * np.linalg.norm(exact)


def test_the_order_of_the_sentences_does_not_matter() -> None:
    taught, known, texts, labels = machine(["bins", "water", "dogs"], with_vectors=True)
    seen = Sentences(known.rows(texts), vectors(texts))
    mixed = np.random.default_rng(0).permutation(len(texts))
    again = kernel.train(seen.part(mixed), labels[mixed], 3)
    assert again.scores(seen) == pytest.approx(taught.scores(seen), abs=1e-3)


def test_sentences_that_were_taught_twice_break_no_equation() -> None:
    texts = ["bin day", "water bill"] * 60
    known = learn(texts)
    taught = kernel.train(Sentences(known.rows(texts), None), np.array([0, 1] * 60), 2)
    scores = taught.scores(Sentences(known.rows(texts[:2]), None))
    assert np.isfinite(scores).all()
    assert list(scores.argmax(axis=1)) == [0, 1]
