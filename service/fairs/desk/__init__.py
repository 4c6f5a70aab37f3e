"""The organiser's desk: her fairs with what waits, a new fair from an earlier one, and asking earlier exhibitors again (A4)."""

from __future__ import annotations
