"""What people hand us, by form or by JSON alike: the base of every input model, and fields that read what people type."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from service.core import formats
from service.core.i18n import _

EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)


class Input(BaseModel):
    """Strict about names, generous about how a value is written."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


def _no_nul(value: Any) -> Any:
    # PostgreSQL cannot store the NUL character, and nobody types it on purpose.
    return value.replace("\x00", "") if isinstance(value, str) else value


def _empty_is_none(value: Any) -> Any:
    value = _no_nul(value)
    return None if isinstance(value, str) and not value.strip() else value


def _reading(parse: Any) -> BeforeValidator:
    def read(value: Any) -> Any:
        value = _empty_is_none(value)
        return parse(value) if isinstance(value, str) else value

    return BeforeValidator(read)


def _on_the_wall(value: time | None) -> time | None:
    return value.replace(tzinfo=None) if value is not None else None


def _near(value: date | None) -> date | None:
    if value is not None and not EARLIEST <= value <= LATEST:
        raise ValueError(_("Ngày này quá xa. Hãy kiểm tra lại năm."))
    return value


NO_NUL = BeforeValidator(_no_nul)
NEAR = AfterValidator(_near)  # Days further away are slips of the hand, and no calendar, sheet or clock agrees on them.
ON_THE_WALL = AfterValidator(_on_the_wall)  # Times of the day are those of the place; a zone that a program says is not heard.
Text = Annotated[str, NO_NUL]
EMPTY_IS_NONE = BeforeValidator(_empty_is_none)
OptionalText = Annotated[str | None, EMPTY_IS_NONE]
Kilograms = Annotated[Decimal, _reading(formats.parse_kg)]
OptionalKilograms = Annotated[Decimal | None, _reading(formats.parse_kg)]
Dong = Annotated[int, _reading(formats.parse_vnd)]
OptionalDong = Annotated[int | None, _reading(formats.parse_vnd)]
Day = Annotated[date, _reading(formats.parse_day)]
OptionalDay = Annotated[date | None, _reading(formats.parse_day)]
OptionalPhone = Annotated[str | None, _reading(formats.parse_phone)]
OptionalWhole = Annotated[int | None, BeforeValidator(_empty_is_none)]
