"""What the assistant can do: one file per errand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rasa_sdk import Action
    from sqlalchemy import Engine

    from actions.backends.base import Backend
    from actions.places import Finder


def build(engine: Engine, backend: Backend, finder: Finder | None = None) -> list[Action]:
    """Return every custom action, ready to run."""
    # Here, so that the edge and the interview do without the SDK and its server.
    from actions.ask_back import ActionAskBack
    from actions.dispute import ActionDisputeCase
    from actions.find_place import ActionFindPlace
    from actions.following import ActionCaseFixed, ActionFollowCase, ActionStopUpdates
    from actions.handover import ActionHandOver
    from actions.offer_other import ActionOfferOther
    from actions.place_details import ActionPlaceDetails
    from actions.status import ActionCaseStatus

    return [
        ActionAskBack(),
        ActionCaseFixed(),
        ActionCaseStatus(engine, backend),
        ActionDisputeCase(engine, backend),
        ActionFindPlace(finder),
        ActionFollowCase(),
        ActionHandOver(),
        ActionOfferOther(),
        ActionPlaceDetails(finder),
        ActionStopUpdates(),
    ]
