"""The gap sheet for programs."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(tags=["gaps"])
SCOPE = "requests"
