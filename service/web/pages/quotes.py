"""Quotes, awards and what became of them: pages."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
