"""Entry checklists and readiness for programs."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(tags=["checklists"])
SCOPE = "requests"
