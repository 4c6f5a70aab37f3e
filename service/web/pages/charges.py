"""Rates, services and fees of a fair, for the organiser and the exhibitor."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
