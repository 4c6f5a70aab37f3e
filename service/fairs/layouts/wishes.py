"""What somebody who draws can ask of the floor, by form or by program: a row of booths, a move, a change of many at once."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from service.core.inputs import EMPTY_IS_NONE, Input
from service.fairs.layouts.inputs import (
    LARGEST_HALL,
    Code,
    OptionalBoothLength,
    OptionalCode,
    Place,
    Price,
    ShortText,
    in_metres,
    one_line,
)
from service.fairs.layouts.models import Power

MOST_IN_ROW = 200
NO_ZONE = "-"  # Of the choice of a zone: out of any.


class Way(StrEnum):
    """Where a row runs: to the right, or down the hall."""

    RIGHT = "right"
    DOWN = "down"


class Order(StrEnum):
    """In which order booths are numbered: line by line, column by column, or line by line there and back."""

    LINES = "lines"
    COLUMNS = "columns"
    SNAKE = "snake"


def _blank_is(value: object) -> BeforeValidator:
    """An empty field means this."""

    def read(given: object) -> object:
        return value if given is None or (isinstance(given, str) and not given.strip("\x00 ")) else given

    return BeforeValidator(read)


Shift = Annotated[Decimal, _blank_is(Decimal(0)), BeforeValidator(in_metres), Field(ge=-LARGEST_HALL, le=LARGEST_HALL)]
Gap = Annotated[Decimal, _blank_is(Decimal(0)), BeforeValidator(in_metres), Field(ge=0, le=50)]
Number = Annotated[int, _blank_is(1), Field(ge=0, le=99_999)]
Prefix = Annotated[str, BeforeValidator(one_line), Field(max_length=16)]
YesNo = Annotated[bool | None, EMPTY_IS_NONE]
Chosen = Annotated[tuple[UUID, ...], Field(min_length=1, max_length=4000)]


class RowWish(Input):
    """A row of booths: where it begins and runs, how many of which size, how they are numbered; or two rows."""

    class_code: Code
    x: Place
    y: Place
    way: Way = Way.RIGHT
    count: Annotated[int, Field(ge=1, le=MOST_IN_ROW)]
    width: OptionalBoothLength = None  # Along the row; without it, that of the class.
    depth: OptionalBoothLength = None
    gap: Gap = Decimal(0)
    prefix: Prefix = ""
    first: Number = 1
    step: Annotated[int, _blank_is(1), Field(ge=1, le=10)] = 1
    digits: Annotated[int, _blank_is(1), Field(ge=1, le=4)] = 1
    rows: Annotated[Literal[1, 2], BeforeValidator(lambda given: int(given) if given in ("1", "2") else given)] = 1
    between: Gap = Decimal(0)  # Metres between two rows: none is back to back, two or more is an aisle.
    prefix_2: Annotated[Prefix | None, EMPTY_IS_NONE] = None  # Without it the second row goes on counting.
    end_class: OptionalCode = None  # The class of the booths at the ends of the row.
    zone: OptionalCode = None
    power: Power = Power.SINGLE
    water: bool = False
    cold: bool = False
    first_come: bool = False


class MoveWish(Input):
    """So far to the right and down, or into another hall."""

    dx: Shift = Decimal(0)
    dy: Shift = Decimal(0)
    hall: Annotated[UUID | None, EMPTY_IS_NONE] = None


class CopyWish(Input):
    """The same booths once more, so far away, with numbers of their own."""

    dx: Shift = Decimal(0)
    dy: Shift = Decimal(0)
    prefix: Prefix = ""
    first: Number = 1


class NumberWish(Input):
    """New codes in the order in which the booths stand."""

    prefix: Prefix = ""
    first: Number = 1
    step: Annotated[int, _blank_is(1), Field(ge=1, le=10)] = 1
    digits: Annotated[int, _blank_is(1), Field(ge=1, le=4)] = 1
    order: Order = Order.LINES


class SizeWish(Input):
    """Another size; nothing said keeps what is there."""

    width: OptionalBoothLength = None
    depth: OptionalBoothLength = None


class SetWish(Input):
    """What many booths get at once; what is left empty stays as it is."""

    class_code: OptionalCode = None
    zone: OptionalCode = None
    power: Annotated[Power | None, EMPTY_IS_NONE] = None
    water: YesNo = None
    cold: YesNo = None
    first_come: YesNo = None
    price_vnd: Price = None
    list_price: bool = False  # Back to the price of the class.
    closed: ShortText = None
    opened: bool = False  # In use again.


class CombineWish(Input):
    """Booths that become one; without a code it is called by the first and the last of them."""

    code: OptionalCode = None


class SplitWish(Input):
    """A combined booth into its parts, or any other into so many equal ones."""

    pieces: Annotated[int, _blank_is(2), Field(ge=2, le=12)] = 2
