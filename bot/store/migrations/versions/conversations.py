"""Conversations of platforms that keep none of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "messages",
        sa.Column("person", sa.String(length=128), nullable=False),
        sa.Column("message", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person", "message", name="pk_messages"),
    )
    op.create_index("ix_messages_person_version", "messages", ["person", "version"])
