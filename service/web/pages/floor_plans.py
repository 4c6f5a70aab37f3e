"""The published plan and the list of exhibitors, for everybody."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
