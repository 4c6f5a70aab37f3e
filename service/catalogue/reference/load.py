"""The reference data of the trade: the 26 OCOP sub-groups, the commodities with their words, the protected names.

The tables come with the package (`data/*.tsv`) and are loaded after every migration; loading them again changes nothing.
A line that leaves a table stays in the database, because products may point to it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from importlib import resources

from sqlalchemy import Integer, literal_column, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.catalogue.models import Category, Commodity, Mark
from service.core.db import Base, new_id


async def load_reference(session: AsyncSession) -> int:
    """Bring categories, commodities and marks up to date; gives back how many lines were new or different."""
    changed = 0
    categories: list[dict[str, object]] = [
        {
            "code": line["code"],
            "name": line["name"],
            "name_en": line["name_en"],
            "group_name": line["group_name"],
            "group_name_en": line["group_name_en"],
            "position": int(line.get("position") or position),
        }
        for position, line in enumerate(_lines("categories.tsv"), 1)
    ]
    changed += await _upsert(session, Category, "code", categories)
    commodities: list[dict[str, object]] = [
        {
            "slug": line["slug"],
            "name": line["name"],
            "name_en": line["name_en"],
            "category_code": line["category_code"] or None,
            "hs_hint": line["hs_hint"] or None,
            "season_months": [int(month) for month in line["season_months"].split(",") if month],
            "synonyms": [word for word in line["synonyms"].split("|") if word],
        }
        for line in _lines("commodities.tsv")
    ]
    changed += await _upsert(session, Commodity, "slug", commodities)
    found = await session.execute(select(Commodity.slug, Commodity.id))
    ids = {slug: commodity_id for slug, commodity_id in found.all()}  # noqa: C416 - a Row is a tuple, and dict() wants pairs that mypy knows.
    marks: list[dict[str, object]] = [
        {
            "slug": line["slug"],
            "kind": line["kind"],
            "name": line["name"],
            "number": line["number"] or None,
            "decision": line["decision"] or None,
            "decided_on": date.fromisoformat(line["decided_on"]) if line["decided_on"] else None,
            "manager": line["manager"] or None,
            "area": line["area"] or None,
            "commune_codes": [code for code in line["commune_codes"].split("|") if code],
            "commodity_id": ids[line["commodity"]] if line["commodity"] else None,
            "source": line["source"] or None,
        }
        for line in _lines("marks.tsv")
    ]
    changed += await _upsert(session, Mark, "slug", marks)
    return changed


def _lines(name: str) -> Iterator[dict[str, str]]:
    path = resources.files("service.catalogue") / "data" / name
    with path.open(encoding="utf-8") as source:
        yield from csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE)


async def _upsert(session: AsyncSession, model: type[Base], key: str, lines: list[dict[str, object]]) -> int:
    """Insert what is new, change what differs; a line that is the same is not touched."""
    if not lines:
        return 0
    has_id = "id" in model.__table__.c
    new = insert(model).values([{"id": new_id(), **line} for line in lines] if has_id else lines)
    columns = [column for column in lines[0] if column != key]
    differs = or_(*(model.__table__.c[column].is_distinct_from(new.excluded[column]) for column in columns))
    statement = new.on_conflict_do_update(
        index_elements=[key], set_={column: new.excluded[column] for column in columns}, where=differs
    )
    changed = await session.execute(statement.returning(literal_column("1", Integer)))
    return len(changed.all())
