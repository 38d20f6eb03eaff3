"""Vectors of sentences: near for one meaning, in every language."""

from pathlib import Path

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.many_sentences import BATCH
from bot.nlu.properties import CLEAN, VECTORS
from bot.nlu.sentence_encoder import MANY, SentenceEncoder, encode
from bot.nlu.sentences import parts

TRASH = {
    "en": "when is the trash collected",
    "es": "cuándo recogen la basura",
    "tr": "çöp ne zaman toplanıyor",
    "ar": "متى يتم جمع القمامة",
}
WATER = {
    "en": "how do i pay my water bill",
    "es": "cómo pago la factura del agua",
    "tr": "su faturamı nasıl öderim",
    "ar": "كيف أدفع فاتورة المياه",
}


@pytest.fixture(scope="module")
def component(tmp_path_factory: pytest.TempPathFactory) -> SentenceEncoder:
    folder: Path = tmp_path_factory.mktemp("model")
    context = ExecutionContext(GraphSchema({}), node_name="encode")
    return SentenceEncoder.create({}, LocalModelStorage(folder), Resource("encode"), context)


def test_one_meaning_lies_nearer_in_any_language_than_another_in_the_same() -> None:
    trash, water = encode([*TRASH.values()]), encode([*WATER.values()])
    furthest_alike = min((trash @ trash.T).min(), (water @ water.T).min())
    assert furthest_alike > (trash @ water.T).max() + 0.1


def test_a_vector_has_length_one() -> None:
    vectors = encode([*TRASH.values(), "", "a", "🔥", "word " * 300])
    assert vectors.shape == (8, 512)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(8), abs=1e-4)


def test_capitals_do_not_count() -> None:
    one, other = encode(["When Is BIN Day", "when is bin day"])
    assert one == pytest.approx(other, abs=1e-6)


@pytest.mark.parametrize("count", [MANY - 1, MANY, BATCH // 5])
def test_many_texts_give_the_same_vectors_as_one_by_one(count: int) -> None:
    odd = ["", "🔥", "bin", "word " * 2 * BATCH, TRASH["tr"], WATER["ar"]]
    texts = odd + [f"text number {number} about trash{' and more' * (number % 5)}" for number in range(count)]
    together = encode(texts[:count])
    assert together.shape == (count, 512)
    assert together.dtype == np.float32
    for number in (*range(len(odd)), MANY - 3, count - 1):
        assert encode([texts[number]])[0] == pytest.approx(together[number], abs=1e-4)


def test_texts_in_another_order_have_the_same_vectors() -> None:
    texts = [f"question {number} on {word}" for number in range(MANY) for word in ("bins", "dogs", "a water bill")]
    assert encode(texts[::-1])[::-1] == pytest.approx(encode(texts), abs=1e-5)


def test_no_texts_are_no_vectors() -> None:
    assert encode([]).shape[0] == 0


@pytest.mark.parametrize("text", ["bin day", "when is bin day and how do i pay my water bill"])
def test_a_message_gets_a_row_for_itself_and_each_part(component: SentenceEncoder, text: str) -> None:
    (message,) = component.process([Message({"text": text})])
    assert message.get(VECTORS) == pytest.approx(encode([text, *parts(text)]), abs=1e-5)
    assert len(message.get(VECTORS)) == 1 + len(parts(text))
    assert VECTORS not in message.as_dict(only_output_properties=True)


def test_the_clean_text_is_what_is_encoded(component: SentenceEncoder) -> None:
    (message,) = component.process([Message({"text": "wen is bin day", CLEAN: "when is bin day"})])
    assert message.get(VECTORS) == pytest.approx(encode(["when is bin day"]), abs=1e-5)


@pytest.mark.parametrize("data", [{"text": ""}, {"action_name": "action_listen"}])
def test_a_message_without_text_is_left_alone(component: SentenceEncoder, data: dict[str, str]) -> None:
    (message,) = component.process([Message(dict(data))])
    assert VECTORS not in message.data


def test_an_example_gets_one_row_whatever_its_parts(component: SentenceEncoder) -> None:
    long = "when is bin day and how do i pay my water bill"
    data = TrainingData(
        [Message.build("bin day", "faq/bins"), Message.build(long, "faq/bins"), Message({"intent": "x"})]
    )
    assert component.process_training_data(data) is data
    bins, both, none = data.training_examples
    assert [bins.get(VECTORS).shape, both.get(VECTORS).shape, none.get(VECTORS)] == [(1, 512), (1, 512), None]
    assert both.get(VECTORS) == pytest.approx(encode([long]), abs=1e-5)


def test_no_examples_are_no_work(component: SentenceEncoder) -> None:
    assert component.process_training_data(TrainingData([])).training_examples == []
