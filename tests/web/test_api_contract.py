"""The API keeps its own description: no fault and no answer outside the schema, whatever is asked of it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as drawn
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from service import demo
from service.app import create_app
from service.core.db import Database
from service.core.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

OFTEN = drawn(
    max_examples=25, derandomize=True, deadline=None, database=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)  # fmt: skip


@pytest.fixture(scope="module")
def market_api(make_database: Callable[[str], str]) -> Any:
    """The description of the API over a database with the demo market in it."""
    url = make_database("api")

    async def stock() -> None:
        database = Database(url)
        await demo.stock_market(database)
        await database.close()

    # The stocking has a loop of its own, because the one of the other tests may be running.
    loop = asyncio.new_event_loop()
    loop.run_until_complete(stock())
    loop.close()
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(Settings(database_url=url, log_level="ERROR")))


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_is_as_described(market_api: Any, mode: GenerationMode) -> None:
    seen = 0
    for found in market_api.get_all_operations():
        operation = found.ok()
        seen += 1

        @OFTEN
        @given(case=operation.as_strategy(generation_mode=mode))
        def probe(case: Any) -> None:
            # A well-formed name of something that does not exist is refused in words (422), which this check would forbid.
            case.call_and_validate(excluded_checks=[positive_data_acceptance])

        # Some operations have nothing that could be got wrong.
        with contextlib.suppress(Unsatisfiable):
            probe()
    assert seen >= 10
