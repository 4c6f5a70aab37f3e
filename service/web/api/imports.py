"""Sheets and archives for programs: sent, looked through, stored, and followed while that takes its time."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, UploadFile
from pydantic import Field

from service import catalogue
from service.web.api import problems
from service.web.api.shapes import Out, Parameters
from service.web.deps import Acting, Files, Reader, Session, Signed

SCOPE = "import"
router = APIRouter(tags=["imports"])
WRITES = problems.described(401, 403, 409, 413)


class ProblemOut(Out):
    """One thing that is wrong: where, what was written there, and what would be right."""

    file: str | None = Field(description="Which file of an archive; null for a sheet by itself.")
    row: int | None
    column: str | None
    value: str | None
    message: str


class CountsOut(Out):
    """What becomes of so many of a kind."""

    new: int
    changed: int
    same: int


class ImportOut(Out):
    """A file that came in."""

    id: UUID
    kind: str = Field(description="suppliers, products or archive.")
    filename: str
    size: int
    state: str = Field(description="waiting, ready, wrong, approved, saved, dropped or failed.")
    dry_run: bool
    done: int = Field(description="How many of its files the present work has dealt with, of `total`.")
    total: int
    counts: dict[str, CountsOut] = Field(description="suppliers, products, photos, papers: what it would do or has done.")
    errors: list[ProblemOut]
    more_errors: int = Field(description="How many are not listed.")
    notes: list[str]
    created_at: datetime
    saved_at: datetime | None


class ImportsOut(Out):
    """A page of imports."""

    items: list[ImportOut]
    next: str | None


class ImportsAsked(Parameters):
    """From where on."""

    cursor: str | None = Field(None, max_length=200)


@router.get("/imports", responses=problems.described(401))
async def imports(me: Signed, reader: Reader, asked: Annotated[ImportsAsked, Query()]) -> ImportsOut:
    """What you and your organisation have brought in, the newest first."""
    found = await catalogue.imports_of(reader, me, cursor=asked.cursor)
    return ImportsOut(items=[_out(each) for each in found.items], next=found.next)


@router.post("/imports", status_code=201, responses=WRITES)
async def send(
    me: Acting, session: Session, files: Files, file: Annotated[UploadFile, File(description=".xlsx, .csv or .zip")],
    kind: Annotated[catalogue.SheetKind | None, Form(description="Of a sheet; products where it is not said.")] = None,
    dry_run: Annotated[bool, Form(description="Only look; go ahead later with POST …/approve.")] = False,
    key: Annotated[UUID | None, Form(description="The same key twice is one import.")] = None,
) -> ImportOut:  # fmt: skip
    """Send a file: all of it is stored if all of it is right. A large one is worked at after the answer; ask how far it is."""
    row = await catalogue.import_jobs.receive(
        session, files, me, file.file, file.filename or "", kind=kind, dry_run=dry_run, straight=not dry_run, key=key
    )
    return _out(await catalogue.import_written(session, me, row.id))


@router.get("/imports/{import_id}", responses=problems.described(401))
async def one(import_id: UUID, me: Signed, reader: Reader) -> ImportOut:
    """How far a file has come, and what it would do or has done."""
    return _out(await catalogue.import_page(reader, me, import_id))


@router.post("/imports/{import_id}/approve", responses=WRITES)
async def approve(import_id: UUID, me: Acting, session: Session, files: Files) -> ImportOut:
    """Go ahead with a file that has been found right."""
    await catalogue.import_jobs.approve(session, files, me, import_id)
    return _out(await catalogue.import_written(session, me, import_id))


def _out(view: catalogue.ImportView) -> ImportOut:
    named: dict[str, Any] = {name: getattr(view, name) for name in ImportOut.model_fields if name not in ("counts", "errors")}
    counts = {name: CountsOut(new=each[0], changed=each[1], same=each[2]) for name, each in view.counts.items()}
    return ImportOut(**named, counts=counts, errors=[ProblemOut(**problem) for problem in view.errors])
