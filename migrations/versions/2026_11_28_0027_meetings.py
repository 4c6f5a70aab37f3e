"""Meetings at fairs: sessions, participants, wishes, timetables, what came of the meetings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027_meetings"
down_revision = "0026_plans"
branch_labels = None
depends_on = None

TABLES = (
    "fairs_meeting_terms",
    "fairs_meeting_session",
    "fairs_participant",
    "fairs_away",
    "fairs_meeting_wish",
    "fairs_meeting_ask",
    "fairs_timetable",
    "fairs_meeting",
    "fairs_attendance",
    "fairs_meeting_result",
    "fairs_meeting_feed",
)


def upgrade() -> None:
    """Make the tables and have the journal watch them."""
    _meeting_terms()
    _meeting_session()
    _participant()
    _away()
    _meeting_wish()
    _meeting_ask()
    _timetable()
    _meeting()
    _attendance()
    _meeting_result()
    _meeting_feed()
    _one_place_at_a_time()
    for table in TABLES:
        op.execute(f"SELECT core_watch('{table}')")


def _meeting_terms() -> None:
    op.create_table(
        "fairs_meeting_terms",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("seats", sa.String(40), nullable=False),
        sa.Column("tables", sa.SmallInteger(), nullable=False),
        sa.Column("most_per_supplier", sa.SmallInteger()),
        sa.Column("most_per_buyer", sa.SmallInteger()),
        sa.Column("wishes_until", sa.Date()),
        sa.Column("answer_days", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("seats in ('tables', 'booths')", name="ck_fairs_meeting_terms_seats"),
        sa.CheckConstraint("answer_days between 1 and 60", name="ck_fairs_meeting_terms_answer_days"),
        sa.CheckConstraint(
            "most_per_supplier between 1 and 200 and most_per_buyer between 1 and 200", name="ck_fairs_meeting_terms_most"
        ),
        sa.CheckConstraint("tables between 0 and 500", name="ck_fairs_meeting_terms_tables"),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_meeting_terms_fair_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("fair_id", name="pk_fairs_meeting_terms"),
    )


def _meeting_session() -> None:
    op.create_table(
        "fairs_meeting_session",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("slot_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("pause_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("breaks", postgresql.JSONB(), nullable=False),
        sa.Column("most_per_supplier", sa.SmallInteger()),
        sa.Column("most_per_buyer", sa.SmallInteger()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "most_per_supplier between 1 and 200 and most_per_buyer between 1 and 200", name="ck_fairs_meeting_session_most"
        ),
        sa.CheckConstraint(
            "slot_minutes between 5 and 240 and pause_minutes between 0 and 120", name="ck_fairs_meeting_session_minutes"
        ),
        sa.CheckConstraint("starts < ends", name="ck_fairs_meeting_session_times"),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_meeting_session_fair_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_meeting_session"),
    )
    op.create_index("ix_fairs_meeting_session_fair_id", "fairs_meeting_session", ["fair_id", "day", "starts"], unique=False)


def _participant() -> None:
    op.create_table(
        "fairs_participant",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid()),
        sa.Column("buyer_id", sa.Uuid()),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("most", sa.SmallInteger()),
        sa.Column("contact", sa.String()),
        sa.Column("left_at", sa.DateTime(timezone=True)),
        sa.Column("filled_at", sa.DateTime(timezone=True)),
        sa.Column("filled_by", sa.Uuid()),
        sa.Column("reminded_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(supplier_id is null) <> (buyer_id is null)", name="ck_fairs_participant_side"),
        sa.CheckConstraint("most between 1 and 200", name="ck_fairs_participant_most"),
        sa.ForeignKeyConstraint(["buyer_id"], ["matching_buyer.id"], name="fk_fairs_participant_buyer_id"),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_participant_fair_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["organisation_id"], ["accounts_organisation.id"], name="fk_fairs_participant_organisation_id"),
        sa.ForeignKeyConstraint(["supplier_id"], ["catalogue_supplier.id"], name="fk_fairs_participant_supplier_id"),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_participant"),
        sa.UniqueConstraint("fair_id", "organisation_id", name="uq_fairs_participant_fair_id_organisation_id"),
    )
    op.create_index("ix_fairs_participant_buyer_id", "fairs_participant", ["buyer_id"], unique=False)
    op.create_index("ix_fairs_participant_organisation_id", "fairs_participant", ["organisation_id"], unique=False)
    op.create_index("ix_fairs_participant_supplier_id", "fairs_participant", ["supplier_id"], unique=False)


def _away() -> None:
    op.create_table(
        "fairs_away",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name="ck_fairs_away_times"),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["fairs_participant.id"], name="fk_fairs_away_participant_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("participant_id", "starts_at", name="pk_fairs_away"),
    )


def _meeting_wish() -> None:
    op.create_table(
        "fairs_meeting_wish",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.SmallInteger(), nullable=False),
        sa.Column("words", sa.String()),
        sa.Column("goods", sa.String()),
        sa.Column("said_by", sa.Uuid()),
        sa.Column("said_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("participant_id <> other_id", name="ck_fairs_meeting_wish_other_id"),
        sa.CheckConstraint("value between 1 and 3", name="ck_fairs_meeting_wish_value"),
        sa.ForeignKeyConstraint(
            ["other_id"], ["fairs_participant.id"], name="fk_fairs_meeting_wish_other_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["fairs_participant.id"], name="fk_fairs_meeting_wish_participant_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("participant_id", "other_id", name="pk_fairs_meeting_wish"),
    )
    op.create_index("ix_fairs_meeting_wish_other_id", "fairs_meeting_wish", ["other_id"], unique=False)


def _meeting_ask() -> None:
    op.create_table(
        "fairs_meeting_ask",
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.String(40),
            nullable=False,
        ),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("words", sa.String()),
        sa.Column("answer_words", sa.String()),
        sa.Column("asked_by", sa.Uuid()),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Uuid()),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(state = 'asked') = (answered_at is null)", name="ck_fairs_meeting_ask_answered_at"),
        sa.CheckConstraint(
            "state in ('asked', 'accepted', 'declined', 'withdrawn', 'lapsed')", name="ck_fairs_meeting_ask_state"
        ),
        sa.CheckConstraint("from_id <> to_id", name="ck_fairs_meeting_ask_to_id"),
        sa.ForeignKeyConstraint(["from_id"], ["fairs_participant.id"], name="fk_fairs_meeting_ask_from_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["to_id"], ["fairs_participant.id"], name="fk_fairs_meeting_ask_to_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_meeting_ask"),
        sa.UniqueConstraint("key", name="uq_fairs_meeting_ask_key"),
    )
    op.create_index(
        "ix_fairs_meeting_ask_answer_by",
        "fairs_meeting_ask",
        ["answer_by"],
        unique=False,
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_index("ix_fairs_meeting_ask_from_id", "fairs_meeting_ask", ["from_id"], unique=False)
    op.create_index("ix_fairs_meeting_ask_to_id", "fairs_meeting_ask", ["to_id"], unique=False)
    op.create_index(
        "uq_fairs_meeting_ask_pair",
        "fairs_meeting_ask",
        [sa.literal_column("least(from_id, to_id)"), sa.literal_column("greatest(from_id, to_id)")],
        unique=True,
        postgresql_where=sa.text("state in ('asked', 'accepted')"),
    )


def _timetable() -> None:
    op.create_table(
        "fairs_timetable",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.String(40),
            nullable=False,
        ),
        sa.Column("basis_id", sa.Uuid()),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("settings", postgresql.JSONB(), nullable=False),
        sa.Column("frozen", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.String(length=64)),
        sa.Column("progress", postgresql.JSONB(), nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("stop_asked", sa.Boolean(), nullable=False),
        sa.Column("asked_by", sa.Uuid()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True)),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.Column("published_by", sa.Uuid()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state in ('published', 'superseded')) = (published_at is not null)", name="ck_fairs_timetable_published_at"
        ),
        sa.CheckConstraint(
            "state in ('asked', 'solving', 'found', 'hand', 'published', 'superseded', 'failed', 'cancelled')",
            name="ck_fairs_timetable_state",
        ),
        sa.ForeignKeyConstraint(["basis_id"], ["fairs_timetable.id"], name="fk_fairs_timetable_basis_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_timetable_fair_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_timetable"),
        sa.UniqueConstraint("fair_id", "number", name="uq_fairs_timetable_fair_id_number"),
        sa.UniqueConstraint("key", name="uq_fairs_timetable_key"),
    )
    op.create_index("ix_fairs_timetable_basis_id", "fairs_timetable", ["basis_id"], unique=False)
    op.create_index(
        "uq_fairs_timetable_published",
        "fairs_timetable",
        ["fair_id"],
        unique=True,
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_index(
        "uq_fairs_timetable_waiting",
        "fairs_timetable",
        ["fair_id"],
        unique=True,
        postgresql_where=sa.text("state in ('asked', 'solving')"),
    )


def _meeting() -> None:
    op.create_table(
        "fairs_meeting",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_part_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_part_id", sa.Uuid(), nullable=False),
        sa.Column("timetable_id", sa.Uuid()),
        sa.Column(
            "state",
            sa.String(40),
            nullable=False,
        ),
        sa.Column("absent", sa.String(40)),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("table_no", sa.SmallInteger()),
        sa.Column("booth", sa.String()),
        sa.Column("called_off", sa.String()),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(state = 'no_show') = (absent is not null)", name="ck_fairs_meeting_no_show"),
        sa.CheckConstraint("absent in ('supplier', 'buyer')", name="ck_fairs_meeting_absent"),
        sa.CheckConstraint(
            "called_off is null or (called_off in ('supplier', 'buyer', 'organiser') and state = 'cancelled')",
            name="ck_fairs_meeting_called_off",
        ),
        sa.CheckConstraint(
            "state in ('planned', 'held', 'no_show', 'not_held', 'disputed', 'cancelled')", name="ck_fairs_meeting_state"
        ),
        sa.CheckConstraint("starts_at < ends_at", name="ck_fairs_meeting_times"),
        sa.ForeignKeyConstraint(
            ["buyer_part_id"], ["fairs_participant.id"], name="fk_fairs_meeting_buyer_part_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_meeting_fair_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["supplier_part_id"], ["fairs_participant.id"], name="fk_fairs_meeting_supplier_part_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["timetable_id"], ["fairs_timetable.id"], name="fk_fairs_meeting_timetable_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_meeting"),
        sa.UniqueConstraint("supplier_part_id", "buyer_part_id", name="uq_fairs_meeting_supplier_part_id_buyer_part_id"),
    )
    op.create_index("ix_fairs_meeting_buyer_part_id", "fairs_meeting", ["buyer_part_id"], unique=False)
    op.create_index("ix_fairs_meeting_ends_at", "fairs_meeting", ["ends_at"], unique=False)
    op.create_index("ix_fairs_meeting_fair_id", "fairs_meeting", ["fair_id", "starts_at", "id"], unique=False)
    op.create_index("ix_fairs_meeting_timetable_id", "fairs_meeting", ["timetable_id"], unique=False)


def _attendance() -> None:
    op.create_table(
        "fairs_attendance",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(40), nullable=False),
        sa.Column("said", sa.String(40), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("said_by", sa.Uuid()),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("said in ('held', 'not_held')", name="ck_fairs_attendance_said"),
        sa.CheckConstraint("side in ('supplier', 'buyer')", name="ck_fairs_attendance_side"),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["fairs_meeting.id"], name="fk_fairs_attendance_meeting_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("meeting_id", "side", name="pk_fairs_attendance"),
    )


def _meeting_result() -> None:
    op.create_table(
        "fairs_meeting_result",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(40), nullable=False),
        sa.Column("months", sa.SmallInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True)),
        sa.Column("result", sa.String(40)),
        sa.Column("kg", sa.Numeric(precision=14, scale=3)),
        sa.Column("vnd", sa.BigInteger()),
        sa.Column("words", sa.String()),
        sa.Column("said_by", sa.Uuid()),
        sa.Column("said_at", sa.DateTime(timezone=True)),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "result in ('none', 'talks', 'sample', 'quote', 'memorandum', 'order')", name="ck_fairs_meeting_result_result"
        ),
        sa.CheckConstraint("side in ('supplier', 'buyer')", name="ck_fairs_meeting_result_side"),
        sa.CheckConstraint("(result is null) = (said_at is null)", name="ck_fairs_meeting_result_said_at"),
        sa.CheckConstraint("asked_at is not null or said_at is not null", name="ck_fairs_meeting_result_asked_at"),
        sa.CheckConstraint("kg > 0 and vnd > 0", name="ck_fairs_meeting_result_amounts"),
        sa.CheckConstraint("months in (0, 1, 3, 6)", name="ck_fairs_meeting_result_months"),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["fairs_meeting.id"], name="fk_fairs_meeting_result_meeting_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_meeting_result"),
        sa.UniqueConstraint("meeting_id", "side", "months", name="uq_fairs_meeting_result_meeting_id_side_months"),
    )


def _meeting_feed() -> None:
    op.create_table(
        "fairs_meeting_feed",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("lot", sa.String(length=40), nullable=False),
        sa.Column("made_by", sa.Uuid()),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["accounts_organisation.id"], name="fk_fairs_meeting_feed_organisation_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_fairs_meeting_feed"),
        sa.UniqueConstraint("lot", name="uq_fairs_meeting_feed_lot"),
    )


def _one_place_at_a_time() -> None:
    # The schema refuses that a participant is in two meetings, or a table has two, at the same time; it looks at the end of
    # the transaction, so that two meetings may change places.
    for columns in ("supplier_part_id", "buyer_part_id", "fair_id, table_no"):
        both = ", ".join(f"{column} WITH =" for column in columns.split(", "))
        seated = " AND table_no IS NOT NULL" if "table_no" in columns else ""
        name = f"ex_fairs_meeting_{columns.replace(', ', '_')}_sql"
        op.execute(
            f"ALTER TABLE fairs_meeting ADD CONSTRAINT {name} EXCLUDE USING gist"
            f" ({both}, tstzrange(starts_at, ends_at) WITH &&) WHERE (state <> 'cancelled'{seated})"
            " DEFERRABLE INITIALLY DEFERRED"
        )


def downgrade() -> None:
    """Take them away."""
    for table in reversed(TABLES):
        op.drop_table(table)
