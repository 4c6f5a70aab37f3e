"""Meetings at a fair for those who meet: wishes, agenda, attendance, outcome."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
