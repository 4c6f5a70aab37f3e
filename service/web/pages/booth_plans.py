"""Allocating booths: asked, followed, changed by hand, published."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
