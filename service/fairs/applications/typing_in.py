"""Applications that the organiser types in, from paper or from a sheet: many at once, in few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock, places
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed
from service.core.events import announce
from service.core.i18n import _
from service.fairs import standing
from service.fairs.applications import codes, rules, stored
from service.fairs.applications.events import ApplicationRevised, ApplicationsTypedIn
from service.fairs.applications.inputs import MOST_ROWS, TypedIn, TypedInRevision
from service.fairs.applications.models import Application, ApplicationState, Share, ShareKind, ShareMember, SharerState
from service.fairs.applications.places import district_for
from service.fairs.models import FairState

NOT_TOLD = ("contact", "note")  # What is somebody's own is no matter for the journal.


async def put_applications(session: AsyncSession, actor: Actor, slug: str, rows: Sequence[TypedIn]) -> list[UUID]:
    """Type in applications for a fair of the actor's own; gives back their ids, in the order of the rows.

    A row whose key, or whose supplier, is there already changes nothing and gives the id of what is there. The call may be
    closed: the organiser takes late ones too. Raises `Invalid` with the number of the row (from 1) and its field.
    """
    fair = await standing.own(session, slug, actor, lock=True)
    if fair.state == FairState.CANCELLED:
        raise Conflict(_("Hội chợ này đã hủy nên không nhận đơn nữa."))
    if len(rows) > MOST_ROWS:
        raise Invalid(_("Mỗi lần nhập nhiều nhất %(n)s đơn.", n=MOST_ROWS))
    _check(rows, fair.starts_on, fair.ends_on)
    ids = await _there(session, fair.id, rows)
    # The first one of a group is stored before those who share with it.
    new = sorted((row for row in rows if row.key not in ids), key=lambda row: row.share_with is not None)
    if not new:
        return [ids[row.key] for row in rows]
    made, taken = {row.key: new_id() for row in new}, await taken_codes(session, [row.key for row in new])
    ids |= made
    written = []
    for row in new:
        code = codes.free("GH", row.key, taken)
        taken.add(code)
        written.append({**_stored(row, made, fair.id, code, actor), "with_id": _lead(row, made)})
    await session.execute(insert(Application), written)
    await _share(session, fair.id, new, ids)
    fact = ApplicationsTypedIn(fair.id, count=len(new))
    await announce(session, fact, actor=actor, new={"codes": [row["code"] for row in written][:MOST_ROWS]})
    return [ids[row.key] for row in rows]


async def revise_typed_in(session: AsyncSession, actor: Actor, slug: str, code: str, said: TypedInRevision) -> Application:
    """Correct what the organiser has typed in itself; what an exhibitor of the market has written is hers to change."""
    fair = await standing.own(session, slug, actor)
    found = await stored.locked(session, fair.id, code)
    if found.supplier_id is not None:
        raise NotAllowed(_("Đơn này do chính đơn vị nộp. Hãy trả lại với lý do để họ sửa."))
    values = {**said.columns(), "province_code": said.province_code, "commune_code": said.commune_code,
              "district_code": district_for(said.commune_code, said.district_code)}  # fmt: skip
    _check([said], fair.starts_on, fair.ends_on, numbered=False)
    wrong = await stored.unknown_of_floor(session, fair, said.class_codes, said.zone_codes, said.pavilion_code)
    if wrong:
        raise Invalid(_("Đơn còn chỗ cần sửa."), wrong)
    changed = {name: value for name, value in values.items() if getattr(found, name) != value}
    if not changed:
        return found
    stored.same_version(found, said.version)
    old = {name: getattr(found, name) for name in changed}
    for name, value in changed.items():
        setattr(found, name, value)
    found.written_by, found.updated_at = actor.person_id, clock.now()
    await session.flush()
    kept = {name: value for name, value in changed.items() if name not in NOT_TOLD}
    fact = ApplicationRevised(found.id, fair_id=fair.id)
    await announce(session, fact, actor=actor, old={name: old[name] for name in kept}, new=kept)
    return found


def _check(rows: Sequence[TypedIn | TypedInRevision], first: date, last: date, *, numbered: bool = True) -> None:
    wrong: dict[str, str] = {}
    for number, row in enumerate(rows, 1):
        at = f"{number}." if numbered else ""
        if row.starts_on is not None and row.ends_on is not None and not first <= row.starts_on <= row.ends_on <= last:
            wrong[f"{at}starts_on"] = _("Ngày này ngoài những ngày của hội chợ.")
        if row.province_code is not None and places.province(row.province_code) is None:
            wrong[f"{at}province_code"] = _("Không có tỉnh, thành phố mang mã “%(code)s”.", code=row.province_code[:10])
        if row.commune_code is not None and places.commune(row.commune_code) is None:
            wrong[f"{at}commune_code"] = _("Không có xã, phường mang mã “%(code)s”.", code=row.commune_code[:10])
    if wrong:
        raise Invalid(_("Có dòng cần sửa, nên chưa nhập đơn nào."), wrong)


async def _there(session: AsyncSession, fair_id: UUID, rows: Sequence[TypedIn]) -> dict[UUID, UUID]:
    """By the key of a row: the application that is there already, by its key or by its supplier."""
    suppliers = {row.supplier_id: row.key for row in rows if row.supplier_id is not None}
    found = await session.execute(
        select(Application.id, Application.key, Application.supplier_id, Application.state, Application.fair_id).where(
            Application.key.in_([row.key for row in rows])
            | ((Application.fair_id == fair_id) & Application.supplier_id.in_(list(suppliers)))
        )
    )
    keys = {row.key for row in rows}
    ids: dict[UUID, UUID] = {}
    for application_id, key, supplier_id, state, its_fair in found:
        if key in keys:
            if its_fair != fair_id:
                raise Conflict(_("Một dòng mang khóa của đơn ở hội chợ khác. Hãy tải lại trang rồi nhập lại."))
            ids[key] = application_id
        elif supplier_id in suppliers and state != ApplicationState.WITHDRAWN:
            ids.setdefault(suppliers[supplier_id], application_id)
    return ids


async def taken_codes(session: AsyncSession, keys: Sequence[UUID]) -> set[str]:
    """Which of the codes that could be given for these keys somebody has already."""
    wanted = [code for key in keys for code in codes.possible("GH", key)]
    return set(await session.scalars(select(Application.code).where(Application.code.in_(wanted))))


def _stored(row: TypedIn, made: Mapping[UUID, UUID], fair_id: UUID, code: str, actor: Actor) -> dict[str, Any]:
    now = clock.now()
    answered = row.state in rules.ANSWERED
    return {
        **row.columns(), "id": made[row.key], "fair_id": fair_id, "key": row.key, "code": code, "supplier_id": row.supplier_id,
        "product_ids": list(row.product_ids), "near": [made.get(each, each) for each in row.near],
        "apart": [made.get(each, each) for each in row.apart],
        "province_code": row.province_code, "commune_code": row.commune_code,
        "district_code": district_for(row.commune_code, row.district_code), "commodity": row.commodity, "state": row.state,
        "reason": row.reason, "faults": {}, "claims": list(row.claims),
        "claims_confirmed": [each for each in row.claims_confirmed if each in row.claims],
        "claims_consent_at": now if row.claims else None, "facts": {}, "luck": row.luck, "written_by": actor.person_id,
        "submitted_at": None if row.state is ApplicationState.DRAFT else now, "decided_at": now if answered else None,
        "decided_by": actor.person_id if answered else None, "typed_in": row.supplier_id is None,
        "illustrative": row.illustrative, "version": 1, "created_at": now, "updated_at": now,
    }  # fmt: skip


def _lead(row: TypedIn, made: Mapping[UUID, UUID]) -> UUID | None:
    """Whose booth it is in: only once both have agreed."""
    if row.share_with is None or row.share_with == row.key or row.share_state is not SharerState.AGREED:
        return None
    return made.get(row.share_with)


async def _share(session: AsyncSession, fair_id: UUID, rows: Sequence[TypedIn], ids: Mapping[UUID, UUID]) -> None:
    """Put those together who say whose booth they share; that row is the first one of the group."""
    by_key = {row.key: row for row in rows}
    groups: dict[UUID, list[TypedIn]] = {}
    for row in rows:
        if row.share_with is not None and row.share_with in by_key and row.share_with != row.key:
            groups.setdefault(row.share_with, []).append(row)
    if not groups:
        return
    shares, members = [], []
    now = clock.now()
    for key, others in groups.items():
        share_id, lead = new_id(), by_key[key]
        kind = others[0].share_kind
        shares.append(
            {"id": share_id, "fair_id": fair_id, "lead_id": ids[key], "code": codes.code_for("CG", ids[key]), "kind": kind,
             "created_at": now}
        )  # fmt: skip
        for row in [lead, *others]:
            agreed = row is lead or row.share_state is SharerState.AGREED
            days = (row.share_first, row.share_last) if kind is ShareKind.BY_DAYS else (None, None)
            members.append(
                {"application_id": ids[row.key], "share_id": share_id, "first_day": days[0], "last_day": days[1],
                 "state": SharerState.AGREED if agreed else row.share_state, "agreed_at": now if agreed else None}
            )  # fmt: skip
    await session.execute(insert(Share), shares)
    await session.execute(insert(ShareMember), members)
