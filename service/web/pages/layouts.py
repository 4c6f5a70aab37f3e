"""Drawing the floor of a fair: halls, rows of booths, zones, by hand, by table and by sheet."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
