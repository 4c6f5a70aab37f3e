"""The floor as a sheet."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
