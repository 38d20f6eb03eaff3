"""The words everybody shares: frozen values that travel between channels, store, bot and actions."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place on the map, WGS 84, in degrees."""

    latitude: float
    longitude: float


class Wish(enum.StrEnum):
    """What a citizen says about being written to at all, apart from any question."""

    #: Nothing more: the provider has heard it too, and refuses what we send.
    STOP = "stop"
    #: The same in words that the provider does not know; it takes what we send, so we confirm it, once.
    QUIET = "quiet"
    #: We may write again; the provider has confirmed it itself.
    START = "start"
    #: We may write again, if we were silent; otherwise an ordinary answer.
    YES = "yes"
    #: A question that the provider has answered itself.
    HELP = "help"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One message of a citizen, as a channel understood it."""

    channel: str
    #: The provider's own id of the message: what makes it arrive once.
    provider_id: str
    #: Where the citizen can be answered on that channel: a phone number, a web session's id.
    address: str
    text: str
    #: Id of the choice the citizen pressed; None when they typed.
    choice: str | None = None
    #: BCP 47 tag the channel knows (the page's language); None lets the text tell.
    language: str | None = None
    location: Location | None = None
    #: Pictures: from a channel, what it fetches them by; once accepted, where we show them.
    attachments: tuple[str, ...] = ()
    wish: Wish | None = None
    #: Whether it is of a kind that we cannot take: a voice message, a film, a document that is no picture.
    unreadable: bool = False
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of the answers that a message offers."""

    #: Short opaque id (at most 16 characters): all that a channel may show to the outside.
    id: str
    title: str
    #: What pressing it means, on our side only: "/intent" or the value of an answer. Never sent.
    payload: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """One message to a citizen, before a channel renders it."""

    id: str
    channel: str
    address: str
    text: str
    choices: tuple[Choice, ...] = ()
    attachments: tuple[str, ...] = ()
    language: str = "en"
    #: What follows when the citizen asks for more, with its own choices; never sent as it is.
    rest: str = ""
    rest_choices: tuple[Choice, ...] = ()
    #: Goes out whatever it costs: words about a danger.
    urgent: bool = False


class ReceiptStatus(enum.StrEnum):
    """How far an outbound message came; later members never fall back to earlier ones."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    #: Not delivered, since the citizen wants nothing more from us.
    OPTED_OUT = "opted_out"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a provider said later about a message of ours."""

    channel: str
    provider_id: str
    status: ReceiptStatus
    error_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit:
    """Effect: hand a report to the service backend, once."""

    #: Our own reference; the citizen keeps it, and it makes the submission idempotent.
    reference: str
    service_code: str
    #: Attribute code to value, as GeoReport v2 wants them (lists for multivaluelist).
    attributes: Mapping[str, Any] = field(default_factory=dict)
    description: str = ""
    address_string: str = ""
    location: Location | None = None
    media_url: str | None = None
    language: str = "en"
    #: Whether the citizen wants to hear what becomes of it, where they wrote.
    follow: bool = False
    #: Number of a closed case that the citizen says is not fixed.
    disputes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """Effect: ask a person to take over this conversation."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """Effect: tell this conversation what becomes of a case that somebody else reported."""

    service_request_id: str
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfollow:
    """Effect: tell this conversation nothing more of its own accord: about one case, or at all."""

    service_request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PutAside:
    """Effect: keep an unfinished interview under a code, to be taken up later, here or on another channel."""

    code: str
    #: The interview's memory, JSON-able.
    state: Mapping[str, Any]
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeUp:
    """Effect: the interview that was put aside under this code goes on in this conversation, and nowhere else."""

    code: str


Effect = Submit | HandOver | Follow | Unfollow | PutAside | TakeUp
