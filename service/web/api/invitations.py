"""Invitations and their messages for programs."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(tags=["invitations"])
SCOPE = "requests"
