"""The days of the fair: check-in, leads, sales, on a phone."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
