"""The floor of a fair: halls in metres, zones and pavilions, booths, and how it is drawn (F3 F4 F7 F8).

Reading:
    floor(session, fair_id) -> Floor                 drawn halls in order, in each the booths that can be given out
    desk(session, slug, actor) -> FloorDesk          the same for its organiser: parts too, the version, what can be undone
Pure:
    beside(floor), touching(floor) -> pairs of ids   side by side in one row; with a wall in common, back to back too
    faults(floor) -> [Fault]                         overlaps, blocked aisles and doors, booths nobody gets to, in words
    distance(floor, a, b) -> float                   metres to walk
    picture(hall, {booth id: Look(...)}, title=...)  the hall as SVG, every booth a link
    floor_of(fair_id, FloorDraft(...)) -> Floor      what a draft would be read as
    row, move, copy, renumber, resize, remove, put, combine, split: each (draft, …, its wish) -> the next draft
    put_hall, put_class, put_zone, put_thing and remove_… of them: the same for what is not a booth
    named(draft, hall_id, "A1-A8, B3")               the booths that somebody names
Writing (each under the fair's lock, kept as a step that can be undone, and safe for two people by the floor's version):
    lay_out(session, actor, slug, FloorDraft(...))   the whole floor at once; the same again changes nothing
    edit(session, actor, slug, change, what)         a change as a function from one draft to the next
    undo(session, actor, slug), redo(session, actor, slug)
    hold_sheet(session, actor, slug, data, name) -> Preview, lay_sheet(session, actor, slug, id)   a floor as .xlsx or .csv
    copy_floor(session, actor, from_fair_id, to_fair_id)
A booth that somebody has is never removed, made smaller, combined or split; it may be moved, and it may be closed, because that
is what happens when a pipe bursts.
"""

from service.fairs.layouts import holdings as _holdings  # noqa: F401 - it tells accounts what names a person here.
from service.fairs.layouts.bringing import Preview, hold_sheet, lay_sheet
from service.fairs.layouts.drawn import floor_of
from service.fairs.layouts.editing import combine, copy, move, named, put, remove, renumber, resize, row, split
from service.fairs.layouts.events import FloorChanged
from service.fairs.layouts.faults import Fault, faults, faults_in
from service.fairs.layouts.floor import Floor, HallFloor, Spot, Thing, ZoneMark
from service.fairs.layouts.furnishing import (
    put_class,
    put_hall,
    put_thing,
    put_zone,
    remove_class,
    remove_hall,
    remove_thing,
    remove_zone,
)
from service.fairs.layouts.geometry import beside, distance, touching
from service.fairs.layouts.inputs import BoothDraft, ClassDraft, FloorDraft, HallLayout, ThingDraft, ZoneDraft, natural
from service.fairs.layouts.laying import copy_floor, edit, lay_out, redo, undo
from service.fairs.layouts.models import BoothKind, Power, PriceBy, ShapeKind, ZoneGoods, ZoneKind
from service.fairs.layouts.picture import MARKS, Look, paper_scale, picture
from service.fairs.layouts.queries import FloorDesk, Step, desk, floor
from service.fairs.layouts.sheets import Wrong, headings, lines
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
from service.fairs.layouts.words import (
    booth_words,
    equipment_words,
    goods_names,
    kind_names,
    power_names,
    size_words,
    thing_names,
    tone_names,
    zone_kind_names,
)

__all__ = [
    "MARKS",
    "NO_ZONE",
    "BoothDraft",
    "BoothKind",
    "ClassDraft",
    "CombineWish",
    "CopyWish",
    "Fault",
    "Floor",
    "FloorChanged",
    "FloorDesk",
    "FloorDraft",
    "HallFloor",
    "HallLayout",
    "Look",
    "MoveWish",
    "NumberWish",
    "Order",
    "Power",
    "Preview",
    "PriceBy",
    "RowWish",
    "SetWish",
    "ShapeKind",
    "SizeWish",
    "SplitWish",
    "Spot",
    "Step",
    "Thing",
    "ThingDraft",
    "Way",
    "Wrong",
    "ZoneDraft",
    "ZoneGoods",
    "ZoneKind",
    "ZoneMark",
    "beside",
    "booth_words",
    "combine",
    "copy",
    "copy_floor",
    "desk",
    "distance",
    "edit",
    "equipment_words",
    "faults",
    "faults_in",
    "floor",
    "floor_of",
    "goods_names",
    "headings",
    "hold_sheet",
    "kind_names",
    "lay_out",
    "lay_sheet",
    "lines",
    "move",
    "named",
    "natural",
    "paper_scale",
    "picture",
    "power_names",
    "put",
    "put_class",
    "put_hall",
    "put_thing",
    "put_zone",
    "redo",
    "remove",
    "remove_class",
    "remove_hall",
    "remove_thing",
    "remove_zone",
    "renumber",
    "resize",
    "row",
    "size_words",
    "split",
    "thing_names",
    "tone_names",
    "touching",
    "undo",
    "zone_kind_names",
]
