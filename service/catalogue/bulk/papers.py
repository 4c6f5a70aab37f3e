"""Many certificates at once: what is new is added, what is known is brought up to date, nothing is taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.catalogue import kinds
from service.catalogue.bulk.rows import CertificateRow
from service.catalogue.bulk.staging import Connection, copy_in
from service.core.db import new_id

COLUMNS = ("id", "supplier_id", "product_id", "kind", "stars", "number", "issuer", "level", "issued_on", "valid_to", "source")
COMPARED = ("stars", "number", "issuer", "level", "issued_on", "valid_to", "source")


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose papers they are: one product's, or the supplier's as a whole."""

    supplier_id: UUID
    product_id: UUID | None
    is_new: bool

    @property
    def subject(self) -> UUID:
        """The record that the papers stand on."""
        return self.product_id or self.supplier_id


async def put_certificates(conn: Connection, given: Sequence[tuple[Holder, Sequence[CertificateRow]]]) -> set[UUID]:
    """Add or bring up to date the papers of these holders; gives back the subjects for which anything changed."""
    given = [(holder, rows) for holder, rows in given if rows]
    known = await _known(conn, [holder for holder, _ in given if not holder.is_new])
    fresh: list[tuple[Any, ...]] = []
    stale: list[dict[str, Any]] = []
    touched: set[UUID] = set()
    for holder, rows in given:
        held = known.get(holder.subject, [])
        for row in rows:
            said = _said(row)
            match = _same_paper(held, row.kind, said)
            if match is None:
                paper = {"id": new_id(), "kind": row.kind, **said}
                held.append(paper)
                fresh.append((paper["id"], holder.supplier_id, holder.product_id, row.kind, *(said[c] for c in COMPARED)))
                touched.add(holder.subject)
            elif any(said[c] is not None and said[c] != match[c] for c in COMPARED):
                match.update({c: said[c] for c in COMPARED if said[c] is not None})
                stale.append(match)
                touched.add(holder.subject)
    await copy_in(conn, "catalogue_certificate", COLUMNS, fresh)
    if stale:
        sets = ", ".join(f"{column} = %({column})s" for column in COMPARED)
        async with conn.cursor() as cursor:
            # The names of the columns are ours; the values are parameters.
            await cursor.executemany(f"UPDATE catalogue_certificate SET {sets} WHERE id = %(id)s", stale)  # noqa: S608 - see above.
    return touched


def _said(row: CertificateRow) -> dict[str, Any]:
    return {
        "stars": row.stars,
        "number": row.number,
        "issuer": row.issuer,
        "level": row.level or (kinds.level_of(row.stars, row.issued_on) if row.kind == kinds.OCOP else None),
        "issued_on": row.issued_on,
        "valid_to": kinds.last_valid_day(row.kind, row.issued_on, row.valid_to),
        "source": row.source,
    }


def _same_paper(held: list[dict[str, Any]], kind: str, said: dict[str, Any]) -> dict[str, Any] | None:
    """The stored paper that is meant: same kind and number; one without a number is the one without, or the only day alike."""
    alike = [paper for paper in held if paper["kind"] == kind]
    for paper in alike:
        if paper["number"] == said["number"] and (
            said["number"] is not None or said["issued_on"] is None or paper["issued_on"] in (None, said["issued_on"])
        ):
            return paper
    if said["number"] is None and said["issued_on"] is None:
        # A row that names only the stars speaks of whatever certificate of these stars is there.
        return next((paper for paper in alike if paper["stars"] == said["stars"]), None)
    return next((paper for paper in alike if paper["number"] is None and paper["issued_on"] in (None, said["issued_on"])), None)


async def _known(conn: Connection, holders: Sequence[Holder]) -> dict[UUID, list[dict[str, Any]]]:
    found = await conn.execute(
        "SELECT coalesce(product_id, supplier_id), id, kind, stars, number, issuer, level, issued_on, valid_to, source"
        "  FROM catalogue_certificate"
        " WHERE product_id = ANY(%s) OR (product_id IS NULL AND supplier_id = ANY(%s)) ORDER BY issued_on DESC NULLS LAST, id",
        (
            [holder.product_id for holder in holders if holder.product_id],
            [holder.supplier_id for holder in holders if not holder.product_id],
        ),
    )
    known: dict[UUID, list[dict[str, Any]]] = {}
    for subject, *values in await found.fetchall():
        known.setdefault(subject, []).append(dict(zip(("id", "kind", *COMPARED), values, strict=True)))
    return known
