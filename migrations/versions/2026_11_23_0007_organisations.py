"""Members, invitations, tokens, grants, consents, and what is held about a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from service.accounts import kept_tax_code

revision = "0007_organisations"
down_revision = "0006_identity"
branch_labels = None
depends_on = None

TABLES = ("accounts_consent", "accounts_grant", "accounts_token", "accounts_invitation")


def upgrade() -> None:
    """Make the tables."""
    op.add_column(
        "accounts_organisation",
        sa.Column("duty_codes", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column("core_journal", sa.Column("on_behalf_of", sa.Uuid()))
    op.add_column("accounts_person", _moment("locked_at"))
    # What administrators look for people and organisations by.
    op.execute(
        "CREATE INDEX ix_accounts_person_words_sql ON accounts_person "
        "USING gin (core_fold(name || ' ' || coalesce(email, '')) gin_trgm_ops)"
    )
    op.execute(
        "CREATE INDEX ix_accounts_organisation_words_sql ON accounts_organisation USING gin (core_fold(name) gin_trgm_ops)"
    )
    _invitation()
    _token()
    _grant()
    _consent()
    _tax_numbers()
    _forgetting()
    # Invitations hold the address of somebody who may never come, so their changes are told by facts alone.
    op.execute("SELECT core_watch('accounts_token', 'secret_hash')")
    op.execute("SELECT core_watch('accounts_grant')")


def _moment(name: str, *, now: bool = False) -> sa.Column[sa.DateTime]:
    default = sa.func.now() if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=not now)


def _reference(table: str, column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}", ondelete=ondelete)


def _indexed(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _invitation() -> None:
    table = "accounts_invitation"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("email", sa.String()),
        sa.Column("phone", sa.String()),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("invited_by", sa.Uuid()),
        _moment("created_at", now=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _moment("accepted_at"),
        sa.Column("accepted_by", sa.Uuid()),
        _moment("withdrawn_at"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("secret_hash", name=f"uq_{table}_secret_hash"),
        sa.CheckConstraint("role in ('owner', 'member', 'viewer')", name="role"),
        _reference(table, "organisation_id", "accounts_organisation", "CASCADE"),
        _reference(table, "invited_by", "accounts_person", "SET NULL"),
        _reference(table, "accepted_by", "accounts_person", "SET NULL"),
    )
    _indexed(table, "organisation_id", "invited_by", "accepted_by")


def _token() -> None:
    table = "accounts_token"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        _moment("created_at", now=True),
        sa.Column("valid_to", sa.Date()),
        sa.Column("last_used_on", sa.Date()),
        _moment("revoked_at"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("secret_hash", name=f"uq_{table}_secret_hash"),
        _reference(table, "organisation_id", "accounts_organisation", "CASCADE"),
        _reference(table, "issued_by", "accounts_person", "CASCADE"),
    )
    _indexed(table, "organisation_id", "issued_by")


def _grant() -> None:
    table = "accounts_grant"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("granted_by", sa.Uuid()),
        _moment("created_at", now=True),
        sa.Column("valid_to", sa.Date(), nullable=False),
        _moment("revoked_at"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.CheckConstraint("organisation_id <> office_id", name="office"),
        _reference(table, "organisation_id", "accounts_organisation", "CASCADE"),
        _reference(table, "office_id", "accounts_organisation", "CASCADE"),
        _reference(table, "granted_by", "accounts_person", "SET NULL"),
    )
    _indexed(table, "organisation_id", "office_id", "granted_by")
    # One grant to an office stands at a time; a longer one moves its day.
    op.create_index(
        f"uq_{table}_standing", table, ["organisation_id", "office_id"], unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )  # fmt: skip


def _consent() -> None:
    table = "accounts_consent"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        _moment("given_at", now=True),
        _moment("withdrawn_at"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        _reference(table, "person_id", "accounts_person", "CASCADE"),
    )
    _indexed(table, "person_id")


def _forgetting() -> None:
    """The one way by which the application may touch what is noted: putting an erased person's pseudonym for her own words."""
    op.add_column("accounts_person", _moment("erased_at"))
    op.execute(
        """
        CREATE FUNCTION accounts_forget(erased uuid) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
          pseudonym text;
          word record;
        BEGIN
          SELECT to_jsonb(name)::text INTO pseudonym FROM accounts_person
           WHERE id = erased AND erased_at IS NOT NULL AND email IS NULL AND phone IS NULL;
          IF pseudonym IS NULL THEN
            RAISE EXCEPTION 'only of who has been erased anything is forgotten' USING ERRCODE = 'insufficient_privilege';
          END IF;
          -- Every name, address and number that she ever had, from what was noted when they changed.
          FOR word IN
            SELECT DISTINCT to_jsonb(said.value)::text AS value, said.key = 'name' AS is_name
              FROM (SELECT old, new FROM core_change WHERE table_name = 'accounts_person' AND row_id = erased
                    UNION ALL
                    SELECT old, new FROM core_journal WHERE subject = erased) noted,
                   LATERAL (SELECT * FROM jsonb_each_text(coalesce(noted.old, '{}'))
                            UNION ALL SELECT * FROM jsonb_each_text(coalesce(noted.new, '{}'))) said
             WHERE said.key IN ('name', 'email', 'phone') AND length(said.value) > 0
               AND to_jsonb(said.value)::text <> pseudonym
          LOOP
            -- Whole values only, with their quotes. A name is hers where she is the subject; it may be a product's elsewhere.
            UPDATE core_journal
               SET old = replace(old::text, word.value, pseudonym)::jsonb,
                   new = replace(new::text, word.value, pseudonym)::jsonb,
                   data = replace(data::text, word.value, pseudonym)::jsonb
             WHERE (subject = erased OR (person_id = erased AND NOT word.is_name))
               AND position(word.value IN concat(old, new, data)) > 0;
            UPDATE core_change
               SET old = replace(old::text, word.value, pseudonym)::jsonb,
                   new = replace(new::text, word.value, pseudonym)::jsonb
             WHERE (row_id = erased OR (actor = erased AND NOT word.is_name)) AND position(word.value IN concat(old, new)) > 0;
          END LOOP;
          -- With which device she came is nobody's business any more.
          UPDATE core_journal SET data = data - 'device' WHERE subject = erased AND data ? 'device';
        END $$
        """
    )
    op.execute("REVOKE EXECUTE ON FUNCTION accounts_forget(uuid) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION accounts_forget(uuid) TO chophien_app")


def _tax_numbers() -> None:
    """Seal the personal numbers that lie open, and take them out of what was noted about them."""
    connection = op.get_bind()
    for row in connection.execute(sa.text("SELECT id, tax_code FROM catalogue_supplier WHERE tax_code ~ '^[0-9]{12}$'")).all():
        sealed = {"id": row.id, "sealed": kept_tax_code(row.tax_code)}
        connection.execute(sa.text("UPDATE catalogue_supplier SET tax_code = :sealed WHERE id = :id"), sealed)
    for table in ("core_journal", "core_change"):
        for column in ("old", "new"):
            op.execute(f"UPDATE {table} SET {column} = {column} - 'tax_code' WHERE {column} ->> 'tax_code' ~ '^[0-9]{{12}}$'")
    op.create_check_constraint("tax_code", "catalogue_supplier", "tax_code !~ '^([0-9]{12}$|•)'")


def downgrade() -> None:
    """Drop them again; sealed numbers stay sealed."""
    op.drop_constraint(op.f("ck_catalogue_supplier_tax_code"), "catalogue_supplier")
    op.execute("DROP FUNCTION accounts_forget(uuid)")
    op.drop_column("accounts_person", "erased_at")
    for table in TABLES:
        op.drop_table(table)
    op.execute("DROP INDEX ix_accounts_organisation_words_sql, ix_accounts_person_words_sql")
    op.drop_column("accounts_person", "locked_at")
    op.drop_column("core_journal", "on_behalf_of")
    op.drop_column("accounts_organisation", "duty_codes")
