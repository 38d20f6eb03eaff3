"""The tables: what is kept, and what each column means. Migrations build the same (a test compares them)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC; SQLite forgets zones, so they are put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone must not reach the store; pass an aware datetime.")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


#: An ever-growing number; SQLite only counts up by itself on INTEGER.
Sequence = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData()

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("address", String(255), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # Who runs its turn now, until when, and the fencing number that its commit must still find here.
    Column("lease_owner", String(64)),
    Column("lease_until", UtcDateTime),
    Column("fence", Integer, nullable=False, default=0, server_default="0"),
    # provider | citizen: who keeps us silent; empty while we may write.
    Column("silence", String(16)),
    UniqueConstraint("channel", "address", name="uq_conversations_channel_address"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("channel", String(32), nullable=False),
    Column("provider_id", String(255), nullable=False),
    Column("conversation_id", String(36), ForeignKey("conversations.id"), nullable=False),
    Column("body", JSON, nullable=False),
    # waiting | done | parked
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0, server_default="0"),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    Column("error", String(255)),
    Column("received_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    UniqueConstraint("channel", "provider_id", name="uq_inbox_channel_provider_id"),
    Index("ix_inbox_state_conversation", "state", "conversation_id", "seq"),
    Index("ix_inbox_state_seq", "state", "seq"),
    Index("ix_inbox_conversation_received", "conversation_id", "received_at"),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("conversation_id", String(36), ForeignKey("conversations.id"), nullable=False),
    # The message it answers; empty for what we say of our own accord.
    Column("inbox_id", String(36)),
    Column("channel", String(32), nullable=False),
    Column("address", String(255), nullable=False),
    Column("body", JSON, nullable=False),
    # waiting | sending | sent | delivered | failed
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0, server_default="0"),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    Column("provider_id", String(255)),
    Column("error", String(255)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    # When the first try began that may have arrived, whatever was heard of it; empty when certainly none has.
    Column("tried_at", UtcDateTime),
    # What the provider bills for it, and since when that counts against the town's limit of a day.
    Column("cost", Integer, nullable=False, default=0, server_default="0"),
    Column("spent_at", UtcDateTime),
    Index("ix_outbox_channel_spent", "channel", "spent_at"),
    Index("ix_outbox_state_next", "state", "next_attempt_at"),
    Index("ix_outbox_state_conversation", "state", "conversation_id", "seq"),
    Index("ix_outbox_conversation", "conversation_id", "seq"),
    Index("ix_outbox_provider", "channel", "provider_id"),
    Index("ix_outbox_address", "channel", "address", "seq"),
    sqlite_autoincrement=True,
)

tracker_events = Table(
    "tracker_events",
    metadata,
    Column("conversation_id", String(36), ForeignKey("conversations.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("event", JSON, nullable=False),
)

submissions = Table(
    "submissions",
    metadata,
    Column("reference", String(32), primary_key=True),
    Column("conversation_id", String(36), ForeignKey("conversations.id"), nullable=False),
    Column("effect", JSON, nullable=False),
    # waiting | submitting | accepted (the backend has it, its number comes later) | submitted | parked
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0, server_default="0"),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    Column("service_request_id", String(64)),
    Column("error", String(255)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("submitted_at", UtcDateTime),
    # What the backend gave to ask for the number with, when it has none yet.
    Column("token", String(255)),
    # When the first try began that may have arrived, whatever was heard of it; empty when certainly none has.
    Column("tried_at", UtcDateTime),
    Index("ix_submissions_state_next", "state", "next_attempt_at"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    # parked_message | parked_submission | delayed_submission | hand_over | opted_out | silenced_message | flood
    # | spent
    Column("kind", String(32), nullable=False),
    Column("conversation_id", String(36), ForeignKey("conversations.id"), nullable=False),
    # Id of what it is about (an inbox id, a reference); never a citizen's words.
    Column("subject", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("resolved_at", UtcDateTime),
    UniqueConstraint("kind", "subject", name="uq_alerts_kind_subject"),
    sqlite_autoincrement=True,
)

#: The embedded register's service requests, in Open311 GeoReport v2's words.
requests = Table(
    "requests",
    metadata,
    Column("service_request_id", String(64), primary_key=True),
    # The sender's own reference: what makes a repeated submission find the first one.
    Column("reference", String(64), nullable=False, unique=True),
    Column("service_code", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("status_notes", Text, nullable=False, default="", server_default=""),
    Column("description", Text, nullable=False, default="", server_default=""),
    Column("attributes", JSON, nullable=False),
    Column("address", Text, nullable=False, default="", server_default=""),
    Column("lat", Float),
    Column("long", Float),
    Column("media_url", Text),
    Column("requested_datetime", UtcDateTime, nullable=False),
    Column("updated_datetime", UtcDateTime, nullable=False),
    # Who sent it, as far as they said (email, phone, first_name ...): never shown to the public.
    Column("contact", JSON),
    Index("ix_requests_requested", "requested_datetime"),
    Index("ix_requests_service_status", "service_code", "status"),
)

#: Reports that a closed case of the embedded register is not done: what keeps a repeated one from counting twice.
disputes = Table(
    "disputes",
    metadata,
    Column("reference", String(64), primary_key=True),
    Column("service_request_id", String(64), ForeignKey("requests.service_request_id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

#: Pictures that were sent to the embedded register.
media = Table(
    "media",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("content_type", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

#: Pictures that citizens sent: fetched from where their provider keeps them, since that forgets them or wants a key.
attachments = Table(
    "attachments",
    metadata,
    # Unguessable: whoever knows it may see the picture.
    Column("id", String(36), primary_key=True),
    Column("conversation_id", String(36), ForeignKey("conversations.id"), nullable=False),
    Column("channel", String(32), nullable=False),
    # What the channel fetches it by.
    Column("source", Text, nullable=False),
    # waiting | fetching | kept | failed
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0, server_default="0"),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    Column("error", String(255)),
    Column("content_type", String(64)),
    Column("content", LargeBinary),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_attachments_state_next", "state", "next_attempt_at"),
)

#: Cases whose changes a conversation wants to hear of.
follows = Table(
    "follows",
    metadata,
    Column("conversation_id", String(36), ForeignKey("conversations.id"), primary_key=True),
    Column("service_request_id", String(64), primary_key=True),
    # Our reference of the report, when it is the conversation's own.
    Column("reference", String(32)),
    Column("language", String(16), nullable=False),
    # What was told last; empty when nothing was.
    Column("status", String(16), nullable=False, default="", server_default=""),
    Column("status_notes", Text, nullable=False, default="", server_default=""),
    Column("created_at", UtcDateTime, nullable=False),
    # Empty when there is nothing more to look for.
    Column("next_look_at", UtcDateTime),
    # When the backend last knew the case; empty before the first look.
    Column("seen_at", UtcDateTime),
    # When a look found another state than the one before; empty as long as it never did.
    Column("changed_at", UtcDateTime),
    Index("ix_follows_next_look", "next_look_at"),
)

#: Unfinished interviews: those that go on in their conversation, and those put aside under a code.
interviews = Table(
    "interviews",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("conversation_id", String(36), ForeignKey("conversations.id"), nullable=False),
    # What takes it up again, here or on another channel; empty while it goes on in its conversation.
    Column("code", String(16), unique=True),
    Column("state", JSON, nullable=False),
    Column("language", String(16), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("reminded_at", UtcDateTime),
    Index("ix_interviews_conversation", "conversation_id"),
    Index("ix_interviews_reminded_updated", "reminded_at", "updated_at"),
)

#: The last good copy of an endpoint's services and their questions.
catalogues = Table(
    "catalogues",
    metadata,
    Column("source", String(255), primary_key=True),
    # Digest of the services: a process that has this one need not read them.
    Column("version", String(64), nullable=False),
    Column("services", JSON, nullable=False),
    Column("fetched_at", UtcDateTime, nullable=False),
)

#: The embedded directory: a service at a location each, in HSDS 3.0's words.
places = Table(
    "places",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("record", JSON, nullable=False),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("updated_at", UtcDateTime, nullable=False),
)

#: Up to when a channel has asked its provider for messages that it missed.
marks = Table(
    "marks",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
