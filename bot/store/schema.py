"""The tables. Times are in seconds since 1970, UTC; values of our own models are stored as their JSON.

One id follows a request through its whole life: a job, its delivery and its track share it.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Double,
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

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

communities = Table(
    "communities",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("community", String(128), primary_key=True),
    Column("served", Integer, nullable=False),  # the number of its latest turn; the lowest is served next
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("platform", String(16), nullable=False),
    Column("community", String(128), nullable=False),
    Column("person", String(128), nullable=False),
    Column("language", String(2), nullable=False),
    Column("place", Text, nullable=False),
    Column("brief", Text, nullable=False),
    Column("wanted", Text, nullable=False),
    Column("text", Text),
    Column("topic", String(64)),
    Column("parent", String(32)),
    Column("score", String(64)),
    Column("edits", Text, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("lease_until", Double),
    Column("fraction", Double, nullable=False),
    Column("stage", String(64), nullable=False),
    Column("error_en", Text),
    Column("error_ko", Text),
    Column("created", Double, nullable=False),
    Column("finished", Double),
)
Index("ix_jobs_waiting", jobs.c.state, jobs.c.priority, jobs.c.round)
Index("ix_jobs_turn", jobs.c.priority, jobs.c.round, jobs.c.attempt)
Index("ix_jobs_person", jobs.c.platform, jobs.c.person, jobs.c.created)
Index("ix_jobs_community", jobs.c.platform, jobs.c.community, jobs.c.created)

recordings = Table(
    "recordings",
    metadata,
    Column("job", ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("use", String(16), primary_key=True),
    Column("digest", String(64), nullable=False, index=True),
)

concepts = Table(
    "concepts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("community", String(128), nullable=False),
    Column("person", String(128), nullable=False),
    Column("name", String(64), nullable=False),
    Column("card", Text, nullable=False),
    Column("digest", String(64), nullable=False, index=True),
    Column("recording", String(64), nullable=False, index=True),
    Column("size", Integer, nullable=False),
    Column("created", Double, nullable=False),
    Column("shared", Boolean, nullable=False),
    UniqueConstraint("platform", "person", "name"),
)
Index("ix_concepts_community", concepts.c.platform, concepts.c.community)

deliveries = Table(
    "deliveries",
    metadata,
    Column("job", ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("due", Double, nullable=False),  # when to try next; while a try is under way, when its lease ends
    Column("receipt", Text),
    Column("reference", Text),
    Column("reason", Text),
    Column("created", Double, nullable=False),
)
Index("ix_deliveries_due", deliveries.c.state, deliveries.c.due)

tracks = Table(
    "tracks",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("community", String(128), nullable=False),
    Column("person", String(128), nullable=False),
    Column("created", Double, nullable=False),
    Column("facts", Text, nullable=False),
    Column("peaks", LargeBinary, nullable=False),
    Column("note_en", Text),
    Column("note_ko", Text),
    Column("parent", String(32)),
    Column("reading", Text),
    Column("text", Text),
    Column("wish", Text),
    Column("share", String(64)),
    UniqueConstraint("share"),
)
Index("ix_tracks_person", tracks.c.platform, tracks.c.person, tracks.c.created)

track_files = Table(
    "track_files",
    metadata,
    Column("track", ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", String(64), nullable=False),
    Column("digest", String(64), nullable=False, index=True),
    Column("size", Integer, nullable=False),
)

likes = Table(
    "likes",
    metadata,
    Column("track", ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True),
    Column("platform", String(16), primary_key=True),
    Column("person", String(128), primary_key=True),
)

blobs = Table(
    "blobs",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("touched", Double, nullable=False),  # when it was last put
)

events = Table(
    "events",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("event", String(128), primary_key=True),
    Column("expires", Double, nullable=False, index=True),
)

messages = Table(
    "messages",
    metadata,
    Column("person", String(128), primary_key=True),
    Column("message", String(64), primary_key=True),
    Column("position", Integer, nullable=False),  # in the order in which they were first said
    Column("version", Integer, nullable=False),  # grows with every change in the person's conversation
    Column("body", Text, nullable=False),
)
Index("ix_messages_person_version", messages.c.person, messages.c.version)
