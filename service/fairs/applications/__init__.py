"""Who wants to exhibit at a fair, with which goods and wishes, and how it was answered (F2 F5 F6 F9)."""

from __future__ import annotations

from service.fairs.applications.inputs import ApplicationDraft, TypedIn, Wishes
from service.fairs.applications.models import Application, ApplicationState, Goods, ShareKind, SharerState
from service.fairs.applications.parties import Party, Sharer
from service.fairs.applications.queries import application_of, applications_named, parties
from service.fairs.applications.typing_in import put_applications

__all__ = [
    "Application",
    "ApplicationDraft",
    "ApplicationState",
    "Goods",
    "Party",
    "ShareKind",
    "Sharer",
    "SharerState",
    "TypedIn",
    "Wishes",
    "application_of",
    "applications_named",
    "parties",
    "put_applications",
]
