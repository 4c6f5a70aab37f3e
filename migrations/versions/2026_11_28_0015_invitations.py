"""Invitations to answer a request, and the messages of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015_invitations"
down_revision = "0014_ledger"
branch_labels = None
depends_on = None

BEFORE = "visibility in ('public', 'matched', 'anonymous')"
NOW = "visibility in ('public', 'matched', 'anonymous', 'invited')"


def upgrade() -> None:
    """Make the tables and have the journal watch those that people edit."""
    op.drop_constraint(op.f("ck_matching_request_visibility"), "matching_request")
    op.create_check_constraint("visibility", "matching_request", NOW)
    _invitations()
    _messages()
    op.execute("SELECT core_watch('matching_invitation')")
    op.execute("SELECT core_watch('matching_message', 'text')")  # What two sides write to each other is theirs alone.
    op.execute("SELECT core_watch('matching_attachment')")


def _at(name: str, *, filled: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not filled)


def _invitations() -> None:
    op.create_table(
        "matching_invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("note", sa.String()),
        sa.Column("answer_by", sa.Date()),
        sa.Column("invited_by", sa.Uuid()),
        _at("invited_at", filled=True),
        _at("seen_at"),
        _at("answered_at"),
        _at("silent_at"),
        _at("withdrawn_at"),
        sa.Column("reason", sa.String()),
        _at("told_at"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matching_invitation"),
        # Of two people who ask the same supplier at once, one asks.
        sa.UniqueConstraint("request_id", "supplier_id", name="uq_matching_invitation_request_id_supplier_id"),
        sa.ForeignKeyConstraint(
            ["request_id"], ["matching_request.id"], name="fk_matching_invitation_request_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["catalogue_supplier.id"], name="fk_matching_invitation_supplier_id", ondelete="CASCADE"
        ),
        sa.CheckConstraint("origin in ('buyer', 'supplier', 'pool', 'round')", name="origin"),
        sa.CheckConstraint(
            "state in ('sent', 'seen', 'accepted', 'declined', 'answered', 'silent', 'withdrawn')", name="state"
        ),
        sa.CheckConstraint("state not in ('accepted', 'declined', 'answered') or answered_at is not null", name="answered_at"),
        sa.CheckConstraint("state <> 'silent' or silent_at is not null", name="silent_at"),
        sa.CheckConstraint("(state = 'withdrawn') = (withdrawn_at is not null)", name="withdrawn_at"),
    )
    op.create_index("ix_matching_invitation_supplier_id_id", "matching_invitation", ["supplier_id", "id"])
    op.create_index(
        "ix_matching_invitation_due", "matching_invitation", ["answer_by"],
        postgresql_where=sa.text("state in ('sent', 'seen')"),
    )  # fmt: skip


def _messages() -> None:
    op.create_table(
        "matching_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(40), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("key", sa.Uuid()),
        sa.Column("request_version", sa.Integer()),
        _at("sent_at", filled=True),
        _at("read_at"),
        _at("told_at"),
        sa.PrimaryKeyConstraint("id", name="pk_matching_message"),
        # The same form sent twice is one message, and a version of the request is told once.
        sa.UniqueConstraint("invitation_id", "key", name="uq_matching_message_invitation_id_key"),
        sa.UniqueConstraint("invitation_id", "request_version", name="uq_matching_message_invitation_id_request_version"),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["matching_invitation.id"], name="fk_matching_message_invitation_id", ondelete="CASCADE"
        ),
        sa.CheckConstraint("side in ('buyer', 'supplier', 'market')", name="side"),
        sa.CheckConstraint("(side = 'market') = (request_version is not null)", name="request_version"),
        sa.CheckConstraint("side = 'market' or key is not null", name="key"),
    )
    op.create_index("ix_matching_message_invitation_id_id", "matching_message", ["invitation_id", "id"])
    op.create_index(
        "ix_matching_message_untold", "matching_message", ["sent_at"],
        postgresql_where=sa.text("read_at is null and told_at is null and side <> 'market'"),
    )  # fmt: skip
    op.create_table(
        "matching_attachment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(26), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matching_attachment"),
        sa.UniqueConstraint("key", name="uq_matching_attachment_key"),
        sa.UniqueConstraint("message_id", "sha256", name="uq_matching_attachment_message_id_sha256"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["matching_message.id"], name="fk_matching_attachment_message_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["file_id"], ["core_file.id"], name="fk_matching_attachment_file_id"),
    )
    op.create_index("ix_matching_attachment_file_id", "matching_attachment", ["file_id"])


def downgrade() -> None:
    """Drop them again."""
    for table in ("matching_attachment", "matching_message", "matching_invitation"):
        op.drop_table(table)
    op.execute("UPDATE matching_request SET visibility = 'matched' WHERE visibility = 'invited'")
    op.drop_constraint(op.f("ck_matching_request_visibility"), "matching_request")
    op.create_check_constraint("visibility", "matching_request", BEFORE)
