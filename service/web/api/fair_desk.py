"""Fairs as their organisers keep them."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(tags=["fairs"])
SCOPE = "fairs"
