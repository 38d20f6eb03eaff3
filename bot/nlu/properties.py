"""Names under which the components of the pipeline leave their work on a message, beside Rasa's own."""

from __future__ import annotations

from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

#: Language of the message: "en", "es", "tr", "ar", "other", or None when it tells too little.
LANGUAGE = "language"
#: The message in full words, as later components should read it.
CLEAN = "clean_text"
#: Vectors of the message and then of its parts, one row each.
VECTORS = "sentence_vectors"
#: A second request in the same message: its full intent, or None.
OTHER_REQUEST = "other_request"


def text_of(message: Message) -> str:
    """Return the message in full words if an earlier component wrote it so, else as it came; "" when it has no text."""
    return str(message.get(CLEAN) or message.get(TEXT) or "")
