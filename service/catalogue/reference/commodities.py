"""The reference commodities: which one a word names."""

from __future__ import annotations

from uuid import UUID

from service.catalogue.bulk.staging import Connection
from service.core.text import fold


async def commodity_keys(conn: Connection) -> dict[str, UUID]:
    """Every folded name by which a commodity may be called, with its id; its own names win over synonyms of others."""
    found = await conn.execute("SELECT id, slug, name, name_en, synonyms FROM catalogue_commodity ORDER BY name")
    rows = await found.fetchall()
    keys: dict[str, UUID] = {}
    for row_id, slug, name, _name_en, _synonyms in rows:
        for own in (name, slug, slug.replace("-", " ")):
            keys.setdefault(fold(own), row_id)
    for row_id, _slug, _name, name_en, synonyms in rows:
        for other in (name_en, *synonyms):
            keys.setdefault(fold(other), row_id)
    return keys


async def commodity_names(conn: Connection) -> dict[str, str]:
    """The commodities' own names, by their folded form: what a mistyped word may have meant."""
    found = await conn.execute("SELECT name, synonyms FROM catalogue_commodity ORDER BY name")
    rows = await found.fetchall()
    names = {fold(name): name for name, _synonyms in rows}
    for _name, synonyms in rows:
        for synonym in synonyms:
            names.setdefault(fold(synonym), synonym)
    return names
