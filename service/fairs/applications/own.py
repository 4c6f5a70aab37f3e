"""Reads of one application, by its own exhibitor or by the organiser, and of a supplier's fairs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.accounts import Actor
from service.core import clock
from service.core.errors import NotAllowed, NotFound
from service.core.i18n import _, locale
from service.fairs import standing
from service.fairs.applications import codes, rules, stored
from service.fairs.applications.goods import GoodsView, goods_named, own_goods
from service.fairs.applications.models import Application, ApplicationState, Share, ShareKind, ShareMember, SharerState
from service.fairs.applications.views import ApplicationView, Choices, OwnLine, SharerView, ShareView, parts_of
from service.fairs.models import FairState
from service.fairs.queries import SELECT, view
from service.fairs.views import FairView, when

MOST_NEIGHBOURS_SHOWN = 400

_SUPPLIER = text("SELECT id, slug FROM catalogue_supplier WHERE organisation_id = :organisation").bindparams(
    bindparam("organisation", type_=Uuid)
)
_CHOICES = text(
    """
SELECT 'class' AS what, code, CASE WHEN :english THEN coalesce(name_en, name) ELSE name END AS name, position, kind
  FROM fairs_booth_class WHERE fair_id = :fair
UNION ALL
SELECT kind, code, CASE WHEN :english THEN coalesce(name_en, name) ELSE name END, position, kind
  FROM fairs_zone WHERE fair_id = :fair
 ORDER BY 1, 4, 2
"""
)
_OTHERS = text(
    "SELECT code, exhibitor FROM fairs_application WHERE fair_id = :fair AND id IS DISTINCT FROM :but"
    " AND state IN ('submitted', 'returned', 'accepted', 'waiting') ORDER BY exhibitor, code LIMIT :most"
).bindparams(bindparam("but", type_=Uuid))
_NAMED = text("SELECT id, code, exhibitor FROM fairs_application WHERE id = ANY(:ids)")
_OWN = text(
    """
SELECT f.slug, f.name, f.name_en, f.starts_on, f.ends_on, f.date_precision, f.state AS fair_state, a.code, a.state, a.reason,
       a.place, a.points, a.illustrative,
       EXISTS (SELECT 1 FROM fairs_share_member m WHERE m.application_id = a.id AND m.state = 'invited') AS invited,
       EXISTS (SELECT 1 FROM fairs_share h JOIN fairs_share_member m ON m.share_id = h.id AND m.state = 'asking'
                WHERE h.lead_id = a.id) AS asked
  FROM fairs_application a
  JOIN catalogue_supplier s ON s.id = a.supplier_id
  JOIN fairs_fair f ON f.id = a.fair_id
 WHERE s.organisation_id = :organisation
 ORDER BY f.ends_on < :today, CASE WHEN f.ends_on < :today THEN NULL ELSE f.starts_on END, f.starts_on DESC, a.id DESC
 LIMIT 100
"""
).bindparams(bindparam("organisation", type_=Uuid))
_OPEN = text(
    f"""
{SELECT}
 WHERE f.state = 'announced' AND f.date_precision = 'day' AND f.starts_on > :today AND f.call_opens_on <= :today
   AND coalesce(f.call_closes_on >= :today, true)
   AND NOT EXISTS (SELECT 1 FROM fairs_application a JOIN catalogue_supplier s ON s.id = a.supplier_id
                    WHERE a.fair_id = f.id AND s.organisation_id = :organisation AND a.state <> 'withdrawn')
 ORDER BY f.starts_on, f.id LIMIT 30
"""  # noqa: S608 - both parts are ours; the values are parameters.
).bindparams(bindparam("organisation", type_=Uuid))


async def own_applications(session: AsyncSession, actor: Actor) -> list[OwnLine]:
    """A supplier's applications, those of fairs to come first, with what waits for it. One statement."""
    _only_suppliers(actor)
    asked = {"organisation": actor.organisation_id, "today": clock.today()}
    return [_own_line(row) for row in (await session.execute(_OWN, asked)).all()]


async def open_calls(session: AsyncSession, actor: Actor) -> list[FairView]:
    """The fairs that this supplier may apply for today and has not, the next one first. One statement."""
    _only_suppliers(actor)
    asked = {"organisation": actor.organisation_id, "today": clock.today()}
    return [view(row) for row in (await session.execute(_OPEN, asked)).all()]


async def own_application(session: AsyncSession, slug: str, actor: Actor) -> ApplicationView | None:
    """The reader's own application for a fair; None where there is none, or only withdrawn ones."""
    _only_suppliers(actor)
    fair = await standing.visible(session, slug, actor)
    supplier = (await session.execute(_SUPPLIER, {"organisation": actor.organisation_id})).one_or_none()
    found = await stored.own(session, fair.id, supplier.id) if supplier is not None else None
    return await _view(session, found, supplier.slug) if found is not None and supplier is not None else None


async def application_page(session: AsyncSession, slug: str, actor: Actor, code: str) -> ApplicationView:
    """One application for the organiser of its fair. Drafts are their exhibitors' own and are not there."""
    fair = await standing.own(session, slug, actor)
    row = (
        await session.execute(
            select(Application, text("(SELECT s.slug FROM catalogue_supplier s WHERE s.id = fairs_application.supplier_id)"))
            .where(
                Application.fair_id == fair.id, Application.code == codes.plain(code),
                Application.state != ApplicationState.DRAFT,
            )
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound(_("Không có đơn đăng ký này ở hội chợ."))
    return await _view(session, row[0], row[1])


async def form_choices(session: AsyncSession, fair_id: UUID, but: UUID | None = None) -> Choices:
    """What an applicant may choose from: classes, zones, pavilions, and the other exhibitors of the fair. Two statements."""
    asked = {"fair": fair_id, "english": locale() == "en"}
    rows = (await session.execute(_CHOICES, asked)).all()
    others = (await session.execute(_OTHERS, {"fair": fair_id, "but": but, "most": MOST_NEIGHBOURS_SHOWN})).all()
    by_kind: dict[str, list[tuple[str, str]]] = {"class": [], "zone": [], "pavilion": []}
    for row in rows:
        by_kind[row.what].append((row.code, f"{row.code} – {row.name}" if row.what == "class" else row.name))
    return Choices(
        tuple(by_kind["class"]), tuple(by_kind["zone"]), tuple(by_kind["pavilion"]),
        tuple(f"{row.exhibitor} ({row.code})" for row in others),
    )  # fmt: skip


async def goods_for(session: AsyncSession, slug: str, actor: Actor) -> list[GoodsView]:
    """The reader's own products, each with whether it may be brought to this fair, and if not why."""
    fair = await standing.visible(session, slug, actor)
    _only_suppliers(actor)
    supplier = (await session.execute(_SUPPLIER, {"organisation": actor.organisation_id})).one_or_none()
    return await own_goods(session, supplier.id, fair.ends_on) if supplier is not None else []


def _only_suppliers(actor: Actor) -> None:
    if not rules.is_supplier(actor):
        raise NotAllowed(_("Chỉ nhà cung cấp mới đăng ký gian hàng. Hãy đăng nhập bằng tổ chức bán hàng."))


async def _view(session: AsyncSession, found: Application, supplier_slug: str | None) -> ApplicationView:
    goods = await goods_named(session, found.product_ids) if found.product_ids else {}
    wished = [*found.near, *found.apart]
    named = {}
    if wished:
        rows = await session.execute(_NAMED, {"ids": wished})
        named = {row.id: f"{row.exhibitor} ({row.code})" for row in rows}
    kept = {
        name: getattr(found, name)
        for name in ApplicationView.__dataclass_fields__
        if name not in ("supplier_slug", "products", "near", "apart", "parts", "share")
    }
    for name in ("class_codes", "zone_codes", "claims", "claims_confirmed"):
        kept[name] = tuple(kept[name])
    return ApplicationView(
        **kept, supplier_slug=supplier_slug, products=tuple(goods[each] for each in found.product_ids if each in goods),
        near=tuple(named[each] for each in found.near if each in named),
        apart=tuple(named[each] for each in found.apart if each in named), parts=parts_of(found.facts),
        share=await _share(session, found.id),
    )  # fmt: skip


async def _share(session: AsyncSession, application_id: UUID) -> ShareView | None:
    own = select(ShareMember.share_id).where(ShareMember.application_id == application_id)
    rows = (
        await session.execute(
            select(Share, ShareMember, Application.code, Application.exhibitor)
            .join(ShareMember, ShareMember.share_id == Share.id)
            .join(Application, Application.id == ShareMember.application_id)
            .where(Share.id == own.scalar_subquery())
        )
    ).all()
    if not rows:
        return None
    sharers = [
        SharerView(member.application_id, code, name, SharerState(member.state), member.application_id == share.lead_id,
                   member.first_day, member.last_day)
        for share, member, code, name in rows
    ]  # fmt: skip
    ordered = sorted(sharers, key=lambda each: (not each.lead, each.state is not SharerState.AGREED, each.code))
    return ShareView(rows[0][0].code, ShareKind(rows[0][0].kind), tuple(ordered))


def _own_line(row: Any) -> OwnLine:
    over = row.ends_on < clock.today()
    name = (row.name_en or row.name) if locale() == "en" else row.name
    return OwnLine(
        row.slug, name, when(row.starts_on, row.ends_on, row.date_precision), over, row.fair_state == FairState.CANCELLED,
        row.code, ApplicationState(row.state), row.reason, row.place, row.points, None if over else _waits(row),
        row.illustrative,
    )  # fmt: skip


def _waits(row: Any) -> str | None:
    """What the supplier itself has to do next, if anything."""
    if row.invited:
        return _("Có đơn vị mời bạn chung gian: hãy trả lời.")
    if row.asked:
        return _("Có đơn vị xin chung gian với bạn: hãy trả lời.")
    return {
        "draft": _("Đơn còn là bản nháp: xem lại rồi nộp."),
        "returned": _("Đơn bị trả lại: sửa rồi nộp lại."),
    }.get(row.state)
