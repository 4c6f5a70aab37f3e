"""The net-price simulator for programs."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(tags=["net-price"])
SCOPE = "requests"
