"""Alembic's way into the database: one straight line of migrations, run by the owner of the tables.

A migration gives up after four seconds of waiting for a lock rather than stop a running market behind it, and an advisory
lock lets two processes that start at once take turns.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import NullPool, create_engine, text

import service.accounts.identity.models
import service.accounts.models
import service.catalogue.models
import service.core.events
import service.core.limits
import service.core.mail
import service.fairs.advice.models
import service.fairs.applications.models
import service.fairs.bookings.models
import service.fairs.charges.models
import service.fairs.layouts.models
import service.fairs.meetings.models
import service.fairs.models
import service.fairs.onsite.models
import service.fairs.plans.models
import service.matching.models  # noqa: F401 - the imports above and this one fill the metadata.
from service.core.db import Base, sqlalchemy_url
from service.core.settings import Settings

MIGRATION_LOCK = 20260722
# Tables that another library owns, and those that only triggers write: they have no model to compare with.
NOT_MODELLED = ("procrastinate_", "core_change", "catalogue_search", "catalogue_vocabulary")


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave the tables without a model out of the comparison."""
    return not (kind == "table" and name is not None and name.startswith(NOT_MODELLED))


def include_object(_item: Any, name: str | None, kind: str, reflected: bool, _compared: Any) -> bool:
    """Leave indexes that only SQL can say (expressions, operator classes) out of the comparison: their names end in `_sql`."""
    return not (kind == "index" and reflected and name is not None and name.endswith("_sql"))


def run() -> None:
    """Bring the database to the newest state in one transaction."""
    url = context.config.attributes.get("url") or Settings().database_url
    if not url:
        raise SystemExit("Set CHOPHIEN_DATABASE_URL, or use `chophien migrate`, which knows the embedded server.")
    engine = create_engine(sqlalchemy_url(url), poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"SELECT pg_advisory_lock({MIGRATION_LOCK})"))
        connection.execute(text("SET lock_timeout = '4s'"))
        connection.commit()
        context.configure(
            connection=connection, target_metadata=Base.metadata, include_name=include_name,
            include_object=include_object, compare_type=True, transaction_per_migration=False,
        )  # fmt: skip
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        connection.execute(text(f"SELECT pg_advisory_unlock({MIGRATION_LOCK})"))
        connection.commit()


run()
