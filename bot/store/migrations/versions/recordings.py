"""Recordings that people give along with what they ask for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "recordings",
        sa.Column("job", sa.String(length=32), nullable=False),
        sa.Column("use", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"], name="fk_recordings_job_jobs", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job", "use", name="pk_recordings"),
    )
    op.create_index("ix_recordings_digest", "recordings", ["digest"])
