"""Whatever a program puts into a field, the input models say what is wrong with it; none of their readers falls over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest
from pydantic import ValidationError

import service.app  # noqa: F401 - so that every module with input models is loaded.
from service import fairs
from service.core.inputs import Input

ODD: list[Any] = [
    None, 0, -1, 2**70, 1.5, float("nan"), float("inf"), True, "", "\0", "9" * 400, "1e400", "9999-12-31", "08:00Z", "x" * 5000,
    [], [None], [1], ["a"], [["a"]], [["11:30Z", "13:30"]], [{}], {}, {"a": 1},
]  # fmt: skip


def _models(kind: type[Input] = Input) -> Iterator[type[Input]]:
    for each in kind.__subclasses__():
        if each.__module__.startswith("service."):
            yield each
        yield from _models(each)


def test_no_field_falls_over_an_odd_value() -> None:
    fallen = []
    for model in sorted(set(_models()), key=str):
        for name in model.model_fields:
            for value in ODD:
                try:
                    model.model_validate({name: value})
                except ValidationError:
                    continue
                except Exception as error:  # noqa: BLE001 - that is what is looked for.
                    fallen.append((model.__name__, name, value, type(error).__name__))
    assert fallen == []


def test_a_time_of_the_day_is_that_of_the_place_whatever_zone_is_said() -> None:
    breaks = [["11:30Z", "13:30"]]
    said = {"name": "Sáng", "day": "2026-12-10", "starts": 28_800, "ends": "14:00", "breaks": breaks}
    kept = fairs.meetings.SessionDraft.model_validate(said)
    assert (kept.starts, kept.breaks) == (time(8), ((time(11, 30), time(13, 30)),))
    hours = fairs.DayHours.model_validate({"day": date(2026, 12, 10), "opens": 28_800, "closes": "20:00"})
    assert (hours.opens, hours.closes) == (time(8), time(20))


@pytest.mark.parametrize("far", ["0001-01-01", "31/12/1989", "01/01/2101", "9999-12-31"])
def test_a_day_that_is_too_far_away_is_a_slip_of_the_hand(far: str) -> None:
    with pytest.raises(ValidationError, match="quá xa"):
        fairs.bookings.DeskDraft.model_validate({"opens_on": far})
    service_said = {"kind": "furniture", "name": "Bàn", "unit": "cái", "price_vnd": 1, "order_by": far}
    with pytest.raises(ValidationError, match="quá xa"):
        fairs.charges.ServiceDraft.model_validate(service_said)
