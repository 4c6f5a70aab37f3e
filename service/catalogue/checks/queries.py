"""Field checks as readers see them: rounds for everyone, open visits and complaints for officers, findings for both sides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor, Role
from service.catalogue.bulk import staging
from service.catalogue.checks import drawing
from service.catalogue.checks import rules as check_rules
from service.catalogue.checks.models import Finding
from service.catalogue.queries import Reader
from service.core import cursors, places
from service.core.errors import NotAllowed, NotFound
from service.core.i18n import _

A_PAGE = 50
# Whether the supplier `s` lies in the officer's area of duty; without an area she looks after every place.
ON_DUTY = "(cardinality(%(duty)s::text[]) = 0 OR s.province_code = ANY(%(duty)s) OR s.commune_code = ANY(%(duty)s))"


COMPLAINT = """
SELECT c.id, s.slug, s.name, g.name, c.text, c.noted_at, p.name, o.name
  FROM catalogue_complaint c JOIN catalogue_supplier s ON s.id = c.supplier_id
  LEFT JOIN catalogue_product g ON g.id = c.product_id LEFT JOIN accounts_person p ON p.id = c.noted_by
  LEFT JOIN accounts_organisation o ON o.id = c.organisation_id
"""


@dataclass(frozen=True, slots=True)
class RoundView:
    """A drawing of lots as everyone sees it."""

    id: UUID
    code: str
    recipe: str
    seed: str
    wanted: int
    digest: str
    area: list[str]
    drawn_at: datetime
    office: str | None
    candidates: int
    drawn: int
    done: int

    @property
    def area_name(self) -> str:
        """The area in words."""
        known = [places.commune(code) or places.province(code) for code in self.area]
        return ", ".join(place.full_name for place in known if place is not None) or _("mọi nơi")


@dataclass(frozen=True, slots=True)
class CandidateView:
    """A supplier on the list of a round: its weight, and when it was drawn (None: it was not)."""

    id: UUID
    slug: str
    name: str
    weight: int
    place: int | None
    reasons: list[str]  # Empty for everybody but officers.
    visited_on: date | None
    finding: str | None

    @property
    def finding_name(self) -> str:
        """The finding in words; empty while the visit waits."""
        return finding_name(self.finding)

    @property
    def why(self) -> str:
        """The reasons of the weight in words."""
        return ", ".join(reason_name(reason) for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class VisitView:
    """A visit as officers see it, open or done."""

    id: UUID
    version: int
    round_code: str | None
    supplier_id: UUID
    organisation_id: UUID
    slug: str
    name: str
    province_code: str | None
    commune_code: str | None
    address: str | None
    visited_on: date | None
    place: str | None
    finding: str | None
    note: str | None
    follow_up_on: date | None
    visited_by: UUID | None
    visitor: str | None
    complaints: int

    @property
    def where(self) -> str:
        """The supplier's place in words."""
        return places.where(self.province_code, self.commune_code)

    @property
    def finding_name(self) -> str:
        """The finding in words; empty while the visit waits."""
        return finding_name(self.finding)


@dataclass(frozen=True, slots=True)
class FindingView:
    """What a supplier's page says of a visit; note and follow-up only to those who may read them."""

    id: UUID
    visited_on: date
    finding: str
    note: str | None
    place: str | None
    follow_up_on: date | None

    @property
    def finding_name(self) -> str:
        """The finding in words."""
        return finding_name(self.finding)


@dataclass(frozen=True, slots=True)
class ComplaintView:
    """A complaint as officers read it."""

    id: UUID
    slug: str
    name: str
    product: str | None
    text: str
    noted_at: datetime
    by: str | None
    organisation: str | None


def finding_name(finding: str | None) -> str:
    """A finding in the reader's language."""
    names = {Finding.PASSED.value: _("đạt"), Finding.TO_MEND.value: _("cần sửa"), Finding.FAILED.value: _("không đạt")}
    return names.get(finding or "", "")


def reason_name(reason: str) -> str:
    """Why a supplier weighs more than another, in the reader's language."""
    return {
        "never": _("chưa kiểm tra lần nào"),
        "age": _("kiểm tra đã lâu"),
        "expiring": _("có giấy sắp hết hạn"),
        "complaint": _("có phản ánh"),
        "changed": _("vừa đổi mục đã chứng nhận"),
    }.get(reason, reason)


# The names of tables and columns are ours; every value is a parameter.
ROUND = """
SELECT r.id, r.code, r.recipe, r.seed, r.wanted, r.digest, r.area, r.drawn_at, o.name,
       (SELECT count(*) FROM catalogue_check_candidate c WHERE c.round_id = r.id),
       (SELECT count(*) FROM catalogue_check k WHERE k.round_id = r.id),
       (SELECT count(*) FROM catalogue_check k WHERE k.round_id = r.id AND k.visited_on IS NOT NULL)
  FROM catalogue_check_round r LEFT JOIN accounts_organisation o ON o.id = r.organisation_id
"""
VISIT = """
SELECT k.id, k.version, r.code, s.id, s.organisation_id, s.slug, s.name, s.province_code, s.commune_code, s.address,
       k.visited_on, k.place, k.finding, k.note, k.follow_up_on, k.visited_by, p.name,
       (SELECT count(*) FROM catalogue_complaint c WHERE c.supplier_id = s.id AND c.check_id IS NULL)
  FROM catalogue_check k
  JOIN catalogue_supplier s ON s.id = k.supplier_id
  LEFT JOIN catalogue_check_round r ON r.id = k.round_id
  LEFT JOIN accounts_person p ON p.id = k.visited_by
"""


async def check_rounds(reader: Reader, cursor: str | None = None, limit: int = A_PAGE) -> tuple[list[RoundView], str | None]:
    """The rounds, newest first, and the cursor of the next page. Ids are in the order of time."""
    found = await reader.execute(
        f"{ROUND} WHERE (%(after)s::uuid IS NULL OR r.id < %(after)s::uuid) ORDER BY r.id DESC LIMIT %(limit)s",
        {"after": cursors.after(cursor), "limit": limit + 1},
    )
    rounds = [RoundView(*row) for row in await found.fetchall()]
    return rounds[:limit], cursors.sealed([rounds[limit - 1].id.hex]) if len(rounds) > limit else None


async def check_round(reader: Reader, code: str, actor: Actor | None = None) -> tuple[RoundView, list[CandidateView]]:
    """A round with its whole published list, those drawn first and in the order of the draw, then by id."""
    found = await reader.execute(f"{ROUND} WHERE r.code = %s", (code.replace("\x00", ""),))
    row = await found.fetchone()
    if row is None:
        raise NotFound(_("Không có đợt kiểm tra này."))
    view = RoundView(*row)
    found = await reader.execute(
        "SELECT s.id, s.slug, s.name, c.weight, c.place, CASE WHEN %(officer)s THEN c.reasons ELSE '{}' END,"
        "       k.visited_on, k.finding"
        "  FROM catalogue_check_candidate c JOIN catalogue_supplier s ON s.id = c.supplier_id"
        "  LEFT JOIN catalogue_check k ON k.round_id = c.round_id AND k.supplier_id = c.supplier_id"
        " WHERE c.round_id = %(round)s ORDER BY c.place NULLS LAST, s.id",
        {"round": view.id, "officer": check_rules.may_draw(actor)},
    )
    return view, [CandidateView(*line) for line in await found.fetchall()]


async def round_in(session: AsyncSession, code: str) -> tuple[RoundView, list[CandidateView]]:
    """The same inside a transaction that has drawn it and is not kept yet."""
    return await check_round(await staging.connection(session), code)


def round_document(shown: RoundView, listed: list[CandidateView]) -> str:
    """The round as the text file that anybody can draw again from."""
    candidates = [drawing.Candidate(str(each.id), each.weight) for each in listed]
    return drawing.document(shown.seed, shown.wanted, candidates)


async def visits(
    reader: Reader, actor: Actor, *, done: bool = False, cursor: str | None = None, limit: int = A_PAGE
) -> tuple[list[VisitView], str | None]:
    """The visits in an officer's area of duty: those that wait, longest first, or those that are done, newest first."""
    only_officers(actor)
    order = "k.id DESC" if done else "k.id"
    beyond = "k.id < %(after)s::uuid" if done else "k.id > %(after)s::uuid"
    # The pieces are ours, chosen above; the values are parameters.
    found = await reader.execute(
        f"{VISIT} WHERE (k.visited_on IS NOT NULL) = %(done)s AND (%(after)s::uuid IS NULL OR {beyond})"
        f" AND {ON_DUTY}"
        f" ORDER BY {order} LIMIT %(limit)s",
        {"done": done, "after": cursors.after(cursor), "duty": list(actor.duty), "limit": limit + 1},
    )
    views = [VisitView(*row) for row in await found.fetchall()]
    return views[:limit], cursors.sealed([views[limit - 1].id.hex]) if len(views) > limit else None


async def visit(reader: Reader, actor: Actor, check_id: UUID) -> VisitView:
    """One visit, for officers."""
    only_officers(actor)
    found = await reader.execute(f"{VISIT} WHERE k.id = %s", (check_id,))
    row = await found.fetchone()
    if row is None:
        raise NotFound(_("Không có lần kiểm tra này."))
    return VisitView(*row)


async def complaints(
    reader: Reader, actor: Actor, *, supplier_id: UUID | None = None, limit: int = A_PAGE
) -> list[ComplaintView]:
    """The complaints that nobody has looked into yet, newest first, for officers; of one supplier or of all in her area."""
    only_officers(actor)
    found = await reader.execute(
        f"{COMPLAINT} WHERE c.check_id IS NULL AND (%(supplier)s::uuid IS NULL OR s.id = %(supplier)s) AND {ON_DUTY}"
        " ORDER BY c.id DESC LIMIT %(limit)s",
        {"supplier": supplier_id, "duty": list(actor.duty), "limit": limit},
    )
    return [ComplaintView(*row) for row in await found.fetchall()]


async def findings(
    reader: Reader, supplier_id: UUID, organisation_id: UUID, actor: Actor | None = None, limit: int = 5
) -> list[FindingView]:
    """The last visits to a supplier, newest first: date and finding for everyone, the rest for officers and its own people."""
    private = check_rules.may_read_findings(actor, organisation_id)
    found = await reader.execute(
        "SELECT id, visited_on, finding, note, place, follow_up_on FROM catalogue_check"
        " WHERE supplier_id = %s AND visited_on IS NOT NULL ORDER BY visited_on DESC, id DESC LIMIT %s",
        (supplier_id, limit),
    )
    rows = await found.fetchall()
    return [FindingView(*(row if private else (*row[:3], None, None, None))) for row in rows]


def only_officers(actor: Actor) -> None:
    """These reads are for officers, in whatever role they are in their office."""
    if actor.role not in (Role.OFFICER, Role.SYSTEM):
        raise NotAllowed(_("Trang này dành cho cán bộ."))
