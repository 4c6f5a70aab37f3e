"""The papers of a fair as plain data for their templates (templates/pdf/fair_….typ), read from who has which booth now."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import Any
from uuid import UUID

import segno
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock, formats
from service.core.i18n import _
from service.core.text import sort_key
from service.fairs import bookings, layouts, onsite
from service.fairs.bookings import Occupied
from service.fairs.queries import head, own_head
from service.fairs.views import FairView

SCALES = (100, 150, 200, 250, 300, 400, 500, 750, 1000, 1500, 2000)
A3_MM = (384, 240)  # What is left of an A3 page on its side within margins, below its heading.


class Kind(StrEnum):
    """Papers that are printed for a fair; the value is the end of the address."""

    BADGES = "the"
    FASCIAS = "bien-ten"
    SIGNS = "bien-gian"
    PLAN = "so-do"
    LIST = "don-vi"


# What everybody may print: it says what the public pages say.
PUBLIC = frozenset({Kind.PLAN, Kind.LIST})


@dataclass(frozen=True, slots=True)
class Paper:
    """A template with what it is filled with, and the name that the file is saved under."""

    template: str
    filename: str
    data: Mapping[str, Any]
    images: Mapping[str, str] = field(default_factory=dict)
    pieces: int = 0  # How many badges, names, signs, halls or lines it has.


def kind_names() -> dict[Kind, str]:
    """Papers in the reader's language."""
    return {
        Kind.BADGES: _("Thẻ ra vào có mã QR"),
        Kind.FASCIAS: _("Tên in trên biển mặt gian"),
        Kind.SIGNS: _("Biển số gian"),
        Kind.PLAN: _("Sơ đồ mặt bằng (A3)"),
        Kind.LIST: _("Danh sách đơn vị tham gia"),
    }


async def paper(session: AsyncSession, actor: Actor | None, slug: str, kind: Kind) -> Paper:
    """The paper as data.

    Raises NotFound where there is no such fair for this reader, NotAllowed where the paper is the organiser's alone.
    """
    fair = await (head if kind in PUBLIC else own_head)(session, slug, actor)
    about = {"title": kind_names()[kind], "fair": fair.name, "when": fair.when, "where": fair.where, "printed": _printed()}
    if kind is Kind.BADGES and actor is not None:
        return await _badges(session, actor, fair, about)
    everybody = await bookings.occupied(session, fair.id)
    if kind is Kind.PLAN:
        return await _plan(session, fair, everybody, about)
    taken = [each for each in everybody if each.state == "taken"]
    return {Kind.FASCIAS: _fascias, Kind.SIGNS: _signs, Kind.LIST: _list}[kind](fair, taken, about)


def _printed() -> str:
    return _("In ngày %(day)s", day=formats.day(clock.today()))


async def _badges(session: AsyncSession, actor: Actor, fair: FairView, about: Mapping[str, Any]) -> Paper:
    passes = await onsite.all_passes(session, fair.slug, actor)
    booths: dict[str, list[str]] = {}
    for stand in await bookings.occupied(session, fair.id):
        booths.setdefault(stand.name, []).append(stand.booth)
    badges, images = [], {}
    for each in passes:
        picture = f"{each.code}.svg"
        # The code stands in the QR as it is, so that a gate without a line reads it too.
        images[picture] = _qr(each.code)
        badges.append(
            {"exhibitor": each.exhibitor, "holder": each.holder or "", "code": onsite.codes.shown(each.code), "qr": picture,
             "number": str(each.number), "booths": ", ".join(dict.fromkeys(booths.get(each.exhibitor, ())))}
        )  # fmt: skip
    words = {"exhibitor_word": _("Đơn vị tham gia"), "booth_word": _("Gian"), "none": _("Chưa có thẻ nào.")}
    return Paper("fair_badges", f"the-{fair.slug}.pdf", {**about, **words, "badges": badges}, images, len(badges))


def _fascias(fair: FairView, taken: list[Occupied], about: Mapping[str, Any]) -> Paper:
    rows = [
        {"hall": hall, "lines": [{"booth": each.booth, "name": each.name, "days": _days(fair, each)} for each in lines]}
        for hall, lines in groupby(taken, key=lambda each: each.hall)
    ]
    words = {"booth_word": _("Gian"), "name_word": _("In đúng như sau"), "days_word": _("Ngày"), "none": _("Chưa ai có gian.")}
    return Paper("fair_fascias", f"bien-ten-{fair.slug}.pdf", {**about, **words, "halls": rows}, pieces=len(taken))


def _signs(fair: FairView, taken: list[Occupied], about: Mapping[str, Any]) -> Paper:
    signs = [
        {"booth": booth, "hall": hall, "names": [{"name": each.name, "days": _days(fair, each)} for each in lines]}
        for (hall, booth), lines in groupby(taken, key=lambda each: (each.hall, each.booth))
    ]
    words = {"none": _("Chưa ai có gian.")}
    return Paper("fair_signs", f"bien-gian-{fair.slug}.pdf", {**about, **words, "signs": signs}, pieces=len(signs))


def _list(fair: FairView, taken: list[Occupied], about: Mapping[str, Any]) -> Paper:
    booths: dict[str, list[str]] = {}
    halls: dict[str, list[str]] = {}
    for each in taken:
        booths.setdefault(each.name, []).append(each.booth)
        halls.setdefault(each.name, []).append(each.hall)
    lines = [
        {"name": name, "booths": ", ".join(dict.fromkeys(booths[name])), "halls": ", ".join(dict.fromkeys(halls[name]))}
        for name in sorted(booths, key=sort_key)
    ]
    words = {
        "name_word": _("Đơn vị"), "booth_word": _("Gian"), "hall_word": _("Khu"),
        "none": _("Chưa công bố đơn vị nào."),
    }  # fmt: skip
    return Paper("fair_list", f"don-vi-{fair.slug}.pdf", {**about, **words, "lines": lines}, pieces=len(lines))


async def _plan(session: AsyncSession, fair: FairView, everybody: list[Occupied], about: Mapping[str, Any]) -> Paper:
    floor = await layouts.floor(session, fair.id)
    named: dict[UUID, list[str]] = {}
    for each in everybody:
        if each.state == "taken" and each.name not in named.setdefault(each.booth_id, []):
            named[each.booth_id].append(each.name)
    looks = {
        spot.id: layouts.Look(tone="taken" if spot.id in named else "closed" if spot.closed else "free")
        for spot in floor.booths
    }
    halls, images = [], {}
    for number, hall in enumerate(floor.halls, 1):
        scale = next((each for each in SCALES if _fits(hall.width, hall.depth, each)), SCALES[-1])
        picture = f"hall-{number}.svg"
        images[picture] = str(layouts.picture(hall, looks, title=hall.name, zones=floor.zones, scale=scale, alone=True))
        lines = [{"booth": spot.code, "name": ", ".join(named[spot.id])} for spot in hall.booths if spot.id in named]
        halls.append({"name": hall.name, "picture": picture, "scale": f"1:{scale}", "lines": lines})
    words = {
        "scale_word": _("Tỷ lệ"), "none": _("Chưa vẽ khu nào."), "booth_word": _("Gian"), "name_word": _("Đơn vị"),
    }  # fmt: skip
    return Paper("fair_plan", f"so-do-{fair.slug}.pdf", {**about, **words, "halls": halls}, images, len(halls))


def _fits(width_m: float, depth_m: float, scale: int) -> bool:
    # The picture has a margin of 1,4 m on each side.
    wide, high = A3_MM
    return (width_m + 2.8) * 1000 / scale <= wide and (depth_m + 2.8) * 1000 / scale <= high


def _days(fair: FairView, each: Occupied) -> str:
    """The days of somebody who has the booth for a part of the fair; nothing for the whole of it."""
    if (each.first_day, each.last_day) == (fair.starts_on, fair.ends_on):
        return ""
    if each.first_day == each.last_day:
        return formats.day(each.first_day)
    return f"{formats.day(each.first_day)} – {formats.day(each.last_day)}"


def _qr(text: str) -> str:
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(picture, kind="svg", scale=4, border=2, light="#fff", xmldecl=False)
    return picture.getvalue().decode()
