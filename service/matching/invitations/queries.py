"""Reads of invitations and threads, each for one reader.

A page of a list costs the same statements however long it is: the invitations, their requests, and a count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service import catalogue
from service.accounts import Actor, Role
from service.core import clock, cursors, places
from service.core.errors import NotAllowed, NotFound
from service.core.i18n import _
from service.matching import rules as request_rules
from service.matching import versions
from service.matching.invitations import rules
from service.matching.invitations.models import Side
from service.matching.invitations.views import FileView, InvitationsView, InvitationView, MessageView, ThreadView
from service.matching.queries import Stored, stored, stored_all
from service.matching.views import RequestView

PAGE = 30
MESSAGES = 30
MOST_PRINTED = 2000


_COLUMNS = """
SELECT i.id, i.request_id, i.supplier_id, i.origin, i.state, i.note, i.answer_by, i.invited_at, i.seen_at, i.answered_at,
       i.silent_at, i.withdrawn_at, i.reason, i.version, s.slug, s.name, s.province_code, s.commune_code,
       s.state = 'published' AS shown, s.organisation_id AS supplier_organisation, b.organisation_id AS buyer_organisation,
       n.unread, n.last_at, w.rank, w.key
  FROM matching_invitation i
  JOIN matching_request r ON r.id = i.request_id
  JOIN matching_buyer b ON b.id = r.buyer_id
  JOIN catalogue_supplier s ON s.id = i.supplier_id
 CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE m.read_at IS NULL AND m.side <> :side AND (m.side <> 'market' OR :side = 'supplier'))
                AS unread, max(m.sent_at) AS last_at
         FROM matching_message m WHERE m.invitation_id = i.id) n
 CROSS JOIN LATERAL (
       SELECT i.state IN ('sent', 'seen') AND r.state = 'open' AS waits) v
 CROSS JOIN LATERAL (
       SELECT CASE WHEN v.waits THEN 0 ELSE 1 END AS rank,
              CASE WHEN v.waits THEN coalesce(i.answer_by - DATE '2000-01-01', 1000000)::float8
                   ELSE -extract(epoch FROM coalesce(n.last_at, i.invited_at))::float8 END AS key) w
"""
_ONE = text(f"{_COLUMNS} WHERE i.id = :invitation")
# Those that wait for an answer first, the most urgent of them on top; then what was spoken of last.
_ORDER = " ORDER BY w.rank, w.key, i.id LIMIT :limit"
_AFTER = " AND (w.rank, w.key, i.id) > (:rank, :key, :id)"
# Who has come by itself and quoted behind a seal has no name for the buyer until the seals are opened.
_NAMED = (
    " AND NOT (i.origin = 'supplier' AND EXISTS (SELECT 1 FROM matching_quote q WHERE q.request_id = i.request_id"
    " AND q.supplier_id = i.supplier_id AND q.sealed_until IS NOT NULL))"
)
_OF_REQUEST = f" WHERE i.request_id = :request{_NAMED}"
_OF_SUPPLIER = " WHERE s.organisation_id = :own AND i.state <> 'withdrawn'"
_OF_SIDE = (
    f" WHERE n.last_at IS NOT NULL AND ((:side = 'buyer' AND b.organisation_id = :own{_NAMED})"
    " OR (:side = 'supplier' AND s.organisation_id = :own AND i.state <> 'withdrawn'))"
)
_COUNTS = "SELECT i.state, count(*) FROM matching_invitation i JOIN catalogue_supplier s ON s.id = i.supplier_id{} GROUP BY 1"
_MESSAGES = text(
    """
SELECT m.id, m.side, m.person_id, m.text, m.request_version, m.sent_at, m.read_at, p.name AS person,
       coalesce(f.files, '[]'::jsonb) AS files, count(*) OVER () AS total
  FROM matching_message m
  LEFT JOIN accounts_person p ON p.id = m.person_id AND m.side = :side
  LEFT JOIN LATERAL (
       SELECT jsonb_agg(jsonb_build_array(a.key, c.name, c.media_type, c.size_bytes) ORDER BY a.id) AS files
         FROM matching_attachment a JOIN core_file c ON c.id = a.file_id WHERE a.message_id = m.id) f ON true
 WHERE m.invitation_id = :invitation AND (CAST(:before AS uuid) IS NULL OR m.id < :before)
 ORDER BY m.id DESC LIMIT :limit
"""
).bindparams(bindparam("before", type_=Uuid))


async def thread(
    session: AsyncSession, actor: Actor, invitation_id: UUID, cursor: str | None = None, *, whole: bool = False
) -> ThreadView:
    """One thread for somebody of its two sides, the newest messages first read; `whole`: all of it, for printing."""
    row = (await session.execute(_ONE, {"invitation": invitation_id, "side": _side(actor)})).mappings().one_or_none()
    side = rules.side_of(actor, row["buyer_organisation"], row["supplier_organisation"]) if row is not None else None
    if row is None or side is None or not rules.may_read(side, row["state"]):
        raise NotFound(_("Không có cuộc trao đổi này."))
    (view,) = await _views(session, actor, [row])
    limit = MOST_PRINTED if whole else MESSAGES
    asked = {"invitation": invitation_id, "side": side.value, "before": cursors.after(cursor), "limit": limit + 1}
    found = (await session.execute(_MESSAGES, asked)).mappings().all()
    shown = found[:limit]
    told = [each["request_version"] for each in shown if each["request_version"] is not None]
    versions_told = {each.version: each for each in await versions.versions_of(session, view.request, told)} if told else {}
    supplier_side = side is Side.SUPPLIER
    return ThreadView(
        invitation=view,
        side=side.value,
        messages=[_message(each, side, view, versions_told) for each in reversed(shown)],
        total=found[0]["total"] if found else 0,
        older=cursors.sealed([shown[-1]["id"].hex]) if len(found) > limit else None,
        may_write=rules.may_write(actor, side, view.state),
        may_answer=supplier_side and rules.may_answer(actor, side, view.state, answerable=view.request.answerable),
        may_withdraw=not supplier_side and rules.may_withdraw(actor, row["buyer_organisation"], view.state),
    )


async def invitations_of(
    session: AsyncSession, actor: Actor, code: str, cursor: str | None = None, limit: int = PAGE
) -> tuple[RequestView, InvitationsView]:
    """Everyone whom a request has been brought to, for its owner only; who waits first."""
    request = await stored(session, code, actor)
    if not request_rules.owns(actor, request.organisation_id):
        if request_rules.may_see(actor, request, request.organisation_id, invited=request.invited):
            raise NotAllowed(_("Chỉ người đăng yêu cầu mới xem được đã mời những ai."))
        raise NotFound(_("Không tìm thấy yêu cầu này."))
    goods = {each.id: each for each in await catalogue.commodity_terms(session)}
    view = request.view(actor, goods, clock.today())
    found = await _page(session, actor, Side.BUYER, _OF_REQUEST, {"request": view.id}, cursor, limit)
    return view, found


async def own_invitations(session: AsyncSession, actor: Actor, cursor: str | None = None, limit: int = PAGE) -> InvitationsView:
    """Every request that the reader's own organisation has been brought to: what waits first, the most urgent on top."""
    if actor.role is not Role.SUPPLIER:
        raise NotAllowed(_("Trang này dành cho nhà cung cấp được mời báo giá."))
    return await _page(session, actor, Side.SUPPLIER, _OF_SUPPLIER, {"own": actor.organisation_id}, cursor, limit)


async def own_threads(session: AsyncSession, actor: Actor, cursor: str | None = None, limit: int = PAGE) -> InvitationsView:
    """Every thread of the reader's own organisation in which something has been written."""
    side = _side(actor)
    if side not in (Side.BUYER, Side.SUPPLIER):
        raise NotAllowed(_("Trao đổi là của người mua và nhà cung cấp với nhau."))
    return await _page(session, actor, Side(side), _OF_SIDE, {"own": actor.organisation_id}, cursor, limit)


async def invited_suppliers(session: AsyncSession, actor: Actor, code: str) -> dict[UUID, tuple[UUID, str]]:
    """For the owner of a request: the invitation and its state for each supplier; for everybody else nothing."""
    if actor.organisation_id is None:
        return {}
    asked = {"code": code.strip().upper()[:20].replace("\0", ""), "own": actor.organisation_id}
    return {row[0]: (row[1], row[2]) for row in await session.execute(_INVITED, asked)}


_INVITED = text(
    f"""
SELECT i.supplier_id, i.id, i.state
  FROM matching_invitation i JOIN matching_request r ON r.id = i.request_id JOIN matching_buyer b ON b.id = r.buyer_id
 WHERE r.code = :code AND b.organisation_id = :own AND i.state <> 'withdrawn'{_NAMED}
"""  # noqa: S608 - only our own constants are put in.
)


async def _page(
    session: AsyncSession, actor: Actor, side: Side, where: str, asked: Mapping[str, Any], cursor: str | None, limit: int
) -> InvitationsView:
    further = ""
    values: dict[str, Any] = {**asked, "side": side.value, "limit": limit + 1}
    if cursor:
        (rank, key), values["id"] = cursors.place(cursor, _place)
        values["rank"], values["key"], further = rank, key, _AFTER
    found = (await session.execute(text(f"{_COLUMNS}{where}{further}{_ORDER}"), values)).mappings().all()
    last = found[limit - 1] if len(found) > limit else None
    plain = _COUNTS.format(where) if where != _OF_SIDE else ""
    counts = {row[0]: row[1] for row in await session.execute(text(plain), dict(asked))} if plain else {}
    return InvitationsView(
        items=await _views(session, actor, found[:limit]),
        counts=counts,
        next=cursors.sealed([[last["rank"], last["key"]], last["id"].hex]) if last is not None else None,
    )


def _place(told: Any) -> tuple[int, float]:
    rank, key = told
    if type(rank) is not int or not 0 <= rank <= 1 or type(key) not in (int, float) or not abs(key) < 1e12:
        raise ValueError(told)
    return rank, float(key)


async def _views(session: AsyncSession, actor: Actor, rows: Sequence[RowMapping]) -> list[InvitationView]:
    """Invitations in words, with their requests as this reader may see them: two statements however many there are."""
    if not rows:
        return []
    requests = await stored_all(session, {row["request_id"] for row in rows}, actor)
    goods = {each.id: each for each in await catalogue.commodity_terms(session)}
    today = clock.today()
    return [
        _view(row, requests[row["request_id"]], requests[row["request_id"]].view(actor, goods, today), actor) for row in rows
    ]


def _view(row: RowMapping, request: Stored, view: RequestView, actor: Actor) -> InvitationView:
    mine = request_rules.owns(actor, request.organisation_id)
    return InvitationView(
        id=row["id"],
        request=view,
        supplier_id=row["supplier_id"],
        supplier_slug=row["slug"] if row["shown"] else None,
        supplier_name=row["name"],
        supplier_place=places.where(row["province_code"], row["commune_code"]),
        other=row["name"] if mine else view.buyer.name if view.buyer else None,
        origin=row["origin"],
        state=row["state"],
        note=row["note"],
        answer_by=row["answer_by"],
        invited_at=row["invited_at"],
        seen_at=row["seen_at"],
        answered_at=row["answered_at"],
        silent_at=row["silent_at"],
        withdrawn_at=row["withdrawn_at"],
        reason=row["reason"],
        version=row["version"],
        unread=row["unread"],
        last_at=row["last_at"],
    )


def _message(row: RowMapping, side: Side, view: InvitationView, told: Mapping[int, Any]) -> MessageView:
    mine = row["side"] == side
    own = row["person"] or _("Tổ chức của bạn")
    other = view.other or _("Người mua không nêu tên")
    return MessageView(
        id=row["id"],
        side=row["side"],
        mine=mine,
        who=own if mine else "Chợ Phiên" if row["side"] == Side.MARKET else other,
        text=row["text"],
        sent_at=row["sent_at"],
        read_at=row["read_at"],
        files=[FileView(*each) for each in row["files"]],
        version=told.get(row["request_version"]) if row["request_version"] is not None else None,
    )


def _side(actor: Actor) -> str:
    return {Role.BUYER: Side.BUYER.value, Role.SUPPLIER: Side.SUPPLIER.value}.get(actor.role, "")
