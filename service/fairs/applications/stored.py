"""Finding an application and locking it, and what several writes need of the fair."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text

from service.accounts import Actor
from service.core.errors import Conflict, NotAllowed, NotFound
from service.core.i18n import _
from service.core.text import fold
from service.fairs.applications import codes, rules
from service.fairs.applications.models import Application, ApplicationState
from service.fairs.models import Fair

_OWN = text("SELECT id, name, province_code, commune_code, state FROM catalogue_supplier WHERE organisation_id = :organisation")
_FLOOR = text(
    """
SELECT 'class' AS what, code FROM fairs_booth_class WHERE fair_id = :fair AND code = ANY(:classes)
UNION ALL
SELECT 'zone', code FROM fairs_zone WHERE fair_id = :fair AND code = ANY(:zones)
UNION ALL
SELECT 'pavilion', code FROM fairs_zone WHERE fair_id = :fair AND kind = 'pavilion' AND code = :pavilion
"""
).bindparams(bindparam("classes", type_=ARRAY(Text)), bindparam("zones", type_=ARRAY(Text)), bindparam("pavilion", type_=Text))
_PLACED = text("SELECT EXISTS (SELECT 1 FROM fairs_occupancy WHERE application_id = ANY(:ids) AND state <> 'released')")


async def supplier_acting(session: AsyncSession, actor: Actor) -> Any:
    """The profile that the actor applies with. Raises NotAllowed, or Conflict with what to do first."""
    if not rules.may_apply(actor):
        raise NotAllowed(why_not_apply(actor))
    found = (await session.execute(_OWN, {"organisation": actor.organisation_id})).one_or_none()
    if found is None or found.state != "published":
        raise Conflict(_("Hồ sơ của bạn chưa được đăng nên chưa đăng ký được. Hãy hoàn tất hồ sơ ở bàn bán hàng."))
    return found


def why_not_apply(actor: Actor) -> str:
    """Why the actor cannot apply for a fair."""
    if rules.is_supplier(actor):
        return _("Bạn chỉ có quyền xem trong tổ chức này. Hãy nhờ chủ tổ chức cấp quyền thành viên.")
    return _("Chỉ nhà cung cấp mới đăng ký gian hàng. Hãy đăng nhập bằng tổ chức bán hàng.")


def _own(fair_id: UUID, supplier_id: UUID) -> Select[Application]:
    return (
        select(Application)
        .where(
            Application.fair_id == fair_id,
            Application.supplier_id == supplier_id,
            Application.state != ApplicationState.WITHDRAWN,
        )
        .execution_options(populate_existing=True)
    )


async def own(session: AsyncSession, fair_id: UUID, supplier_id: UUID) -> Application | None:
    """The supplier's application that is not withdrawn; None where there is none."""
    found: Application | None = await session.scalar(_own(fair_id, supplier_id))
    return found


async def last_withdrawn(session: AsyncSession, fair_id: UUID, supplier_id: UUID) -> Application | None:
    """What the supplier has withdrawn last."""
    found: Application | None = await session.scalar(
        select(Application)
        .where(Application.fair_id == fair_id, Application.supplier_id == supplier_id)
        .order_by(Application.updated_at.desc(), Application.id.desc())
        .limit(1)
    )
    return found


async def own_locked(session: AsyncSession, fair_id: UUID, supplier_id: UUID) -> Application | None:
    """The same, locked."""
    found: Application | None = await session.scalar(_own(fair_id, supplier_id).with_for_update())
    return found


async def locked(session: AsyncSession, fair_id: UUID, code: str) -> Application:
    """One application of a fair by its code, locked. Drafts are their exhibitors' own and are not there for anybody else."""
    found: Application | None = await session.scalar(
        select(Application)
        .where(
            Application.fair_id == fair_id, Application.code == codes.plain(code), Application.state != ApplicationState.DRAFT
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(_("Không có đơn đăng ký này ở hội chợ."))
    return found


def same_version(found: Application, version: int | None) -> None:
    """Raise Conflict where the application has moved on since it was read."""
    if version is not None and found.version != version:
        raise Conflict(_("Người khác vừa thay đổi đơn này. Hãy xem lại bản mới rồi làm tiếp."))


async def unknown_of_floor(
    session: AsyncSession, fair: Fair, classes: Collection[str], zones: Collection[str], pavilion: str | None
) -> dict[str, str]:
    """A sentence for each field that names what the floor of the fair does not have."""
    asked = {"fair": fair.id, "classes": list(classes), "zones": list(zones), "pavilion": pavilion}
    there = {(row.what, row.code) for row in await session.execute(_FLOOR, asked)}
    wrong = {}
    if any(("class", code) not in there for code in classes):
        wrong["class_codes"] = _("Chọn trong các hạng gian của hội chợ này.")
    if any(("zone", code) not in there for code in zones):
        wrong["zone_codes"] = _("Chọn trong các khu của hội chợ này.")
    if pavilion is not None and ("pavilion", pavilion) not in there:
        wrong["pavilion_code"] = _("Chọn trong các khu gian chung của hội chợ này.")
    return wrong


async def neighbours(
    session: AsyncSession, fair_id: UUID, but: UUID | None, typed: Iterable[str]
) -> tuple[list[UUID], str | None]:
    """The applications that somebody means by codes or names, and a sentence where one of them means nobody, or several."""
    wanted = list(typed)
    if not wanted:
        return [], None
    found = await session.execute(
        select(Application.id, Application.code, Application.exhibitor).where(
            Application.fair_id == fair_id,
            Application.id != but if but is not None else text("true"),
            Application.state.not_in((ApplicationState.DRAFT, ApplicationState.WITHDRAWN, ApplicationState.REJECTED)),
        )
    )
    by_code: dict[str, UUID] = {}
    by_name: dict[str, list[UUID]] = {}
    for row_id, code, name in found:
        by_code[code] = row_id
        by_name.setdefault(fold(name), []).append(row_id)
    meant = []
    for each in wanted:
        code = codes.plain(each.rpartition("(")[2].rstrip(") "))
        named = [by_code[code]] if code in by_code else by_name.get(fold(each), [])
        if len(named) != 1:
            short = each[:60]
            if named:
                return [], _("Có nhiều đơn vị tên “%(name)s”. Hãy chọn trong danh sách, có mã đơn đi kèm.", name=short)
            return [], _("Hội chợ này chưa có đơn vị nào tên “%(name)s”. Hãy chọn trong danh sách.", name=short)
        meant.append(named[0])
    return list(dict.fromkeys(meant)), None


@dataclass(frozen=True, slots=True)
class Named:
    """An application that somebody means by its name or code."""

    id: UUID
    code: str
    exhibitor: str
    supplier_id: UUID | None


async def meant(session: AsyncSession, fair_id: UUID, typed: str) -> list[Named]:
    """The applications of a fair that go by this name, or by the code that may stand behind it in brackets."""
    found = await session.execute(
        select(Application.id, Application.code, Application.exhibitor, Application.supplier_id).where(
            Application.fair_id == fair_id,
            Application.state.not_in((ApplicationState.DRAFT, ApplicationState.WITHDRAWN, ApplicationState.REJECTED)),
        )
    )
    there = [Named(*row) for row in found]
    code, name = codes.plain(typed.rpartition("(")[2].rstrip(") ")), fold(typed)
    return [each for each in there if each.code == code] or [each for each in there if fold(each.exhibitor) == name]


async def has_booth(session: AsyncSession, ids: Collection[UUID]) -> bool:
    """Whether one of these applications has a booth by now: then who shares with whom stands."""
    return bool(await session.scalar(_PLACED, {"ids": list(ids)}))
