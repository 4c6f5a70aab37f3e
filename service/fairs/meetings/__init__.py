"""Meetings at a fair: sessions, wishes, a timetable without clashes, agendas, attendance, outcomes (B1-B8)."""

from __future__ import annotations
