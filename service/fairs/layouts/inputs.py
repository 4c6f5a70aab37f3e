"""A floor as somebody hands it in: by form, by sheet, by JSON, or put together by a program.

Things name each other by their codes, because that is how people and sheets do. Whatever stands on the floor already keeps its
id: a thing that comes without one is the thing of the same code (of the same name, for a hall), or else a new one.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, ValidationError, model_validator

from service.core import formats
from service.core.db import new_id
from service.core.i18n import _
from service.core.inputs import EMPTY_IS_NONE, NO_NUL, Input, OptionalText
from service.fairs.layouts.models import BoothKind, Power, PriceBy, ShapeKind, ZoneGoods, ZoneKind

LARGEST_HALL = Decimal(300)  # Metres along one side; the largest halls of the country are about 200.
LARGEST_BOOTH = Decimal(100)
SMALLEST = Decimal("0.1")
LEAST_RAW = Decimal(18)  # Square metres from which space is let without walls.
STANDARD = Decimal(3)
MOST_BOOTHS = 4000
MOST_HALLS = 30
MOST_THINGS = 500  # In one hall.
MOST_CLASSES = 30
MOST_ZONES = 60
CENTIMETRE = Decimal("0.01")
MOST_DONG = 2_000_000_000
_METRES = re.compile(r"\s*m\s*$", re.IGNORECASE)


def in_metres(value: Any) -> Any:
    """A length as people type it (`3`, `3,5`, `3.5 m`), to the centimetre. Raises ValueError with a sentence."""
    if isinstance(value, bool):
        raise ValueError(_("Cần một con số, tính bằng mét."))  # noqa: TRY004 - what is typed is wrong, not the program.
    if isinstance(value, str):
        typed = _METRES.sub("", value.replace("\x00", "")).strip()
        # On a floor nobody writes thousands: 3.000 is three metres, whatever the language.
        value = Decimal(typed) if re.fullmatch(r"\d{1,9}\.\d{1,9}", typed) else typed and formats.parse_number(typed)
    if isinstance(value, float):
        value = Decimal(str(value)) if abs(value) < 1e9 else Decimal(10) ** 9
    if isinstance(value, Decimal):
        if not value.is_finite() or abs(value) > 10**9:
            raise ValueError(_("Số quá lớn."))
        value = value.quantize(CENTIMETRE, ROUND_HALF_UP)
    return value


def _optional_metres(value: Any) -> Any:
    return None if value is None or (isinstance(value, str) and not value.strip("\x00 ")) else in_metres(value)


def one_line(value: Any) -> Any:
    """Words on one line, without what cannot be stored."""
    return " ".join(value.replace("\x00", "").split()) if isinstance(value, str) else value


def _no_dashes(value: str) -> str:
    if not re.fullmatch(r"[^\s/\\?#&%<>\"']+(?: [^\s/\\?#&%<>\"']+)*", value):
        raise ValueError(_("Mã chỉ gồm chữ, số, dấu chấm và dấu gạch, ví dụ A12."))
    return value


def _in_dong(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return formats.parse_vnd(value) if value.strip("\x00 ") else None


def _short(value: str | None) -> str | None:
    if value is not None and len(value) > 200:
        raise ValueError(_("Dài quá %(most)s ký tự.", most=200))
    return value


Place = Annotated[Decimal, BeforeValidator(in_metres), Field(ge=0, le=LARGEST_HALL)]
Length = Annotated[Decimal, BeforeValidator(in_metres), Field(ge=SMALLEST, le=LARGEST_HALL)]
BoothLength = Annotated[Decimal, BeforeValidator(in_metres), Field(ge=Decimal("0.5"), le=LARGEST_BOOTH)]
OptionalBoothLength = Annotated[
    Annotated[Decimal, Field(ge=Decimal("0.5"), le=LARGEST_BOOTH)] | None, BeforeValidator(_optional_metres)
]
OptionalLength = Annotated[Annotated[Decimal, Field(ge=1, le=LARGEST_HALL)] | None, BeforeValidator(_optional_metres)]
Code = Annotated[str, Field(min_length=1, max_length=24), BeforeValidator(one_line), AfterValidator(_no_dashes)]
OptionalCode = Annotated[Annotated[str, Field(max_length=24)] | None, BeforeValidator(one_line), EMPTY_IS_NONE]
Name = Annotated[str, Field(min_length=1, max_length=100), BeforeValidator(one_line), NO_NUL]
ShortText = Annotated[OptionalText, AfterValidator(_short)]
Dong = Annotated[int, Field(ge=0, le=MOST_DONG)]
Price = Annotated[Dong | None, BeforeValidator(_in_dong)]
_CODE = TypeAdapter(Code)


def is_code(written: str) -> bool:
    """Whether something can be the code of a booth."""
    try:
        return _CODE.validate_python(written) == written
    except ValidationError:
        return False


class _Known(Input):
    """Something that keeps its id from one state of the floor to the next."""

    id: UUID = Field(default_factory=new_id)

    @property
    def named(self) -> bool:
        """Whether the id was said; a thing without one is looked for by its code."""
        return "id" in self.model_fields_set


class ClassDraft(_Known):
    """A class of booths; its price is for a booth or for a square metre, for the whole fair."""

    code: Code
    name: Name
    name_en: ShortText = None
    kind: BoothKind = BoothKind.STANDARD
    width: BoothLength = STANDARD
    depth: BoothLength = STANDARD
    price_vnd: Annotated[
        int,
        Field(ge=0, le=MOST_DONG),
        BeforeValidator(lambda v: formats.parse_vnd(v) if isinstance(v, str) and v.strip() else v),
    ]
    price_by: PriceBy = PriceBy.BOOTH


class ZoneDraft(_Known):
    """A zone by the kind of goods, or the pavilion of a province or a theme."""

    code: Code
    name: Name
    name_en: ShortText = None
    kind: ZoneKind = ZoneKind.ZONE
    province_code: OptionalCode = None
    goods: ZoneGoods = ZoneGoods.ANY
    smell: bool = True
    about: ShortText = None


class BoothDraft(_Known):
    """One booth; without sizes it has those of its class. `part_of` is the code of the booth that it is combined into."""

    code: Code
    class_code: Code
    x: Place
    y: Place
    width: OptionalBoothLength = None
    depth: OptionalBoothLength = None
    zone: OptionalCode = None
    power: Power = Power.SINGLE
    water: bool = False
    cold: bool = False
    price_vnd: Price = None
    first_come: bool = False
    closed: ShortText = None
    part_of: OptionalCode = None


class ThingDraft(_Known):
    """An aisle, an entrance, a pillar, a wall, a stage."""

    kind: ShapeKind
    label: ShortText = None
    x: Place
    y: Place
    width: Length
    depth: Length


class HallLayout(_Known):
    """A hall with what stands in it; without sizes it has not been drawn."""

    name: Name
    width: OptionalLength = None
    depth: OptionalLength = None
    outdoor: bool = False
    booths: tuple[BoothDraft, ...] = ()
    things: Annotated[tuple[ThingDraft, ...], Field(max_length=MOST_THINGS)] = ()


class FloorDraft(Input):
    """A whole floor. Booths that say no size get that of their class."""

    classes: Annotated[tuple[ClassDraft, ...], Field(max_length=MOST_CLASSES)] = ()
    zones: Annotated[tuple[ZoneDraft, ...], Field(max_length=MOST_ZONES)] = ()
    halls: Annotated[tuple[HallLayout, ...], Field(max_length=MOST_HALLS)] = ()

    @model_validator(mode="after")
    def _sized(self) -> Self:
        sizes = {each.code: (each.width, each.depth) for each in self.classes}
        halls = tuple(_sized_hall(hall, sizes) for hall in self.halls)
        if any(new is not old for new, old in zip(halls, self.halls, strict=True)):
            object.__setattr__(self, "halls", halls)
        return self

    @property
    def booths(self) -> tuple[BoothDraft, ...]:
        """The booths of all halls."""
        return tuple(booth for hall in self.halls for booth in hall.booths)


def _sized_hall(hall: HallLayout, sizes: dict[str, tuple[Decimal, Decimal]]) -> HallLayout:
    if all(booth.width is not None and booth.depth is not None for booth in hall.booths):
        return hall
    booths = []
    for booth in hall.booths:
        width, depth = sizes.get(booth.class_code, (STANDARD, STANDARD))
        size = {"width": booth.width or width, "depth": booth.depth or depth}
        booths.append(booth.model_copy(update=size))
    return hall.model_copy(update={"booths": tuple(booths)})


def natural(code: str) -> tuple[tuple[int, int, str], ...]:
    """The order in which people read codes: A2 before A10."""
    return tuple(
        (0, int(piece), "") if piece.isdecimal() and piece.isascii() else (1, 0, piece)
        for piece in re.findall(r"[0-9]+|[^0-9]+", code)
    )
