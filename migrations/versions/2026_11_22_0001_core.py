"""The ground: extensions, the application's own role, the journal, the job queue, and people with their organisations."""

from __future__ import annotations

from importlib import resources

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001_core"
down_revision = None
branch_labels = None
depends_on = None

APP_ROLE = "chophien_app"


def upgrade() -> None:
    """Make the ground."""
    for extension in ("unaccent", "pg_trgm", "btree_gist", "fuzzystrmatch"):
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    _role()
    _journal()
    _queue()
    _accounts()


def _role() -> None:
    # The role belongs to the whole server, so another database of ours may have made it already, even at this moment.
    op.execute(
        f"""
        DO $$ BEGIN
          CREATE ROLE {APP_ROLE} NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$
        """
    )
    op.execute(f"DO $$ BEGIN EXECUTE format('GRANT {APP_ROLE} TO %I', current_user); END $$")
    op.execute(f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}")
    op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP_ROLE}")
    # Alembic's own table is older than this role; being ready asks it which migration the database is at.
    op.execute(f"GRANT SELECT ON alembic_version TO {APP_ROLE}")
    op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {APP_ROLE}")


def _journal() -> None:
    op.create_table(
        "core_journal",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("fact", sa.String, nullable=False),
        sa.Column("subject", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid),
        sa.Column("organisation_id", sa.Uuid),
        sa.Column("data", postgresql.JSONB, nullable=False),
        sa.Column("old", postgresql.JSONB),
        sa.Column("new", postgresql.JSONB),
        sa.PrimaryKeyConstraint("id", name="pk_core_journal"),
    )
    op.create_index("ix_core_journal_subject_sql", "core_journal", ["subject", sa.text("id DESC")])
    op.execute(
        """
        CREATE TABLE core_change (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          at timestamptz NOT NULL DEFAULT clock_timestamp(),
          actor uuid,
          table_name text NOT NULL,
          row_id uuid,
          old jsonb NOT NULL,
          new jsonb
        )
        """
    )
    op.execute("CREATE INDEX ix_core_change_row_id ON core_change (row_id, id DESC)")
    # The application adds to both tables and changes neither; core_change is written by the trigger alone, as its owner.
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON core_journal FROM {APP_ROLE}")
    op.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON core_change FROM {APP_ROLE}")
    op.execute(
        """
        CREATE FUNCTION core_note_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
        DECLARE
          -- What a watch leaves out (TG_ARGV: secrets) is never written down, neither old nor new.
          before jsonb := to_jsonb(OLD) - TG_ARGV;
          after jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(NEW) - TG_ARGV END;
        BEGIN
          -- Only what differs is kept, of both sides; a deleted row is kept whole.
          IF TG_OP = 'UPDATE' THEN
            SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, after -> o.key)
              INTO before, after
              FROM jsonb_each(before) o
             WHERE after -> o.key IS DISTINCT FROM o.value AND o.key NOT IN ('updated_at', 'version');
            IF before IS NULL THEN
              RETURN NULL;
            END IF;
          END IF;
          INSERT INTO core_change (actor, table_name, row_id, old, new)
          VALUES (nullif(current_setting('app.actor', true), '')::uuid, TG_TABLE_NAME,
                  coalesce(to_jsonb(OLD) ->> 'id', to_jsonb(OLD) ->> 'product_id', to_jsonb(OLD) ->> 'request_id')::uuid,
                  before, after);
          RETURN NULL;
        END $$
        """
    )
    # New rows are told by the fact of their birth, and their values are still there to see: only changes are logged.
    op.execute(
        """
        CREATE FUNCTION core_watch(watched regclass, left_out text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
          EXECUTE format('CREATE TRIGGER note_change AFTER UPDATE OR DELETE ON %s '
                         'FOR EACH ROW EXECUTE FUNCTION core_note_change(%L)', watched, left_out);
        END $$
        """
    )


def _queue() -> None:
    # The schema of the pinned version (pyproject.toml); a newer one brings its own migrations (CONTRIBUTING.md).
    schema = resources.files("procrastinate").joinpath("sql/schema.sql").read_text()
    op.get_bind().exec_driver_sql(schema.replace("%", "%%"))


def _accounts() -> None:
    now = sa.func.now()
    op.create_table(
        "accounts_organisation",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("verified_on", sa.Date),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts_organisation"),
        sa.CheckConstraint("kind in ('supplier', 'buyer', 'organiser', 'office')", name="ck_accounts_organisation_kind"),
    )
    op.create_table(
        "accounts_person",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("email", sa.String, nullable=False),
        sa.Column("phone", sa.String),
        sa.Column("password_hash", sa.String, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts_person"),
        sa.UniqueConstraint("email", name="uq_accounts_person_email"),
    )
    op.create_table(
        "accounts_member",
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "organisation_id", name="pk_accounts_member"),
        sa.ForeignKeyConstraint(["person_id"], ["accounts_person.id"], ondelete="CASCADE",
                                name="fk_accounts_member_person_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["accounts_organisation.id"], ondelete="CASCADE",
                                name="fk_accounts_member_organisation_id"),
        sa.CheckConstraint("role in ('owner', 'member', 'viewer')", name="ck_accounts_member_role"),
    )  # fmt: skip
    op.create_index("ix_accounts_member_organisation_id", "accounts_member", ["organisation_id"])
    op.create_table(
        "accounts_session",
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_agent", sa.String),
        sa.PrimaryKeyConstraint("token_hash", name="pk_accounts_session"),
        sa.ForeignKeyConstraint(["person_id"], ["accounts_person.id"], ondelete="CASCADE",
                                name="fk_accounts_session_person_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["accounts_organisation.id"], ondelete="CASCADE",
                                name="fk_accounts_session_organisation_id"),
    )  # fmt: skip
    op.create_index("ix_accounts_session_person_id", "accounts_session", ["person_id"])
    op.execute("SELECT core_watch('accounts_person', 'password_hash')")
    op.execute("SELECT core_watch('accounts_member')")
    op.execute("SELECT core_watch('accounts_organisation')")


def downgrade() -> None:
    """There is nothing below the ground: drop the database instead."""
    raise RuntimeError("the first migration cannot be taken back; drop the database instead")
