"""Applying for a fair: the supplier's side."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
