"""Whole stories are walked with the same browsers as the pages."""

from __future__ import annotations

from tests.web.conftest import client, signed_in  # noqa: F401 - pytest finds fixtures by their names here.
