"""Assisted entry for programs (C3): an office hands in what stands on its paper forms, and gets the codes to print."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from service import catalogue
from service.core.errors import Invalid
from service.core.i18n import _
from service.web.api import problems
from service.web.api.shapes import Out, Parameters
from service.web.deps import Acting, Reader, Session, Signed

SCOPE = "catalogue"
MOST_PRODUCTS = 50
router = APIRouter(tags=["assisted entry"])


class EntryIn(catalogue.EntryDraft):
    """A supplier as it stands on the printed form, with its products and papers."""

    products: list[catalogue.AssistedProduct] = Field(default_factory=list, max_length=MOST_PRODUCTS)
    certificates: list[catalogue.CertificateInput] = Field(
        default_factory=list, max_length=MOST_PRODUCTS, description="Papers of the supplier as a whole."
    )


class EntryOut(Out):
    """One entry."""

    id: UUID
    supplier: str = Field(validation_alias="slug")
    name: str
    standing: str = Field(description="none (no code yet), waiting, expired, locked or agreed.")
    source: str
    typed_at: datetime
    typed_by: str | None = Field(validation_alias="typist")
    code_until: datetime | None
    agreed_at: datetime | None
    agreed_by: str | None = Field(validation_alias="agreed_name")
    digest: str | None = Field(description="SHA-256 of exactly what was agreed to.")


class EntriesOut(Out):
    """A page of entries, newest first."""

    items: list[EntryOut]
    next: str | None


class CodeOut(Out):
    """The code to be printed or read out. It is told this once."""

    code: str
    until: datetime


class EntriesParameters(Parameters):
    """What the list may be asked."""

    agreed: bool = False
    cursor: str | None = Field(default=None, max_length=200)
    limit: int = Field(default=50, ge=1, le=100)


@router.get("/assisted-entries", responses=problems.described(401, 403))
async def entries(asked: Annotated[EntriesParameters, Query()], me: Signed, reader: Reader) -> EntriesOut:
    """The entries that wait to be agreed to, or those that have been. For officers."""
    found, further = await catalogue.assisted_entries(
        reader, me, agreed=asked.agreed, cursor=asked.cursor, limit=asked.limit
    )  # fmt: skip
    return EntriesOut(items=[EntryOut.model_validate(each) for each in found], next=further)


@router.post("/assisted-entries", status_code=201, responses=problems.described(401, 403))
async def enter(said: EntryIn, me: Acting, session: Session, key: UUID | None = None) -> EntryOut:
    """Type a supplier for somebody who has yet to agree. For officers; the same `key` again gives the entry that is there."""
    before = await catalogue.entry_in(session, me, key) if key is not None else None
    if before is not None:
        return EntryOut.model_validate(before)
    entry = await catalogue.assist(session, me, catalogue.EntryDraft.model_construct(**_own(said)), key=key)
    for number, product in enumerate(said.products):
        try:
            await catalogue.assist_product(session, me, entry.id, product)
        except Invalid as refusal:
            raise _at(refusal, f"products.{number}") from refusal
    for number, paper in enumerate(said.certificates):
        try:
            await catalogue.assist_certificate(session, me, entry.id, None, paper)
        except Invalid as refusal:
            raise _at(refusal, f"certificates.{number}") from refusal
    return EntryOut.model_validate(await catalogue.entry_in(session, me, entry.id))


@router.post("/assisted-entries/{entry_id}/code", status_code=201, responses=problems.described(401, 403, 409))
async def give_code(entry_id: UUID, me: Acting, session: Session) -> CodeOut:
    """A new code for the supplier; the one before opens nothing from now on. For officers."""
    code = await catalogue.give_code(session, me, entry_id)
    view = await catalogue.entry_in(session, me, entry_id)
    if view is None or view.code_until is None:
        raise Invalid(_("Không có lần nhập hộ này."))
    return CodeOut(code=catalogue.spoken(code), until=view.code_until)


def _own(said: EntryIn) -> dict[str, Any]:
    return {name: getattr(said, name) for name in catalogue.EntryDraft.model_fields}


def _at(refusal: Invalid, where: str) -> Invalid:
    return Invalid(refusal.message, {f"{where}.{name}": words for name, words in refusal.errors.items()})
