"""Meetings at a fair for the organiser: sessions, participants, timetable."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
