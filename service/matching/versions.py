"""What each change of a published request has changed: written down, told to those it concerns, and read side by side (M1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import Actor
from service.catalogue import CommodityTerms
from service.core import clock, formats, places
from service.core.db import new_id
from service.core.events import plain
from service.core.i18n import _, locale
from service.matching import evidence, reasons
from service.matching.judging import request_page
from service.matching.models import RequestVersion, SourcingRequest
from service.matching.terms import first_day, number
from service.matching.views import YEAR, Cell, RequestView, visibility_name

# Everyone whom it concerns: who was asked and has not declined, and who has answered.
_TOLD = text(
    """
INSERT INTO matching_message (id, invitation_id, side, text, request_version, sent_at, person_id)
SELECT t.message_id, t.invitation_id, 'market', '', :number, :at, NULL
  FROM unnest(CAST(:messages AS uuid[]), CAST(:invitations AS uuid[])) AS t (message_id, invitation_id)
    ON CONFLICT (invitation_id, request_version) DO NOTHING
"""
)
_CONCERNED = text(
    "SELECT i.id FROM matching_invitation i WHERE i.request_id = :request AND i.state NOT IN ('declined', 'withdrawn')"
    " ORDER BY i.id FOR UPDATE"
)


@dataclass(frozen=True, slots=True)
class Changed:
    """One field of a request before and after, in words."""

    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of a published request: when it came, what it changed, and its months on the strip."""

    number: int  # 2 is the first change; 1 is what was published.
    version: int
    at: datetime
    changes: list[Changed]
    months_before: list[Cell]  # Both over the same twelve months; empty where the months stayed as they were.
    months_after: list[Cell]


async def write_version(
    session: AsyncSession, actor: Actor, request: SourcingRequest, old: Mapping[str, Any], new: Mapping[str, Any]
) -> RequestVersion:
    """Write down what has changed in an open request, and say so in the thread of everyone whom it concerns."""
    version = RequestVersion(
        request_id=request.id, number=request.version, at=clock.now(), person_id=actor.person_id,
        changed=plain({name: [old[name], value] for name, value in new.items()}),
    )  # fmt: skip
    session.add(version)
    await session.flush()
    concerned = list(await session.scalars(_CONCERNED, {"request": request.id}))
    if concerned:
        ids = [new_id() for _one in concerned]
        told = {"number": version.number, "at": version.at, "invitations": concerned, "messages": ids}
        await session.execute(_TOLD, told)
    return version


async def version_pages(session: AsyncSession, code: str, actor: Actor | None) -> tuple[RequestView, list[VersionView]]:
    """A request with every version since it was published, the newest first, as this reader may know them."""
    view = await request_page(session, code, actor)
    return view, await versions_of(session, view)


async def versions_of(session: AsyncSession, view: RequestView, numbers: Iterable[int] | None = None) -> list[VersionView]:
    """The versions of one request in words; with `numbers`, only those (as the request's own version counts)."""
    query = select(RequestVersion).where(RequestVersion.request_id == view.id).order_by(RequestVersion.number)
    stored = (await session.scalars(query)).all()
    wanted = set(numbers) if numbers is not None else None
    if not stored:
        return []
    goods = {str(each.id): each for each in await catalogue.commodity_terms(session)}
    marks: dict[str, str] = {}
    if any("mark_slug" in each.changed for each in stored):
        names = await catalogue.protected_names(await catalogue.reader_of(session))
        marks = {each.slug: each.name for each in names}
    found = [
        VersionView(position, each.number, each.at, _changes(each.changed, view, goods, marks), *_strips(each.changed))
        for position, each in enumerate(stored, 2)
        if wanted is None or each.number in wanted
    ]
    return found[::-1]


def _changes(
    changed: Mapping[str, Any], view: RequestView, goods: Mapping[str, CommodityTerms], marks: Mapping[str, str]
) -> list[Changed]:
    """What has changed in the order of the form. Where the buyer is not named, neither is where the goods are received."""
    hidden = {"place"} if view.buyer is None else set()
    labels = field_names()
    return [
        Changed(name, labels[name], _words(name, changed[name][0], goods, marks), _words(name, changed[name][1], goods, marks))
        for name in labels
        if name in changed and name not in hidden
    ]


def field_names() -> dict[str, str]:
    """The fields of a request in words, in the order of its form."""
    return {
        "title": _("Tên yêu cầu"),
        "commodity_id": _("Mặt hàng"),
        "words": _("Tả thêm"),
        "months": _("Số kg cần mỗi tháng"),
        "ceiling_vnd_per_kg": _("Giá trần"),
        "min_stars": _("Sao OCOP"),
        "certificates": _("Giấy tờ"),
        "mark_slug": _("Bán dưới nhãn hiệu"),
        "pack_net_g": _("Quy cách"),
        "delivery_province_code": _("Nơi nhận"),
        "place": _("Địa điểm nhận"),
        "deadline": _("Hạn trả lời"),
        "closes_at_quotes": _("Nhận đủ bao nhiêu báo giá thì thôi"),
        "sealed": _("Báo giá kín"),
        "note": _("Ghi thêm"),
        "visibility": _("Ai xem được"),
        "unverified_too": _("Nhà cung cấp chưa được xác minh"),
        "extra": _("Thông tin riêng của phiên"),
    }


def _words(name: str, value: Any, goods: Mapping[str, CommodityTerms], marks: Mapping[str, str]) -> str:
    """A stored value of one field as a person reads it."""
    if name in ("sealed", "unverified_too"):
        return _("có") if value else _("không")
    if value in (None, "", [], {}):
        return _("không đặt")
    say: dict[str, Callable[[Any], str]] = {
        "months": _months,
        "commodity_id": lambda key: goods[key].called(locale()) if key in goods else str(key),
        "ceiling_vnd_per_kg": lambda vnd: _("%(vnd)s/kg", vnd=formats.vnd(vnd)),
        "min_stars": lambda stars: _("từ %(n)s sao", n=stars),
        "certificates": lambda kinds: ", ".join(evidence.paper_name(kind) for kind in kinds),
        "mark_slug": lambda slug: marks.get(slug, slug),
        "pack_net_g": formats.grams,
        "delivery_province_code": places.where,
        "deadline": lambda day: formats.day(date.fromisoformat(day)),
        "closes_at_quotes": formats.number,
        "visibility": visibility_name,
        "extra": lambda said: "; ".join(f"{question}: {answer}" for question, answer in said.items()),
    }
    return say.get(name, str)(value)


def _months(value: Mapping[str, Any]) -> str:
    """Months with their kilograms: "500 kg T12–T1, 300 kg T2"."""
    groups: dict[Decimal, list[int]] = {}
    for month, kg in value.items():
        groups.setdefault(Decimal(str(kg)), []).append(_number(month))
    return ", ".join(f"{formats.kg(kg)} {reasons.spans(months)}" for kg, months in groups.items())


def _strips(changed: Mapping[str, Any]) -> tuple[list[Cell], list[Cell]]:
    """What was asked before and what is asked now, each on the same twelve months."""
    if "months" not in changed:
        return [], []
    before, after = ({_number(month): float(kg) for month, kg in each.items()} for each in changed["months"])
    start = min({*before, *after})
    days = [(month, first_day(month)) for month in range(start, start + YEAR)]
    was, now = ([Cell(day.month, day.year, each.get(month)) for month, day in days] for each in (before, after))
    return was, now


def _number(month: str) -> int:
    return number(date.fromisoformat(f"{month}-01"))


async def untold(session: AsyncSession, request_id: UUID) -> dict[int, list[UUID]]:
    """The versions that stand in threads and of which nobody has been written to yet, each with those threads, locked."""
    found: dict[int, list[UUID]] = {}
    for number_of, invitation_id in await session.execute(_UNTOLD, {"request": request_id}):
        found.setdefault(number_of, []).append(invitation_id)
    return found


_UNTOLD = text(
    "SELECT m.request_version, m.invitation_id FROM matching_message m JOIN matching_invitation i ON i.id = m.invitation_id"
    " WHERE i.request_id = :request AND m.side = 'market' AND m.told_at IS NULL ORDER BY m.id FOR UPDATE OF m"
)
