"""The floor as rows: what is stored, what of it differs between two states, and a difference applied or taken back. PURE.

A state is {table: {id: {column: value}}} with the columns of the tables. A change is what one step did: for each row it touched
the old and the new values of the columns that differ, so that the same record serves the database, the journal, undo and redo.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from service.core.errors import Conflict
from service.core.i18n import _
from service.fairs.layouts.inputs import BoothDraft, ClassDraft, FloorDraft, HallLayout, ThingDraft, ZoneDraft, natural

TABLES = ("class", "zone", "hall", "booth", "thing")
Values = dict[str, Any]
Rows = dict[str, dict[UUID, Values]]
Change = dict[str, list[dict[str, Any]]]
IDS = frozenset({"id", "hall_id", "class_id", "zone_id", "part_of", "fair_id"})
BOOTH_WORDS = ("code", "power", "water", "cold", "price_vnd", "first_come", "closed")
PLACED = (("x", "x_m"), ("y", "y_m"), ("width", "width_m"), ("depth", "depth_m"))


def rows_of(draft: FloorDraft) -> Rows:
    """The rows that a floor is stored as. Every code that a booth names must be there: `checks` has seen to that."""
    classes = {each.code: each.id for each in draft.classes}
    zones = {each.code: each.id for each in draft.zones}
    booths = {each.code: each.id for each in draft.booths}
    rows: Rows = {table: {} for table in TABLES}
    for position, one in enumerate(draft.classes):
        rows["class"][one.id] = {
            "position": position, "code": one.code, "name": one.name, "name_en": one.name_en, "kind": one.kind.value,
            "width_m": one.width, "depth_m": one.depth, "price_vnd": one.price_vnd, "price_by": one.price_by.value,
        }  # fmt: skip
    for position, zone in enumerate(draft.zones):
        rows["zone"][zone.id] = {
            "position": position, "code": zone.code, "name": zone.name, "name_en": zone.name_en, "kind": zone.kind.value,
            "province_code": zone.province_code, "goods": zone.goods.value, "smell": zone.smell, "about": zone.about,
        }  # fmt: skip
    for position, hall in enumerate(draft.halls):
        rows["hall"][hall.id] = {
            "position": position, "name": hall.name, "width_m": hall.width, "depth_m": hall.depth, "outdoor": hall.outdoor,
        }  # fmt: skip
        for booth in hall.booths:
            rows["booth"][booth.id] = {
                "hall_id": hall.id, "class_id": classes[booth.class_code], "zone_id": zones[booth.zone] if booth.zone else None,
                "part_of": booths[booth.part_of] if booth.part_of else None, **_placed(booth),
                **{name: getattr(booth, name) for name in BOOTH_WORDS}, "power": booth.power.value,
            }  # fmt: skip
        for thing in hall.things:
            rows["thing"][thing.id] = {"hall_id": hall.id, "kind": thing.kind.value, "label": thing.label, **_placed(thing)}
    return rows


def _placed(thing: BoothDraft | ThingDraft) -> Values:
    return {column: getattr(thing, name) for name, column in PLACED}


def draft_of(rows: Rows) -> FloorDraft:
    """The floor that is stored as these rows."""
    class_codes = {row_id: row["code"] for row_id, row in rows["class"].items()}
    zone_codes = {row_id: row["code"] for row_id, row in rows["zone"].items()}
    booth_codes = {row_id: row["code"] for row_id, row in rows["booth"].items()}
    booths: dict[UUID, list[BoothDraft]] = {}
    for row_id, row in sorted(rows["booth"].items(), key=lambda item: natural(item[1]["code"])):
        booths.setdefault(row["hall_id"], []).append(
            BoothDraft(
                id=row_id, class_code=class_codes[row["class_id"]], zone=zone_codes.get(row["zone_id"]),
                part_of=booth_codes.get(row["part_of"]), **_place(row), **{name: row[name] for name in BOOTH_WORDS},
            )
        )  # fmt: skip
    things: dict[UUID, list[ThingDraft]] = {}
    for row_id, row in sorted(
        rows["thing"].items(), key=lambda item: (item[1]["kind"], item[1]["y_m"], item[1]["x_m"], item[0])
    ):
        things.setdefault(row["hall_id"], []).append(ThingDraft(id=row_id, kind=row["kind"], label=row["label"], **_place(row)))
    return FloorDraft(
        classes=tuple(
            ClassDraft(id=row_id, width=row["width_m"], depth=row["depth_m"],
                       **{name: row[name] for name in ("code", "name", "name_en", "kind", "price_vnd", "price_by")})
            for row_id, row in _ordered(rows["class"])
        ),
        zones=tuple(
            ZoneDraft(id=row_id, **{name: value for name, value in row.items() if name != "position"})
            for row_id, row in _ordered(rows["zone"])
        ),
        halls=tuple(
            HallLayout(id=row_id, name=row["name"], width=row["width_m"], depth=row["depth_m"], outdoor=row["outdoor"],
                       booths=tuple(booths.get(row_id, ())), things=tuple(things.get(row_id, ())))
            for row_id, row in _ordered(rows["hall"])
        ),
    )  # fmt: skip


def _place(row: Mapping[str, Any]) -> Values:
    return {name: row[column] for name, column in PLACED}


def _ordered(rows: Mapping[UUID, Values]) -> list[tuple[UUID, Values]]:
    return sorted(rows.items(), key=lambda item: (item[1]["position"], item[0]))


def difference(before: Rows, after: Rows) -> Change:
    """What has to be done to come from one state to the other."""
    change: Change = {}
    for table in TABLES:
        lines = list(_differing(before[table], after[table]))
        if lines:
            change[table] = lines
    return change


def _differing(before: Mapping[UUID, Values], after: Mapping[UUID, Values]) -> Iterator[dict[str, Any]]:
    for row_id in before.keys() - after.keys():
        yield {"id": row_id, "old": before[row_id], "new": None}
    for row_id, new in after.items():
        old = before.get(row_id)
        if old is None:
            yield {"id": row_id, "old": None, "new": new}
            continue
        names = [name for name, value in new.items() if value != old[name]]
        if names:
            yield {"id": row_id, "old": {name: old[name] for name in names}, "new": {name: new[name] for name in names}}


def turned(change: Change) -> Change:
    """The change that takes this one back."""
    return {
        table: [{"id": line["id"], "old": line["new"], "new": line["old"]} for line in lines] for table, lines in change.items()
    }


def applied(rows: Rows, change: Change) -> Rows:
    """The state after a change. Raises Conflict where a row that it would touch is not there any more."""
    after = {table: dict(rows[table]) for table in TABLES}
    for table, lines in change.items():
        for line in lines:
            row_id, new = line["id"], line["new"]
            if new is None:
                after[table].pop(row_id, None)
            elif line["old"] is None:
                after[table][row_id] = dict(new)
            elif row_id in after[table]:
                after[table][row_id] = {**after[table][row_id], **new}
            else:
                raise Conflict(_("Bước này đụng tới thứ không còn trên mặt bằng nên không hoàn tác được."))
    _unhooked(after)
    return after


def _unhooked(rows: Rows) -> None:
    """Rows whose hall or class has gone otherwise cannot come back; a zone or a whole that has gone leaves them free."""
    for table in ("booth", "thing"):
        for row_id, row in list(rows[table].items()):
            if row["hall_id"] not in rows["hall"] or (table == "booth" and row["class_id"] not in rows["class"]):
                raise Conflict(_("Bước này đụng tới thứ không còn trên mặt bằng nên không hoàn tác được."))
            if table == "booth" and row["zone_id"] is not None and row["zone_id"] not in rows["zone"]:
                rows[table][row_id] = {**row, "zone_id": None}
            if table == "booth" and row["part_of"] is not None and row["part_of"] not in rows["booth"]:
                rows[table][row_id] = {**rows[table][row_id], "part_of": None}


def revived(stored: Mapping[str, Any]) -> Change:
    """A change as it was, from the JSON in which it is kept."""
    return {
        table: [
            {"id": UUID(line["id"]), "old": _values(line["old"]), "new": _values(line["new"])} for line in lines
        ]
        for table, lines in stored.items()
    }  # fmt: skip


def _values(stored: Mapping[str, Any] | None) -> Values | None:
    if stored is None:
        return None
    return {name: _value(name, value) for name, value in stored.items()}


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in IDS:
        return UUID(value)
    return Decimal(str(value)) if name.endswith("_m") else value
