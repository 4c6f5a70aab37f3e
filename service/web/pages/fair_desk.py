"""The organiser's fairs: her list, one fair's overview, announcing, revising, copying, the call."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
