"""Applications as the organiser reads, answers and ranks them."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
