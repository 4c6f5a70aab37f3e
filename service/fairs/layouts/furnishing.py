"""Halls, classes, zones, and what stands between the booths, as functions from one floor to the next. PURE.

A thing with the id of one that stands there takes its place; booths follow it when it gets another code.
"""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from service.core.errors import Conflict, Invalid, NotFound
from service.core.i18n import _
from service.fairs.layouts.inputs import BoothDraft, ClassDraft, FloorDraft, HallLayout, ThingDraft, ZoneDraft, natural

KnownT = TypeVar("KnownT", ClassDraft, ZoneDraft, ThingDraft, HallLayout)


def put_hall(draft: FloorDraft, hall: HallLayout) -> FloorDraft:
    """The floor with a new hall, or with another name and size of one; what stands in it stays."""
    stands = next((each for each in draft.halls if each.id == hall.id), None)
    booths, things = (stands.booths, stands.things) if stands is not None else ((), ())
    if hall.width is None or hall.depth is None:
        raise Invalid(_("Hãy ghi chiều rộng và chiều sâu của sảnh, tính bằng mét."), {
            name: _("Cần một con số, tính bằng mét.") for name in ("width", "depth") if getattr(hall, name) is None
        })  # fmt: skip
    made = hall.model_copy(update={"booths": booths, "things": things})
    return draft.model_copy(update={"halls": _put(draft.halls, made)})


def remove_hall(draft: FloorDraft, hall_id: UUID) -> FloorDraft:
    """The floor without an empty hall; one with booths is cleared first, so that nobody throws away a drawing by one press."""
    hall = _one(draft.halls, hall_id)
    if hall.booths:
        raise Conflict(_("%(hall)s còn gian hàng. Hãy xóa hoặc chuyển hết gian trước khi bỏ sảnh.", hall=hall.name))
    return draft.model_copy(update={"halls": tuple(each for each in draft.halls if each.id != hall_id)})


def put_class(draft: FloorDraft, made: ClassDraft) -> FloorDraft:
    """The floor with a new class of booths, or another name, size and price of one."""
    old = next((each.code for each in draft.classes if each.id == made.id), None)
    _free(made.code, [each.code for each in draft.classes if each.id != made.id])
    draft = draft.model_copy(update={"classes": _put(draft.classes, made)})
    return _followed(draft, "class_code", old, made.code)


def remove_class(draft: FloorDraft, class_id: UUID) -> FloorDraft:
    """The floor without a class that no booth is of."""
    gone = _one(draft.classes, class_id)
    used = sorted((booth.code for booth in draft.booths if booth.class_code == gone.code), key=natural)
    if used:
        codes = ", ".join(used[:5]) + (" …" if len(used) > 5 else "")
        raise Conflict(_("Còn %(n)s gian thuộc loại này (%(codes)s). Hãy đổi loại của chúng trước.", n=len(used), codes=codes))
    return draft.model_copy(update={"classes": tuple(each for each in draft.classes if each.id != class_id)})


def put_zone(draft: FloorDraft, made: ZoneDraft) -> FloorDraft:
    """The floor with a new zone or pavilion, or other words of one."""
    old = next((each.code for each in draft.zones if each.id == made.id), None)
    _free(made.code, [each.code for each in draft.zones if each.id != made.id])
    draft = draft.model_copy(update={"zones": _put(draft.zones, made)})
    return _followed(draft, "zone", old, made.code)


def remove_zone(draft: FloorDraft, zone_id: UUID) -> FloorDraft:
    """The floor without a zone; its booths belong to none then."""
    gone = _one(draft.zones, zone_id)
    draft = _followed(draft, "zone", gone.code, None)
    return draft.model_copy(update={"zones": tuple(each for each in draft.zones if each.id != zone_id)})


def put_thing(draft: FloorDraft, hall_id: UUID, made: ThingDraft) -> FloorDraft:
    """The floor with an aisle, a door and so on in a hall, or with one of them elsewhere."""
    hall = _one(draft.halls, hall_id)
    return _with(draft, hall.model_copy(update={"things": _put(hall.things, made)}))


def remove_thing(draft: FloorDraft, hall_id: UUID, thing_id: UUID) -> FloorDraft:
    """The floor without it."""
    hall = _one(draft.halls, hall_id)
    _one(hall.things, thing_id)
    return _with(draft, hall.model_copy(update={"things": tuple(each for each in hall.things if each.id != thing_id)}))


def _put(things: tuple[KnownT, ...], made: KnownT) -> tuple[KnownT, ...]:
    if any(each.id == made.id for each in things):
        return tuple(made if each.id == made.id else each for each in things)
    if made.named:
        # An id that is not among these may be another fair's: it is never taken over.
        raise Invalid(_("Thứ này không còn trên mặt bằng. Hãy xem lại bản mới."))
    return things + (made,)  # noqa: RUF005 - mypy takes the unpacked ones for any of the kinds.


def _one(things: tuple[KnownT, ...], wanted: UUID) -> KnownT:
    found = next((each for each in things if each.id == wanted), None)
    if found is None:
        raise NotFound(_("Thứ này không còn trên mặt bằng. Hãy xem lại bản mới."))
    return found


def _free(code: str, others: list[str]) -> None:
    if code in others:
        said = _("Mã %(code)s đã có. Hãy chọn mã khác.", code=code)
        raise Invalid(said, {"code": said})


def _with(draft: FloorDraft, hall: HallLayout) -> FloorDraft:
    return draft.model_copy(update={"halls": tuple(hall if each.id == hall.id else each for each in draft.halls)})


def _followed(draft: FloorDraft, field: str, old: str | None, new: str | None) -> FloorDraft:
    """Booths that named something by its old code name it by the new one."""
    if old is None or old == new:
        return draft

    def renamed(booth: BoothDraft) -> BoothDraft:
        return booth.model_copy(update={field: new}) if getattr(booth, field) == old else booth

    halls = tuple(hall.model_copy(update={"booths": tuple(map(renamed, hall.booths))}) for hall in draft.halls)
    return draft.model_copy(update={"halls": halls})
