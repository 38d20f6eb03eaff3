"""A confirmed interview becomes the effect that hands it to the service backend."""

from __future__ import annotations

from actions.intake.answers import LONGEST_TEXT
from actions.intake.questions import ATTRIBUTE, DESCRIPTION, LOCATION, SERVICE
from actions.intake.services import Catalogue
from actions.intake.state import State, questions
from bot.messages import Location, Submit


def to_submit(catalogue: Catalogue, state: State, *, reference: str, language: str) -> Submit:
    """Gather what applies; answers to questions that no longer do stay behind."""
    applying = [question for question in questions(catalogue, state) if question.attribute]
    attributes = {
        question.key.removeprefix(ATTRIBUTE): state.answers[question.key]
        for question in applying
        if state.answers.get(question.key) is not None
    }
    place = state.answers[LOCATION]
    pin = "latitude" in place
    return Submit(
        reference=reference,
        service_code=state.answers[SERVICE],
        attributes=attributes,
        description=_description(state),
        address_string=str(place.get("address", "")),
        location=Location(latitude=place["latitude"], longitude=place["longitude"]) if pin else None,
        media_url=state.photos[0] if state.photos else None,
        language=language,
    )


def _description(state: State) -> str:
    """Return the citizen's words; photos after the first, which has a field of its own, follow as lines."""
    more = "".join(f"\n{url}" for url in state.photos[1:])
    words = str(state.answers.get(DESCRIPTION) or "")[: max(0, LONGEST_TEXT - len(more))]
    return (words + more).strip()
