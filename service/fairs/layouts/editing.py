"""Drawing, as functions from one floor to the next. PURE: what they refuse they say in words, and nothing is stored here.

Each takes the floor and what is wished, and gives back a whole new floor; `laying.edit` sees to locks, versions and steps.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from uuid import UUID

from service.core.db import new_id
from service.core.errors import Invalid, NotFound
from service.core.i18n import _
from service.fairs.layouts.drawn import price, size
from service.fairs.layouts.inputs import LARGEST_HALL, BoothDraft, FloorDraft, HallLayout, is_code, natural
from service.fairs.layouts.models import Power
from service.fairs.layouts.wishes import (
    NO_ZONE,
    CombineWish,
    CopyWish,
    MoveWish,
    NumberWish,
    Order,
    RowWish,
    SetWish,
    SizeWish,
    SplitWish,
    Way,
)

LEAST = Decimal("0.5")
CLOSE = Decimal("0.05")


def row(draft: FloorDraft, hall_id: UUID, wish: RowWish) -> FloorDraft:
    """The floor with a row of new booths, or with two rows back to back or with an aisle between."""
    kinds = {each.code: each for each in draft.classes}
    kind = kinds.get(wish.class_code)
    if kind is None:
        raise Invalid(_("Hãy chọn loại gian."), {"class_code": _("Hãy chọn loại gian.")})
    if wish.end_class is not None and wish.end_class not in kinds:
        raise Invalid(_("Hãy chọn loại gian."), {"end_class": _("Hãy chọn loại gian.")})
    along, deep = wish.width or kind.width, wish.depth or kind.depth
    made = []
    for line in range(wish.rows):
        for place in range(wish.count):
            start, across = place * (along + wish.gap), line * (deep + wish.between)
            x, y = (start, across) if wish.way is Way.RIGHT else (across, start)
            wide, high = (along, deep) if wish.way is Way.RIGHT else (deep, along)
            at_end = wish.end_class if place in (0, wish.count - 1) else None
            made.append(
                BoothDraft.model_construct(
                    id=new_id(), code=_row_code(wish, line, place), class_code=at_end or kind.code,
                    x=wish.x + x, y=wish.y + y, width=wide, depth=high, zone=wish.zone, power=wish.power, water=wish.water,
                    cold=wish.cold, price_vnd=None, first_come=wish.first_come, closed=None, part_of=None,
                )
            )  # fmt: skip
    return _added(draft, hall_id, made)


def _row_code(wish: RowWish, line: int, place: int) -> str:
    own = line == 0 or wish.prefix_2 is not None
    number = wish.first + wish.step * (place if own else wish.count * line + place)
    prefix = wish.prefix_2 if line and wish.prefix_2 is not None else wish.prefix
    return f"{prefix}{number:0{wish.digits}d}"


def move(draft: FloorDraft, chosen: Collection[UUID], wish: MoveWish) -> FloorDraft:
    """The floor with these booths somewhere else; the parts of a combined one go with it."""
    chosen = _with_parts(draft, _picked(draft, chosen))
    moved = {booth.id: _at(booth, booth.x + wish.dx, booth.y + wish.dy) for booth in draft.booths if booth.id in chosen}
    if wish.hall is None:
        return _each(draft, moved)
    _hall(draft, wish.hall)
    halls = []
    for hall in draft.halls:
        stays = tuple(booth for booth in hall.booths if booth.id not in chosen)
        come = tuple(moved.values()) if hall.id == wish.hall else ()
        halls.append(hall.model_copy(update={"booths": (*stays, *come)}))
    return draft.model_copy(update={"halls": tuple(halls)})


def copy(draft: FloorDraft, chosen: Collection[UUID], wish: CopyWish) -> FloorDraft:
    """The floor with these booths once more; combined ones are copied as one."""
    chosen = _picked(draft, chosen)
    number = wish.first
    for hall in draft.halls:
        made = []
        for booth in _in_order(hall, chosen, Order.LINES):
            fresh = {"id": new_id(), "code": f"{wish.prefix}{number}", "part_of": None, "closed": None}
            made.append(_at(booth, booth.x + wish.dx, booth.y + wish.dy).model_copy(update=fresh))
            number += 1
        draft = _added(draft, hall.id, made) if made else draft
    return draft


def renumber(draft: FloorDraft, chosen: Collection[UUID], wish: NumberWish) -> FloorDraft:
    """The floor with new codes on these booths, hall by hall in the order in which they stand."""
    chosen = _picked(draft, chosen)
    number, renamed, codes = wish.first, {}, {}
    for hall in draft.halls:
        for booth in _in_order(hall, chosen, wish.order):
            codes[booth.code] = f"{wish.prefix}{number:0{wish.digits}d}"
            renamed[booth.id] = booth.model_copy(update={"code": codes[booth.code]})
            number += wish.step
    for booth in draft.booths:
        if booth.part_of in codes:
            renamed[booth.id] = renamed.get(booth.id, booth).model_copy(update={"part_of": codes[booth.part_of or ""]})
    return _free_codes(_each(draft, renamed))


def resize(draft: FloorDraft, chosen: Collection[UUID], wish: SizeWish) -> FloorDraft:
    """The floor with these booths in another size, their upper left corner where it was."""
    chosen = _picked(draft, chosen)
    _no_wholes(draft, chosen)
    kinds = {each.code: each for each in draft.classes}
    changed = {}
    for booth in draft.booths:
        if booth.id in chosen:
            width, depth = size(booth, kinds[booth.class_code])
            changed[booth.id] = booth.model_copy(update={"width": wish.width or width, "depth": wish.depth or depth})
    return _each(draft, changed)


def remove(draft: FloorDraft, chosen: Collection[UUID]) -> FloorDraft:
    """The floor without these booths; a combined one goes with its parts."""
    gone = _with_parts(draft, _picked(draft, chosen))
    return _halls(draft, lambda hall: tuple(booth for booth in hall.booths if booth.id not in gone))


def put(draft: FloorDraft, chosen: Collection[UUID], wish: SetWish) -> FloorDraft:
    """The floor with other words on these booths: class, zone, power, price, and so on."""
    chosen = _picked(draft, chosen)
    words = ("power", "water", "cold", "first_come", "class_code")
    said = {name: value for name in words if (value := getattr(wish, name)) is not None}
    if wish.zone is not None:
        said["zone"] = None if wish.zone == NO_ZONE else wish.zone
    if wish.list_price or wish.price_vnd is not None:
        said["price_vnd"] = None if wish.list_price else wish.price_vnd
    if wish.opened or wish.closed is not None:
        said["closed"] = None if wish.opened else wish.closed
    if not said:
        raise Invalid(_("Chưa có gì để đổi. Hãy điền ít nhất một mục."), {"class_code": _("Chưa có gì để đổi.")})
    return _each(draft, {booth.id: booth.model_copy(update=said) for booth in draft.booths if booth.id in chosen})


def combine(draft: FloorDraft, chosen: Collection[UUID], wish: CombineWish) -> FloorDraft:
    """The floor with these booths as one (F7): they make a rectangle without a gap, in one hall, and none is a part yet."""
    chosen = _picked(draft, chosen)
    hall = next(hall for hall in draft.halls if any(booth.id in chosen for booth in hall.booths))
    parts = _in_order(hall, chosen, Order.LINES)
    if len(parts) < 2 or len(parts) != len(chosen):
        raise Invalid(_("Hãy chọn từ hai gian trở lên trong cùng một sảnh để ghép."))
    _no_wholes(draft, chosen)
    kinds = {each.code: each for each in draft.classes}
    sizes = [size(booth, kinds[booth.class_code]) for booth in parts]
    left, top = min(each.x for each in parts), min(each.y for each in parts)
    right = max(each.x + width for each, (width, _depth) in zip(parts, sizes, strict=True))
    bottom = max(each.y + depth for each, (_width, depth) in zip(parts, sizes, strict=True))
    whole, covered = (right - left) * (bottom - top), sum(width * depth for width, depth in sizes)
    slack = CLOSE * (right - left + bottom - top) * len(parts)
    if abs(whole - covered) > slack:
        raise Invalid(_("Các gian này không khít nhau thành một hình chữ nhật nên không ghép được."))
    zones = {each.zone for each in parts}
    powers = list(Power)
    made = BoothDraft.model_construct(
        id=new_id(), code=wish.code or f"{parts[0].code}-{parts[-1].code}", class_code=parts[0].class_code, x=left, y=top,
        width=right - left, depth=bottom - top, zone=zones.pop() if len(zones) == 1 else None,
        power=max((each.power for each in parts), key=powers.index), water=any(each.water for each in parts),
        cold=any(each.cold for each in parts), price_vnd=sum(price(each, kinds[each.class_code]) for each in parts),
        first_come=all(each.first_come for each in parts), closed=next((each.closed for each in parts if each.closed), None),
        part_of=None,
    )  # fmt: skip
    draft = _each(draft, {each.id: each.model_copy(update={"part_of": made.code}) for each in parts})
    return _added(draft, hall.id, [made])


def split(draft: FloorDraft, chosen: Collection[UUID], wish: SplitWish) -> FloorDraft:
    """The floor with these booths taken apart: combined ones into what they were made of, others into equal pieces."""
    chosen = _picked(draft, chosen)
    wholes = {booth.part_of for booth in draft.booths if booth.part_of is not None}
    kinds = {each.code: each for each in draft.classes}
    for hall in draft.halls:
        for booth in hall.booths:
            if booth.id not in chosen:
                continue
            if booth.code in wholes:
                freed = {
                    each.id: each.model_copy(update={"part_of": None}) for each in hall.booths if each.part_of == booth.code
                }
                draft = _without(_each(draft, freed), booth.id)
            else:
                first, *others = _pieces(booth, size(booth, kinds[booth.class_code]), wish.pieces)
                draft = _added(_each(draft, {booth.id: first}), hall.id, others)
    return draft


def _pieces(booth: BoothDraft, whole: tuple[Decimal, Decimal], pieces: int) -> list[BoothDraft]:
    width, depth = whole
    wide = width >= depth
    each = ((width if wide else depth) / pieces).quantize(Decimal("0.01"))
    if each < LEAST:
        raise Invalid(_("Gian %(code)s nhỏ quá nên không tách thành %(n)s phần được.", code=booth.code, n=pieces))
    made = []
    for n in range(pieces):
        # The last piece takes what rounding has left, so that the pieces are together what the booth was.
        length = (width if wide else depth) - each * (pieces - 1) if n == pieces - 1 else each
        across = {"x": booth.x + each * n, "width": length, "depth": depth}
        down = {"y": booth.y + each * n, "width": width, "depth": length}
        piece_price = None if booth.price_vnd is None else booth.price_vnd // pieces
        fresh = {"id": booth.id if n == 0 else new_id(), "code": f"{booth.code}{'abcdefghijkl'[n]}", "price_vnd": piece_price}
        made.append(booth.model_copy(update={**(across if wide else down), **fresh}))
    return made


def named(draft: FloorDraft, hall_id: UUID, typed: str) -> list[UUID]:
    """The booths of a hall that somebody names: `A1-A8, B3` are all from A1 to A8 in their order, and B3."""
    hall = _hall(draft, hall_id)
    order = sorted((booth for booth in hall.booths if booth.part_of is None), key=lambda booth: natural(booth.code))
    places = {booth.code.lower(): n for n, booth in enumerate(order)}
    found: list[UUID] = []
    for piece in filter(None, (" ".join(each.split()) for each in typed.replace("\x00", "").replace(";", ",").split(","))):
        first, last = piece, piece
        if piece.lower() not in places:
            # A code may have a dash of its own, so the piece is parted where both sides are codes.
            cuts = [(piece[:n].strip(), piece[n + 1 :].strip()) for n, sign in enumerate(piece) if sign in "-–"]
            first, last = next(((a, b) for a, b in cuts if a.lower() in places and b.lower() in places), (piece, piece))
        if first.lower() not in places:
            said = _("Sảnh này không có gian “%(code)s”.", code=piece[:40])
            raise Invalid(said, {"codes": said})
        low, high = sorted((places[first.lower()], places[last.lower()]))
        found += [booth.id for booth in order[low : high + 1]]
    return found


# What the functions above are made of ---------------------------------------------------------------------------------


def _picked(draft: FloorDraft, chosen: Collection[UUID]) -> frozenset[UUID]:
    """The chosen booths, all of them there; parts are not drawn on by themselves."""
    known = {booth.id: booth for booth in draft.booths}
    picked = frozenset(chosen)
    if not picked:
        raise Invalid(_("Hãy chọn ít nhất một gian."), {"chosen": _("Hãy chọn ít nhất một gian.")})
    if not picked <= known.keys():
        raise NotFound(_("Có gian không còn trên mặt bằng. Hãy xem lại bản mới rồi chọn lại."))
    parts = sorted((known[each].code for each in picked if known[each].part_of is not None), key=natural)
    if parts:
        raise Invalid(_("Gian %(codes)s đang nằm trong gian ghép. Hãy tách gian ghép trước.", codes=", ".join(parts[:10])))
    return picked


def _with_parts(draft: FloorDraft, chosen: frozenset[UUID]) -> frozenset[UUID]:
    codes = {booth.code for booth in draft.booths if booth.id in chosen}
    return chosen | {booth.id for booth in draft.booths if booth.part_of in codes}


def _no_wholes(draft: FloorDraft, chosen: Collection[UUID]) -> None:
    wholes = {booth.part_of for booth in draft.booths}
    found = sorted((booth.code for booth in draft.booths if booth.id in chosen and booth.code in wholes), key=natural)
    if found:
        raise Invalid(_("Gian %(codes)s là gian ghép. Hãy tách gian ghép trước.", codes=", ".join(found[:10])))


def _at(booth: BoothDraft, x: Decimal, y: Decimal) -> BoothDraft:
    if x < 0 or y < 0 or x > LARGEST_HALL or y > LARGEST_HALL:
        raise _outside(booth.code, "dx")
    return booth.model_copy(update={"x": x, "y": y})


def _in_order(hall: HallLayout, chosen: Collection[UUID], order: Order) -> list[BoothDraft]:
    """The chosen booths of a hall as they are numbered; booths less than half a metre apart stand on one line."""
    picked = [booth for booth in hall.booths if booth.id in chosen]
    down = order is Order.COLUMNS
    lines: list[list[BoothDraft]] = []
    for booth in sorted(picked, key=lambda each: (each.x, each.y) if down else (each.y, each.x)):
        at = booth.x if down else booth.y
        if lines and at - (lines[-1][0].x if down else lines[-1][0].y) < LEAST:
            lines[-1].append(booth)
        else:
            lines.append([booth])
    found = []
    for number, line in enumerate(lines):
        line.sort(key=lambda each: each.y if down else each.x, reverse=order is Order.SNAKE and number % 2 == 1)
        found.extend(line)
    return found


def _hall(draft: FloorDraft, hall_id: UUID) -> HallLayout:
    hall = next((hall for hall in draft.halls if hall.id == hall_id), None)
    if hall is None:
        raise NotFound(_("Không có sảnh này trên mặt bằng."))
    return hall


def _halls(draft: FloorDraft, booths: Callable[[HallLayout], tuple[BoothDraft, ...]]) -> FloorDraft:
    return draft.model_copy(update={"halls": tuple(hall.model_copy(update={"booths": booths(hall)}) for hall in draft.halls)})


def _each(draft: FloorDraft, changed: dict[UUID, BoothDraft]) -> FloorDraft:
    return _halls(draft, lambda hall: tuple(changed.get(booth.id, booth) for booth in hall.booths))


def _without(draft: FloorDraft, booth_id: UUID) -> FloorDraft:
    return _halls(draft, lambda hall: tuple(booth for booth in hall.booths if booth.id != booth_id))


def _added(draft: FloorDraft, hall_id: UUID, made: Sequence[BoothDraft]) -> FloorDraft:
    _hall(draft, hall_id)
    for booth in made:
        if booth.x > LARGEST_HALL or booth.y > LARGEST_HALL:
            raise _outside(booth.code, "count")
    fresh = _halls(draft, lambda hall: (*hall.booths, *made) if hall.id == hall_id else hall.booths)
    return _free_codes(fresh)


def _free_codes(draft: FloorDraft) -> FloorDraft:
    """The floor, if no two booths bear one code and each code can be written."""
    seen: set[str] = set()
    for booth in draft.booths:
        if not is_code(booth.code):
            said = _("Mã “%(code)s” không dùng được: mã chỉ gồm chữ, số, dấu chấm và dấu gạch.", code=booth.code[:40])
            raise Invalid(said, {"prefix": said})
        if booth.code in seen:
            said = _("Mã gian %(code)s đã có. Hãy đổi chữ đầu hoặc số bắt đầu.", code=booth.code)
            raise Invalid(said, {"prefix": said})
        seen.add(booth.code)
    return draft


def _outside(code: str, field: str) -> Invalid:
    said = _("Gian %(code)s sẽ ra ngoài sảnh.", code=code)
    return Invalid(said, {field: said})
