"""A confirmed interview becomes the effect that hands it to the service backend."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from actions.intake.answers import LONGEST_TEXT
from actions.intake.questions import ATTRIBUTE, DESCRIPTION, LOCATION, SERVICE
from actions.intake.services import Catalogue
from actions.intake.state import State, questions
from bot.messages import Location, Submit


def to_submit(catalogue: Catalogue, state: State, *, reference: str, language: str, follow: bool) -> Submit:
    """Gather what applies; answers to questions that no longer do stay behind."""
    applying = [question for question in questions(catalogue, state) if question.attribute]
    attributes = {
        question.key.removeprefix(ATTRIBUTE): state.answers[question.key]
        for question in applying
        if state.answers.get(question.key) is not None
    }
    place = state.answers[LOCATION]
    return Submit(
        reference=reference,
        service_code=state.answers[SERVICE],
        attributes=attributes,
        description=_description(state),
        address_string=str(place.get("address", "")),
        location=pin(place),
        media_url=state.photos[0] if state.photos else None,
        language=language,
        follow=follow,
    )


def pin(place: Mapping[str, Any]) -> Location | None:
    """Return the point of a kept place, if it has one."""
    return Location(latitude=place["latitude"], longitude=place["longitude"]) if "latitude" in place else None


def fingerprint(catalogue: Catalogue, state: State) -> str:
    """Return what tells one summary from another: every question with its answer, and the photos."""
    lines = [(question.key, state.answers.get(question.key)) for question in questions(catalogue, state)]
    content = json.dumps([lines, state.photos], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _description(state: State) -> str:
    """Return the citizen's words; photos after the first, which has a field of its own, follow as lines."""
    more = "".join(f"\n{url}" for url in state.photos[1:])
    words = str(state.answers.get(DESCRIPTION) or "")[: max(0, LONGEST_TEXT - len(more))]
    return (words + more).strip()
