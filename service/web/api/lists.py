"""Shortlists and saved searches for programs, each of the organisation or person that the caller is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, ValidationError, model_validator
from starlette.responses import Response

from service import catalogue, matching
from service.core.errors import Invalid
from service.core.i18n import _
from service.core.inputs import Text
from service.web.api import problems
from service.web.api.shapes import Out, Parameters
from service.web.deps import Acting, Reader, Session, Signed
from service.web.pages.forms import words_for_all

SCOPE = "lists"
InputT = TypeVar("InputT", bound=BaseModel)
router = APIRouter(tags=["lists"])
READS = problems.described(401, 403)
WRITES = problems.described(401, 403, 409)


class ShortlistOut(Out):
    """A list of the organisation."""

    id: UUID
    name: str
    items: int
    updated_at: datetime
    version: int


class ShortlistsOut(Out):
    """Every list of the organisation, the one used last first."""

    items: list[ShortlistOut]


class ShownOut(Out):
    """What everybody may see of a product or supplier."""

    slug: str
    name: str
    name_en: str | None
    supplier_slug: str
    supplier_name: str
    province_code: str | None
    commune_code: str | None
    stars: int | None
    price_vnd: int | None
    pack: str | None
    illustrative: bool


class ItemOut(Out):
    """A thing on a list."""

    id: UUID
    kind: str = Field(description="product or supplier.")
    shown: ShownOut | None = Field(description="Null where it is not on the market any more.")
    note: str | None
    note_by: str | None
    note_at: datetime | None
    added_by: str | None
    added_at: datetime


class OneShortlistOut(Out):
    """A list with a page of what stands on it, in its order."""

    id: UUID
    name: str
    version: int
    total: int
    items: list[ItemOut]
    next: str | None


class ItemRef(Out):
    """An item that is on a list now."""

    id: UUID
    shortlist_id: UUID


class Page(Parameters):
    """Where to go on."""

    cursor: str | None = Field(default=None, max_length=200)


class NameIn(Parameters):
    """What a list is called."""

    name: Annotated[Text, Field(min_length=1, max_length=100)]
    version: int | None = Field(default=None, ge=0, le=2**31 - 1)


class ItemIn(Parameters):
    """A product or a supplier by its slug."""

    product: str | None = Field(default=None, max_length=300)
    supplier: str | None = Field(default=None, max_length=300)
    note: str | None = Field(default=None, max_length=1000)

    @model_validator(mode="after")
    def _one(self) -> ItemIn:
        if (self.product is None) == (self.supplier is None):
            raise ValueError(_("Hãy chọn một sản phẩm hoặc một nhà cung cấp."))
        return self


class NoteIn(Parameters):
    """What is written about an item; null takes it away."""

    note: str | None = Field(max_length=1000)


class SearchOut(Out):
    """A saved search."""

    id: UUID
    title: str
    query: str = Field(description="What stands behind the question mark of /san-pham and /api/v1/products.")
    frequency: matching.Frequency
    state: matching.SearchState
    created_at: datetime
    last_sent_at: datetime | None
    version: int


class SearchesOut(Out):
    """Every search that the caller has saved, the newest first."""

    items: list[SearchOut]


class SearchIn(Parameters):
    """A search to be kept."""

    query: str = Field(max_length=4000, description="As behind the question mark of /api/v1/products.")
    title: Annotated[Text, Field(max_length=100)] = ""
    frequency: matching.Frequency = matching.Frequency.DAILY


class SearchChange(Parameters):
    """What is wished of a saved search from now on."""

    title: Annotated[Text, Field(min_length=1, max_length=100)]
    frequency: matching.Frequency
    state: matching.SearchState
    version: int | None = Field(default=None, ge=0, le=2**31 - 1)


@router.get("/shortlists", responses=READS)
async def shortlists(me: Signed, session: Session, asked: Annotated[Parameters, Query()]) -> ShortlistsOut:  # noqa: ARG001 - it refuses unknown parameters.
    """The lists of the caller's organisation."""
    return ShortlistsOut(items=[ShortlistOut.model_validate(each) for each in await matching.own_shortlists(session, me)])


@router.post("/shortlists", status_code=201, responses=WRITES)
async def make_shortlist(me: Acting, session: Session, body: NameIn) -> OneShortlistOut:
    """Begin a list; a name that is used already gives the list that bears it."""
    made = await matching.make_shortlist(session, me, _name(body))
    return OneShortlistOut.model_validate(await matching.own_shortlist(session, me, made.id))


@router.get("/shortlists/{list_id}", responses=READS)
async def shortlist(list_id: UUID, me: Signed, session: Session, asked: Annotated[Page, Query()]) -> OneShortlistOut:
    """One list of the caller's organisation."""
    return OneShortlistOut.model_validate(await matching.own_shortlist(session, me, list_id, asked.cursor))


@router.put("/shortlists/{list_id}", responses=WRITES)
async def rename_shortlist(list_id: UUID, me: Acting, session: Session, body: NameIn) -> OneShortlistOut:
    """Call a list otherwise."""
    await matching.rename_shortlist(session, me, list_id, _name(body), version=body.version)
    return OneShortlistOut.model_validate(await matching.own_shortlist(session, me, list_id))


@router.delete("/shortlists/{list_id}", status_code=204, response_class=Response, responses=WRITES)
async def drop_shortlist(list_id: UUID, me: Acting, session: Session) -> Response:
    """Throw a list away."""
    await matching.drop_shortlist(session, me, list_id)
    return Response(status_code=204)


@router.post("/shortlists/{list_id}/items", status_code=201, responses=WRITES)
async def add_item(list_id: UUID, me: Acting, session: Session, body: ItemIn) -> ItemRef:
    """Put a product or supplier on a list; what stands there already stands there once."""
    put = matching.list_product if body.product is not None else matching.list_supplier
    note = matching.ItemNote(note=body.note) if body.note else None
    item = await put(session, me, body.product or body.supplier or "", list_id, note)
    return ItemRef(id=item.id, shortlist_id=item.shortlist_id)


@router.put("/shortlists/{list_id}/items/{item_id}/note", responses=WRITES)
async def note_item(list_id: UUID, item_id: UUID, me: Acting, session: Session, body: NoteIn) -> ItemRef:
    """Write about an item in place of what was written before."""
    item = await matching.note_item(session, me, list_id, item_id, matching.ItemNote(note=body.note))
    return ItemRef(id=item.id, shortlist_id=list_id)


@router.delete("/shortlists/{list_id}/items/{item_id}", status_code=204, response_class=Response, responses=WRITES)
async def remove_item(list_id: UUID, item_id: UUID, me: Acting, session: Session) -> Response:
    """Take an item off a list."""
    await matching.remove_item(session, me, list_id, item_id)
    return Response(status_code=204)


@router.get("/saved-searches", responses=READS)
async def saved_searches(me: Signed, session: Session, asked: Annotated[Parameters, Query()]) -> SearchesOut:  # noqa: ARG001 - it refuses unknown parameters.
    """The searches that the caller has saved."""
    return SearchesOut(items=[SearchOut.model_validate(each) for each in await matching.own_searches(session, me)])


@router.post("/saved-searches", status_code=201, responses=WRITES)
async def save_search(me: Acting, session: Session, reader: Reader, body: SearchIn) -> SearchOut:
    """Keep a search, and hear by mail of what is new; the same search again gives the one that is kept."""
    standing = await catalogue.standing_search(reader, parse_qsl(body.query.replace("\x00", ""))[:100])
    title = (" ".join(body.title.split()) or standing.words or _("Tìm kiếm theo điều kiện"))[:100]
    wish = _checked(matching.SearchWish, {"title": title, "frequency": body.frequency})
    saved = await matching.save_search(session, me, standing, wish)
    return SearchOut.model_validate(saved)


@router.put("/saved-searches/{search_id}", responses=WRITES)
async def change_search(search_id: UUID, me: Acting, session: Session, body: SearchChange) -> SearchOut:
    """Call it otherwise, hear more or less often, pause or go on."""
    wished: dict[str, Any] = body.model_dump(exclude={"version"})
    saved = await matching.change_search(session, me, search_id, _checked(matching.SearchWish, wished), version=body.version)
    return SearchOut.model_validate(saved)


@router.delete("/saved-searches/{search_id}", status_code=204, response_class=Response, responses=WRITES)
async def drop_search(search_id: UUID, me: Acting, session: Session) -> Response:
    """Forget a saved search."""
    await matching.drop_search(session, me, search_id)
    return Response(status_code=204)


def _checked(model: type[InputT], values: dict[str, Any]) -> InputT:
    """The values as the input that a form gives as well; what is wrong is told by field."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        message = _("Có tham số chưa đúng; xem từng mục trong “errors”.")
        raise Invalid(message, words_for_all(error.errors(include_url=False))) from error


def _name(body: NameIn) -> matching.ShortlistName:
    return _checked(matching.ShortlistName, {"name": body.name})
