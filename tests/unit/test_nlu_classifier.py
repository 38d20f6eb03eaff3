"""The classifier in Rasa's hands: trained, kept, loaded, and read through Rasa's storage, alone and in its pipeline."""

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.classifier import IntentClassifier
from bot.nlu.language_identifier import LanguageIdentifier
from bot.nlu.normaliser import Normaliser
from bot.nlu.sentence_encoder import SentenceEncoder
from bot.nlu.speller import Speller

CONTEXT = ExecutionContext(GraphSchema({}), node_name="understand")
TAUGHT = {
    "faq/bins": """when is bin day|trash pickup day|what day is garbage taken|garbage collection day
bin day on my street
when do they take the trash|trash collection on holidays|when is trash pickup|what day do i put the bins out
cuándo recogen la basura|qué día pasa la basura|día de basura|a qué hora pasa el camión de la basura""",
    "faq/water": """pay my water bill|water bill is high|how do i pay for water|when is the water bill due
how do i pay my water bill|water bill online|late fee on the water bill|water bill payment plan|pay water by phone
pagar la factura del agua|cómo pago el agua|la factura del agua está muy alta|recibo del agua""",
    "report": """there is a pothole|report a pothole on my street|hole in the road|a pothole on main street
big pothole near the school|the street light is out|i want to report a broken street light|report graffiti
hay un bache en mi calle|reportar un bache|la luz de la calle no funciona""",
    "greet": "hello|good morning|hi there|hey|good afternoon|hola|buenos días|buenas tardes",
    "out_of_scope/passport": """renew my passport|passport photo|how much is a passport|lost passport|passport office
my passport expired|passport for a baby|apply for a passport|renovar pasaporte|perdí mi pasaporte|foto de pasaporte""",
}
EXAMPLES = [(text, label) for label, texts in TAUGHT.items() for text in texts.replace("\n", "|").split("|")]

Home = tuple[LocalModelStorage, Resource]


def data() -> TrainingData:
    return TrainingData([Message.build(text, intent) for text, intent in EXAMPLES])


def read(text: str, *components: Any) -> dict[str, Any]:
    messages = [Message({"text": text})]
    for component in components:
        messages = component.process(messages)
    return messages[0].as_dict(only_output_properties=True)


def best(parsed: dict[str, Any]) -> str:
    return str(parsed["response_selector"]["default"]["ranking"][0]["intent_response_key"])


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return LocalModelStorage(tmp_path), Resource("understand")


class Pipeline:
    """Trains components one after the other, as Rasa does, and loads them again."""

    def __init__(self, folder: Path, *kinds: type[GraphComponent]) -> None:
        storage, examples = LocalModelStorage(folder), data()
        self.components: list[Any] = []
        for kind in kinds:
            place = storage, Resource(kind.__name__), CONTEXT
            component: Any = kind.create(kind.get_default_config(), *place)
            if hasattr(component, "train"):
                component.train(examples)
                component = kind.load(kind.get_default_config(), *place)
            if hasattr(component, "process_training_data"):
                examples = component.process_training_data(examples)
            self.components.append(component)

    def read(self, text: str) -> dict[str, Any]:
        return read(text, *self.components)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    """The pipeline of config.yml."""
    folder = tmp_path_factory.mktemp("whole")
    return Pipeline(folder, LanguageIdentifier, Normaliser, Speller, SentenceEncoder, IntentClassifier)


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    """The same without the sentence encoder."""
    return Pipeline(tmp_path_factory.mktemp("light"), LanguageIdentifier, Normaliser, Speller, IntentClassifier)


@pytest.fixture(scope="module")
def meaning(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    """The encoder and the classifier alone."""
    return Pipeline(tmp_path_factory.mktemp("meaning"), SentenceEncoder, IntentClassifier)


def test_what_was_trained_is_loaded_again(home: Home) -> None:
    trained = IntentClassifier.create({}, *home, CONTEXT)
    assert trained.train(data()) == home[1]
    loaded = IntentClassifier.load({}, *home, CONTEXT)
    for text, intent in EXAMPLES:
        assert read(text, loaded) == read(text, trained)
        assert best(read(text, loaded)) == intent


def test_the_settings_have_typed_defaults() -> None:
    assert IntentClassifier.get_default_config() == {"rejected": 0.1, "ranking_length": 10}
    assert {key: type(value) for key, value in IntentClassifier.get_default_config().items()} == {
        "rejected": float,
        "ranking_length": int,
    }


def test_the_settings_of_config_yml_go_before_the_defaults(home: Home) -> None:
    IntentClassifier.create({}, *home, CONTEXT).train(data())
    parsed = read("bin day", IntentClassifier.load({"ranking_length": 2}, *home, CONTEXT))
    assert len(parsed["response_selector"]["default"]["ranking"]) == 2


@pytest.mark.parametrize("text", ["hello", "", "🔥"])
def test_untrained_everything_is_asked_back(home: Home, text: str) -> None:
    component = IntentClassifier.create({}, *home, CONTEXT)
    parsed = read(text, component)
    assert parsed["intent"] == {"name": "nlu_fallback", "confidence": 1.0}
    assert parsed.get("other_request") is None


def test_without_examples_everything_is_asked_back(home: Home) -> None:
    component = IntentClassifier.create({}, *home, CONTEXT)
    component.train(TrainingData([Message({"text": "no intent"}), Message({"intent": "no_text"})]))
    assert read("hello", IntentClassifier.load({}, *home, CONTEXT))["intent"]["name"] == "nlu_fallback"


def test_a_message_without_text_is_left_alone(home: Home) -> None:
    message = Message({"action_name": "action_listen"})
    assert IntentClassifier.create({}, *home, CONTEXT).process([message]) == [message]
    assert message.get("intent") is None


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("wen is trsh pickup", "faq/bins"),
        ("PAY WATER BILL!!", "faq/water"),
        ("q dia pasa la basra", "faq/bins"),
        ("hola", "greet"),
        ("ther is a pothoel on maple street", "report"),
        ("renew passport", "out_of_scope/passport"),
    ],
)
class TestWithAndWithoutTheEncoder:
    def test_the_pipeline_understands(self, whole: Pipeline, text: str, intent: str) -> None:
        assert best(whole.read(text)) == intent

    def test_without_the_encoder_it_understands_what_has_known_words(
        self, light: Pipeline, text: str, intent: str
    ) -> None:
        assert best(light.read(text)) == intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [("çöp ne zaman toplanıyor", "faq/bins"), ("كيف أدفع فاتورة المياه", "faq/water"), ("refuse removal", "faq/bins")],
)
def test_the_encoder_understands_words_and_languages_that_were_not_taught(
    meaning: Pipeline, text: str, intent: str
) -> None:
    assert best(meaning.read(text)) == intent


def test_what_another_office_does_is_answered_as_that(whole: Pipeline) -> None:
    parsed = whole.read("where do i renew my passport")
    assert parsed["intent"]["name"] == "out_of_scope"
    response = parsed["response_selector"]["out_of_scope"]["response"]
    assert response["utter_action"] == "utter_out_of_scope/passport"


@pytest.mark.parametrize("text", ["", "   ", "🔥🔥", "?!"])
def test_nothing_readable_is_the_fallback(whole: Pipeline, light: Pipeline, text: str) -> None:
    for pipeline in (whole, light):
        parsed = pipeline.read(text)
        assert parsed["intent"] == {"name": "nlu_fallback", "confidence": 1.0}
        assert parsed["response_selector"]["default"]["ranking"] == []


def test_the_second_request_of_a_message_is_told(whole: Pipeline) -> None:
    parsed = whole.read("when is bin day and how do i pay my water bill")
    asked = {best(parsed), parsed["other_request"]}
    assert asked == {"faq/bins", "faq/water"}


def test_a_message_with_one_request_has_no_other(whole: Pipeline) -> None:
    assert whole.read("good morning, when is trash pickup on my street").get("other_request") is None


def test_rasa_is_given_what_it_asks_for(whole: Pipeline) -> None:
    parsed = whole.read("when is bin day")
    assert parsed["intent"]["name"] == "faq"
    assert parsed["intent_ranking"][0] == parsed["intent"]
    assert parsed["language"] == "en"
    assert not {"clean_text", "sentence_vectors"} & set(parsed)
