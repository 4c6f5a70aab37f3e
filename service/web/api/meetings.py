"""Meetings at a fair."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(tags=["fairs"])
SCOPE = "fairs"
