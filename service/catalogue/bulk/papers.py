"""Many certificates at once: what is new is added, what is known is brought up to date, nothing is taken away.

What the system brings in counts as checked. What people bring in waits: a new paper for its check, and a correction of a
checked one beside it, which stays up meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.accounts import Actor
from service.catalogue import kinds, rules
from service.catalogue.bulk.pending import Pending, hand_in_all, propose_all
from service.catalogue.bulk.rows import CertificateRow
from service.catalogue.bulk.staging import Connection, copy_in
from service.catalogue.models import CertificateState
from service.catalogue.reviews.models import ReviewKind
from service.core import clock
from service.core.db import new_id

COLUMNS = (
    "id", "supplier_id", "product_id", "kind", "stars", "number", "issuer", "level", "issued_on", "valid_to", "source", "state",
    "checked_on", "typed_by",
)  # fmt: skip
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


async def put_certificates(
    conn: Connection, actor: Actor, given: Sequence[tuple[Holder, Sequence[CertificateRow]]]
) -> set[UUID]:
    """Add or bring up to date the papers of these holders; gives back the subjects for which anything changed."""
    given = [(holder, rows) for holder, rows in given if rows]
    known = await _known(conn, [holder for holder, _ in given if not holder.is_new])
    checked = rules.may_publish(actor)
    state, checked_on = (CertificateState.CHECKED, clock.today()) if checked else (CertificateState.SUBMITTED, None)
    fresh: list[tuple[Any, ...]] = []
    waiting: list[Pending] = []
    changes: list[tuple[UUID, Pending]] = []
    stale: list[dict[str, Any]] = []
    touched: set[UUID] = set()
    for holder, rows in given:
        held = known.get(holder.subject, [])
        for row in rows:
            said = _said(row)
            match = _same_paper(held, row.kind, said)
            if match is None:
                paper = {"id": new_id(), "kind": row.kind, "state": state.value, **said}
                held.append(paper)
                words = (said[c] for c in COMPARED)
                fresh.append(
                    (
                        paper["id"],
                        holder.supplier_id,
                        holder.product_id,
                        row.kind,
                        *words,
                        state.value,
                        checked_on,
                        actor.person_id,
                    )
                )
                waiting.append(Pending(ReviewKind.CERTIFICATE, paper["id"], holder.supplier_id))
                touched.add(holder.subject)
                continue
            differs = {c: said[c] for c in COMPARED if said[c] is not None and said[c] != match[c]}
            if differs and match["state"] == CertificateState.CHECKED and not checked:
                based_on = {c: match[c] for c in differs}
                change = Pending(ReviewKind.CERTIFICATE, match["id"], holder.supplier_id, differs, based_on)
                changes.append((holder.subject, change))
            elif differs:
                if match["state"] == CertificateState.RETURNED and not checked:
                    match["state"] = CertificateState.SUBMITTED.value
                    waiting.append(Pending(ReviewKind.CERTIFICATE, match["id"], holder.supplier_id))
                match.update(differs)
                stale.append(match)
                touched.add(holder.subject)
    await copy_in(conn, "catalogue_certificate", COLUMNS, fresh)
    if stale:
        sets = ", ".join(f"{column} = %({column})s" for column in (*COMPARED, "state"))
        async with conn.cursor() as cursor:
            # The names of the columns are ours; the values are parameters.
            await cursor.executemany(f"UPDATE catalogue_certificate SET {sets} WHERE id = %(id)s", stale)  # noqa: S608 - see above.
    if not checked:
        await hand_in_all(conn, actor, waiting)
        moved = await propose_all(conn, actor, [change for _subject, change in changes])
        touched |= {subject for subject, change in changes if change.subject in moved}
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
        "SELECT coalesce(product_id, supplier_id), id, kind, stars, number, issuer, level, issued_on, valid_to, source, state"
        "  FROM catalogue_certificate"
        " WHERE product_id = ANY(%s) OR (product_id IS NULL AND supplier_id = ANY(%s)) ORDER BY issued_on DESC NULLS LAST, id",
        (
            [holder.product_id for holder in holders if holder.product_id],
            [holder.supplier_id for holder in holders if not holder.product_id],
        ),
    )
    known: dict[UUID, list[dict[str, Any]]] = {}
    for subject, *values in await found.fetchall():
        known.setdefault(subject, []).append(dict(zip(("id", "kind", *COMPARED, "state"), values, strict=True)))
    return known
