"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "blobs",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("touched", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_blobs"),
    )
    op.create_table(
        "communities",
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("community", sa.String(length=128), nullable=False),
        sa.Column("served", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "community", name="pk_communities"),
    )
    op.create_table(
        "events",
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("event", sa.String(length=128), nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "event", name="pk_events"),
    )
    op.create_index("ix_events_expires", "events", ["expires"])
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("community", sa.String(length=128), nullable=False),
        sa.Column("person", sa.String(length=128), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("brief", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("topic", sa.String(length=64)),
        sa.Column("parent", sa.String(length=32)),
        sa.Column("score", sa.String(length=64)),
        sa.Column("edits", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.Double()),
        sa.Column("fraction", sa.Double(), nullable=False),
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("error_en", sa.Text()),
        sa.Column("error_ko", sa.Text()),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("finished", sa.Double()),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_community", "jobs", ["platform", "community", "created"])
    op.create_index("ix_jobs_person", "jobs", ["platform", "person", "created"])
    op.create_index("ix_jobs_turn", "jobs", ["priority", "round", "attempt"])
    op.create_index("ix_jobs_waiting", "jobs", ["state", "priority", "round"])
    op.create_table(
        "tracks",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("community", sa.String(length=128), nullable=False),
        sa.Column("person", sa.String(length=128), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.Column("note_en", sa.Text()),
        sa.Column("note_ko", sa.Text()),
        sa.Column("parent", sa.String(length=32)),
        sa.Column("reading", sa.Text()),
        sa.Column("text", sa.Text()),
        sa.Column("wish", sa.Text()),
        sa.Column("share", sa.String(length=64)),
        sa.PrimaryKeyConstraint("id", name="pk_tracks"),
        sa.UniqueConstraint("share", name="uq_tracks_share"),
    )
    op.create_index("ix_tracks_person", "tracks", ["platform", "person", "created"])
    op.create_table(
        "deliveries",
        sa.Column("job", sa.String(length=32), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("due", sa.Double(), nullable=False),
        sa.Column("receipt", sa.Text()),
        sa.Column("reference", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("created", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"], name="fk_deliveries_job_jobs", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_due", "deliveries", ["state", "due"])
    op.create_table(
        "likes",
        sa.Column("track", sa.String(length=32), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["track"], ["tracks.id"], name="fk_likes_track_tracks", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("track", "platform", "person", name="pk_likes"),
    )
    op.create_table(
        "track_files",
        sa.Column("track", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["track"], ["tracks.id"], name="fk_track_files_track_tracks", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("track", "position", name="pk_track_files"),
    )
    op.create_index("ix_track_files_digest", "track_files", ["digest"])


def downgrade() -> None:
    for table in ("likes", "track_files", "tracks", "deliveries", "jobs", "events", "communities", "blobs"):
        op.drop_table(table)
