"""Check-ins, leads, sales and returns."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(tags=["fairs"])
SCOPE = "fairs"
