"""Registration, confirmation, second factor, resets, mail and rate limits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_identity"
down_revision = "0005_fairs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.drop_constraint(op.f("ck_accounts_organisation_ck_accounts_organisation_kind"), "accounts_organisation")
    op.create_check_constraint(
        "kind", "accounts_organisation", "kind in ('supplier', 'buyer', 'organiser', 'office', 'operator')"
    )
    _mail()
    _limit()
    _person()
    _session()
    _link()
    _second_factor()


def _moment(name: str, *, needed: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not needed)


def _born() -> sa.Column[object]:
    return sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)


def _of_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["person_id"], ["accounts_person.id"], name=f"fk_{table}_person_id", ondelete="CASCADE")


def _mail() -> None:
    op.create_table(
        "core_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("to_address", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String()),
        sa.Column("stop_address", sa.String()),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String()),
        _born(),
        _moment("sent_at"),
        sa.PrimaryKeyConstraint("id", name="pk_core_mail"),
        sa.CheckConstraint("state in ('waiting', 'sending', 'sent', 'failed')", name="state"),
    )
    op.create_index("ix_core_mail_to_address", "core_mail", ["to_address"])
    op.create_index("ix_core_mail_created_at", "core_mail", ["created_at"])


def _limit() -> None:
    # Unlogged: a crash lets everybody start anew, and no page waits for a disk.
    op.create_table(
        "core_limit",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        _moment("used_up_at", needed=True),
        sa.PrimaryKeyConstraint("key", name="pk_core_limit"),
        prefixes=["UNLOGGED"],
    )


def _person() -> None:
    # An address or a number belongs to whoever has shown that it is hers; until then several may claim it.
    op.drop_constraint("uq_accounts_person_email", "accounts_person")
    op.alter_column("accounts_person", "email", nullable=True)
    op.add_column("accounts_person", sa.Column("language", sa.String(8), server_default="vi", nullable=False))
    op.add_column("accounts_person", _moment("email_confirmed_at"))
    op.add_column("accounts_person", _moment("phone_confirmed_at"))
    op.execute("UPDATE accounts_person SET email_confirmed_at = created_at")
    for column in ("email", "phone"):
        op.create_index(
            f"uq_accounts_person_{column}", "accounts_person", [column], unique=True,
            postgresql_where=sa.text(f"{column}_confirmed_at IS NOT NULL"),
        )  # fmt: skip
        op.create_index(f"ix_accounts_person_{column}", "accounts_person", [column])

    op.create_index(
        "ix_accounts_person_waiting", "accounts_person", ["id"],
        postgresql_where=sa.text("phone IS NOT NULL AND phone_confirmed_at IS NULL"),
    )  # fmt: skip


def _session() -> None:
    op.add_column("accounts_session", sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False))
    op.add_column("accounts_session", sa.Column("kept", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("accounts_session", _moment("second_factor_at"))
    op.create_unique_constraint("uq_accounts_session_id", "accounts_session", ["id"])


def _link() -> None:
    op.create_table(
        "accounts_link",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("address", sa.String()),
        sa.Column("issued_by", sa.Uuid()),
        _born(),
        _moment("expires_at", needed=True),
        _moment("used_at"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_accounts_link"),
        sa.CheckConstraint("purpose in ('confirm_email', 'reset_password', 'reset_code')", name="purpose"),
        _of_person("accounts_link"),
    )
    op.create_index("ix_accounts_link_person_id", "accounts_link", ["person_id"])


def _second_factor() -> None:
    op.create_table(
        "accounts_second_factor",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        _born(),
        _moment("confirmed_at"),
        sa.PrimaryKeyConstraint("person_id", name="pk_accounts_second_factor"),
        _of_person("accounts_second_factor"),
    )
    op.create_table(
        "accounts_recovery_code",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        _moment("used_at"),
        sa.PrimaryKeyConstraint("person_id", "code_hash", name="pk_accounts_recovery_code"),
        _of_person("accounts_recovery_code"),
    )


def downgrade() -> None:
    """Drop them again. People who share an unconfirmed address would have to be told apart first; the constraint says so."""
    for table in ("accounts_recovery_code", "accounts_second_factor", "accounts_link", "core_limit", "core_mail"):
        op.drop_table(table)
    op.drop_constraint("uq_accounts_session_id", "accounts_session")
    for column in ("second_factor_at", "kept", "id"):
        op.drop_column("accounts_session", column)
    op.drop_index("ix_accounts_person_waiting", "accounts_person")
    for column in ("email", "phone"):
        op.drop_index(f"ix_accounts_person_{column}", "accounts_person")
        op.drop_index(f"uq_accounts_person_{column}", "accounts_person")
    for column in ("language", "email_confirmed_at", "phone_confirmed_at"):
        op.drop_column("accounts_person", column)
    op.alter_column("accounts_person", "email", nullable=False)
    op.create_unique_constraint("uq_accounts_person_email", "accounts_person", ["email"])
    op.drop_constraint(op.f("ck_accounts_organisation_kind"), "accounts_organisation")
    op.create_check_constraint(
        "ck_accounts_organisation_kind", "accounts_organisation", "kind in ('supplier', 'buyer', 'organiser', 'office')"
    )
