"""Quotes, awards and what became of them for programs."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(tags=["quotes"])
SCOPE = "requests"
