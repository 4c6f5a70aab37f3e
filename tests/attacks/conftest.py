"""Attacks are made with the same browsers and on the same small market as the permission table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.core import clock
from tests.market import TODAY
from tests.web.conftest import client, market, one, signed_in  # noqa: F401 - pytest finds fixtures by their names here.


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield
