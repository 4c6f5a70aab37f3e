"""Buyers who put their needs together for programs."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(tags=["demand"])
SCOPE = "requests"
