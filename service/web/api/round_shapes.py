"""What programs hand in and get about matching rounds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from service import matching
from service.core.inputs import Text
from service.web.api.shapes import Out, Parameters, ReasonOut


class FieldOut(Out):
    """A question that the round asks of every request besides."""

    name: str
    label_vi: str
    label_en: str | None
    kind: matching.rounds.FieldKind
    required: bool
    choices: list[str]
    help: str | None


class RoundOut(Out):
    """A matching round."""

    code: str
    name: str
    name_en: str | None
    about: str | None
    organiser: str
    place: str | None
    province_code: str | None
    starts_on: date
    ends_on: date
    requests_until: date
    suppliers_until: date
    fair: str | None = Field(validation_alias="fair_slug", description="The slug of the fair that it belongs to.")
    state: matching.rounds.RoundState
    published_at: datetime | None
    requests: int = Field(description="Requests that still take answers.")
    suppliers: int
    products: int
    takes_requests: bool
    takes_suppliers: bool
    illustrative: bool
    version: int


class OneRoundOut(RoundOut):
    """One matching round with its questions."""

    fields: list[FieldOut] = Field(default_factory=list)


class RoundsOut(Out):
    """A page of rounds, the latest first."""

    items: list[RoundOut]
    next: str | None


class Kilograms(Out):
    """Kilograms of one month."""

    month: date = Field(description="Its first day.")
    kg: float


class ProposalOut(Out):
    """So many kilograms by month of one product for one request."""

    id: UUID
    request: str = Field(description="The code of the request.")
    request_title: str
    buyer: str | None = Field(description="Null where the request does not name its buyer.")
    supplier: str = Field(description="The slug of the supplier.")
    supplier_name: str
    product: str = Field(description="The slug of the product.")
    product_name: str
    months: list[Kilograms]
    total_kg: int
    fit: float = Field(description="How well the product fits the request, from 0 to 1.")
    price_vnd_per_kg: int | None
    reasons: list[ReasonOut]
    buyer_wish: matching.rounds.Wish | None
    supplier_wish: matching.rounds.Wish | None


class ProposalsOut(Out):
    """A page of proposals, with the figures of all that the caller may see."""

    items: list[ProposalOut]
    next: str | None
    total: int
    kg: int
    mutual: int = Field(description="Proposals in which both sides want to meet.")


class TradeoffOut(Out):
    """What one degree of fairness gives."""

    name: str
    chosen: bool
    kg: int
    fit: float = Field(description="Kilograms weighted by fit.")
    requests_short: int
    least_percent: float
    suppliers_without: int
    least_kg: int
    proven: bool


class ClearingOut(Out):
    """One clearing of a round."""

    number: int
    fairness: str
    seed: int
    state: matching.rounds.ClearingState
    stage: str | None
    done: int
    total: int
    asked_at: datetime
    finished_at: datetime | None
    stale: bool | None = Field(description="Whether what it looked at has changed since.")
    published: bool
    report: dict[str, Any] | None = Field(description="Worth, bound, gap, months and effort; null until it is done.")
    tradeoffs: list[TradeoffOut]


class ClearingsOut(Out):
    """Every clearing of a round, the newest first."""

    items: list[ClearingOut]


class ShareOut(Out):
    """What one request or supplier got, and why not more."""

    of: str = Field(description="The code of the request, or the slug of the supplier.")
    name: str
    wanted_kg: int = Field(description="What was asked for, or what was free.")
    given_kg: int
    reasons: list[str]


class SharesOut(Out):
    """A page of what one side got, who got least first."""

    items: list[ShareOut]
    next: str | None
    total: int


class BroughtOut(Out):
    """A request that is in a round now."""

    request: str
    round: str
    extra: dict[str, Any]


class JoinedOut(Out):
    """With how many products a supplier takes part."""

    round: str
    products: int


class InvitedOut(Out):
    """What came of the invitations."""

    sent: int
    passed: int = Field(description="Requests that take no more invitations.")


class WishOut(Out):
    """What both sides of a proposal say now."""

    id: UUID
    buyer_wish: matching.rounds.Wish | None
    supplier_wish: matching.rounds.Wish | None


class Page(Parameters):
    """Where to go on."""

    cursor: str | None = Field(default=None, max_length=200)


class RoundIn(Parameters):
    """What a round says of itself."""

    name: Annotated[Text, Field(min_length=1, max_length=200)]
    name_en: str | None = Field(default=None, max_length=200)
    about: str | None = Field(default=None, max_length=4000)
    place: str | None = Field(default=None, max_length=200)
    province_code: str | None = Field(default=None, max_length=10)
    starts_on: date
    ends_on: date
    requests_until: date
    suppliers_until: date
    fair_id: UUID | None = None


class NewRoundIn(RoundIn):
    """A round to be prepared; the same key again is the same round."""

    key: UUID | None = None


class ChangedRoundIn(RoundIn):
    """A round as it is to be from now on; `version` is the one that was read."""

    version: int = Field(ge=1, le=2**31 - 1)


class FieldIn(Parameters):
    """A question to be asked besides."""

    label_vi: Annotated[Text, Field(min_length=1, max_length=200)]
    label_en: str | None = Field(default=None, max_length=200)
    kind: matching.rounds.FieldKind
    required: bool = False
    choices: list[Annotated[str, Field(max_length=100)]] = Field(default=[], max_length=30)
    help: str | None = Field(default=None, max_length=200)


class StateIn(Parameters):
    """The state that a round is to go to: collecting or closed."""

    state: matching.rounds.RoundState
    version: int | None = Field(default=None, ge=1, le=2**31 - 1)


class BringIn(Parameters):
    """A request by its code, with the answers to the round's questions by their names."""

    request: Annotated[Text, Field(min_length=1, max_length=20)]
    extra: dict[Annotated[str, Field(max_length=60)], str | int | float | bool | None] = Field(default={}, max_length=40)


class JoinIn(Parameters):
    """The products that a supplier brings, by their slugs; or everything that it has published."""

    products: list[Annotated[Text, Field(max_length=300)]] = Field(default=[], max_length=1000)
    every: bool = False


class TakeOverIn(Parameters):
    """An earlier round of the same organiser, by its code."""

    earlier: Annotated[Text, Field(min_length=1, max_length=20)]


class ClearIn(Parameters):
    """How the round is to be cleared: free, light, balanced, even or most_even."""

    fairness: str = Field(default=matching.rounds.USUAL, max_length=20)
    seed: int | None = Field(default=None, ge=0, le=2**31 - 1)


class PublishIn(Parameters):
    """Which clearing is told to both sides."""

    number: int = Field(ge=1, le=2**31 - 1)
    although_old: bool = False


class WishIn(Parameters):
    """What the caller's side wishes: meet or no."""

    wish: matching.rounds.Wish
