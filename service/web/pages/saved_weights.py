"""A buyer keeps the weights that it moved on a request's page.

/mua-hang/trong-so (POST)        keep them for all its requests
/mua-hang/trong-so/xoa (POST)    go back to those of the market
"""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from service import matching
from service.core.errors import Invalid
from service.core.i18n import _
from service.core.inputs import Input
from service.web.deps import Acting, Page, Session
from service.web.pages import forms

router = APIRouter()
CODE = re.compile(r"YC-[0-9A-Z]{5}")


class Back(Input):
    """Where to go on."""

    request: str = ""


class Moved(Back):
    """The sliders as they stand, and the request on whose page that was."""

    weight_coverage: float = Field(ge=0, le=10, allow_inf_nan=False)
    weight_price: float = Field(ge=0, le=10, allow_inf_nan=False)
    weight_quality: float = Field(ge=0, le=10, allow_inf_nan=False)
    weight_certificates: float = Field(ge=0, le=10, allow_inf_nan=False)
    weight_relevance: float = Field(ge=0, le=10, allow_inf_nan=False)
    weight_distance: float = Field(ge=0, le=10, allow_inf_nan=False)
    weight_reliability: float = Field(ge=0, le=10, allow_inf_nan=False)
    weights_version: int | None = Field(default=None, ge=0, le=2**31 - 1)

    def weights(self) -> matching.Weights:
        """The weights of the ranking."""
        return matching.Weights(*(getattr(self, f"weight_{name}") for name in matching.FACTORS))


@router.post("/mua-hang/trong-so")
async def save(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Keep the weights; every request of the buyer is ranked by them from now on."""
    form = await forms.read(request, Moved)
    if form.value is None:
        raise Invalid(_("Mỗi trọng số từ 0 đến %(most)s.", most=10), form.errors)
    await matching.weights.save_weights(session, me, form.value.weights(), version=form.value.weights_version)
    return page.redirect(_back(form.value.request), _("Đã lưu trọng số. Mọi yêu cầu của tổ chức bạn xếp theo đây."))


@router.post("/mua-hang/trong-so/xoa")
async def reset(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Forget them."""
    form = await forms.read(request, Back)
    await matching.weights.reset_weights(session, me)
    return page.redirect(_back(form.value.request if form.value else ""), _("Đã trở về trọng số mặc định của chợ."))


def _back(code: str) -> str:
    """The request's page; the list where the address is none of ours."""
    return f"/tim-hang/{code}" if CODE.fullmatch(code) else "/tim-hang"
