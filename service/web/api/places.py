"""Places for programs: what an address means today, and every unit with its days, predecessors and successors."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from service.core import places
from service.core.errors import NotFound
from service.core.i18n import _
from service.web.api.shapes import Out, Parameters

SCOPE = "catalogue"
router = APIRouter(tags=["places"])


class UnitOut(Out):
    """An administrative unit during the days in which it bore this name and type."""

    code: str = Field(description="Empty where a unit ended before 2020 and its code is not known.")
    name: str
    full_name: str
    name_en: str
    kind: str = Field(description="province, district or commune.")
    type: str
    parent: str = Field(description="Code of the unit above, of the same days.")
    lat: float
    lon: float
    valid_from: date | None
    valid_to: date | None = Field(description="The last day; null for a unit of today.")
    successors: list[str] = Field(description="Codes of the units of today that it went into.")


class MayBeOut(Out):
    """A commune of today that may be meant, and the former unit by which it was named."""

    commune: UnitOut
    former: UnitOut | None


class UnderstoodOut(Out):
    """What was asked, and what it means."""

    query: str
    certain: bool = Field(description="Exactly one commune of today is meant.")
    commune: UnitOut | None
    province: UnitOut | None
    former: UnitOut | None = Field(description="The old unit that was named.")
    rest: str = Field(description="What stands before it: house, street, hamlet.")
    options: list[MayBeOut] = Field(description="Where it is not certain: what may be meant.")
    items: list[UnitOut] = Field(description="Places of today that the words may name, best first.")


class DatedOut(Out):
    """One code: its unit of today, those that bore it before, and what today's was made of."""

    code: str
    unit: UnitOut | None
    former_units: list[UnitOut] = Field(description="Units that bore this very code before.")
    predecessors: list[UnitOut] = Field(description="What the unit of today was made of, wholly or in part.")
    former_districts: list[UnitOut]


class Asked(Parameters):
    """An address or a name."""

    q: str = Field(min_length=1, max_length=300)
    limit: int = Field(default=20, ge=1, le=60)


@router.get("/places")
async def understand(asked: Annotated[Asked, Query()]) -> UnderstoodOut:
    """What an address in old or new form means today."""
    typed = " ".join(asked.q.replace("\x00", " ").split())
    meant = places.understand(typed)
    return UnderstoodOut(
        query=typed,
        certain=meant.certain,
        commune=_unit(meant.commune),
        province=_unit(meant.province),
        former=_unit(meant.former),
        rest=meant.rest,
        options=[MayBeOut.model_validate(each) for each in meant.options[: asked.limit]],
        items=[UnitOut.model_validate(each) for each in places.find(typed)[: asked.limit]],
    )


@router.get("/places/{code}")
async def place(code: str, asked: Annotated[Parameters, Query()]) -> DatedOut:  # noqa: ARG001 - it refuses unknown parameters.
    """One code with its units of today and before."""
    units = places.coded(code)
    if not units:
        raise NotFound(_("Không có đơn vị hành chính mang mã này."))
    now = units[0] if units[0].of_today else None
    return DatedOut(
        code=code,
        unit=_unit(now),
        former_units=[UnitOut.model_validate(each) for each in units if not each.of_today],
        predecessors=[UnitOut.model_validate(each) for each in places.former(code)] if now else [],
        former_districts=[UnitOut.model_validate(each) for each in places.former_districts(code)] if now else [],
    )


def _unit(found: places.Place | None) -> UnitOut | None:
    return UnitOut.model_validate(found) if found is not None else None
