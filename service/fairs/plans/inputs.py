"""What an organiser says of an allocation: in which order it is to be good, who takes part, and what is changed by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from service.core.i18n import _
from service.core.inputs import EMPTY_IS_NONE, NO_NUL, Input
from service.fairs.plans.problem import Level

MOST_BOOTHS = 10_000
MOST_STEPS = 100  # An address carries them.
LONGEST_STEP = 200
SECONDS = (10, 30, 60, 120, 300)
USUAL_ORDER = (Level.PLACED, Level.MOVED, Level.WISHES, Level.NEIGHBOURS, Level.GROUPS, Level.LUCK)

Whole = Annotated[int, Field(ge=1, le=2**31 - 1)]


def _chosen(value: Any) -> Any:
    """Levels as they stand in a form: one box for each place, the empty ones left out."""
    if isinstance(value, str):
        value = value.split(",")
    if isinstance(value, Iterable):
        return tuple(each for each in value if each not in (None, ""))
    return value


def _number(value: Any) -> Any:
    """Seconds as a form gives them."""
    return int(value) if isinstance(value, str) and value in {str(each) for each in SECONDS} else value


class PlanWish(Input):
    """How booths are to be given out.

    `order`: what matters, the most important first; what is left out does not count. `locks_of`: the version whose locked
    booths stay. `quota_booths`: at most so many booths for each former district or province.
    """

    order: Annotated[tuple[Level, ...], BeforeValidator(_chosen), Field(max_length=len(Level))] = USUAL_ORDER
    groups: Literal["spread", "cluster", "free"] = "spread"
    quota_by: Literal["none", "old_district", "province"] = "none"
    quota_booths: Annotated[Annotated[int, Field(ge=1, le=MOST_BOOTHS)] | None, EMPTY_IS_NONE] = None
    waiting_too: bool = False
    near_published: bool = True
    locks_of: Annotated[Whole | None, EMPTY_IS_NONE] = None
    seed: Annotated[Annotated[int, Field(ge=0, le=2**31 - 1)] | None, EMPTY_IS_NONE] = None
    seconds: Annotated[Literal[10, 30, 60, 120, 300], BeforeValidator(_number)] = 60

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if len(set(self.order)) != len(self.order):
            raise ValueError(_("Mỗi tiêu chí chỉ đứng ở một thứ tự."))
        if self.order[:1] != (Level.PLACED,):
            raise ValueError(_("“Được xếp gian” luôn đứng đầu; nếu không thì để trống cả hội chợ cũng là phương án tốt."))
        if self.quota_by != "none" and self.quota_booths is None:
            raise ValueError(_("Ghi mỗi nơi được nhiều nhất bao nhiêu gian, hoặc chọn “không giới hạn”."))
        return self


Step = Annotated[str, Field(max_length=LONGEST_STEP)]


def _steps(value: Any) -> Any:
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        return (value,)
    return tuple(each for each in value if each != "") if isinstance(value, Iterable) else value


class HandSteps(Input):
    """What was changed by hand so far, one step after the other (see `moves`)."""

    steps: Annotated[tuple[Step, ...], BeforeValidator(_steps), Field(max_length=MOST_STEPS)] = ()


class PlanPublish(Input):
    """Which version of a plan's row was read, and whether one that is out of date will do."""

    version: Whole
    although_old: bool = False


class HandKeep(HandSteps):
    """The steps to keep, and the newest version that was known when they were made."""

    newest: Whole


class HandMove(Input):
    """One change as somebody types it: who (the code of an application, a booth, or a name), what, and where to.

    `locks` and `frees` name parties whose booths are locked or not any more.
    """

    what: Literal["move", "swap", "out", "lock", "free"] = "move"
    who: Annotated[str, NO_NUL, Field(min_length=1, max_length=200)]
    where: Annotated[Annotated[str, Field(max_length=200)] | None, EMPTY_IS_NONE] = None

    @model_validator(mode="after")
    def _where_to(self) -> Self:
        if self.what in ("move", "swap") and not self.where:
            raise ValueError(_("Ghi mã gian chuyển đến, ví dụ A12, hoặc A12, A13 khi cần hai gian."))
        return self
