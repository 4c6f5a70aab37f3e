"""What came of a fair: returns and the report of results."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
