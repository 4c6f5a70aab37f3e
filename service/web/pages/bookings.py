"""Booths booked first come first served, and booths kept back."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
