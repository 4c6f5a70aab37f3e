"""The matching round of a request, chosen in the form of the request itself (M2).

The form has a select of the rounds that take requests, and the questions of the chosen one. With JavaScript they come as soon
as a round is chosen; without it the first press of the button brings them, with everything typed, and the second sends them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from service import matching
from service.accounts import Actor
from service.core.errors import Conflict, Invalid
from service.core.i18n import _
from service.web.pages import forms

rounds = matching.rounds


@dataclass(frozen=True, slots=True)
class Choice:
    """What the form offers: the rounds, which one is chosen, and its questions. `fixed`: a round that it cannot leave."""

    options: list[rounds.RoundView]
    chosen: rounds.RoundView | None
    fields: tuple[rounds.Field, ...]
    fixed: bool


async def choice(session: AsyncSession, form: forms.Form[Any], view: matching.RequestView | None) -> Choice:
    """The rounds of the form, as it is typed now."""
    options = await rounds.open_rounds(session)
    held = _held(options, view)
    # A draft whose round has gone on without it is free to choose another.
    if view is not None and view.round_id is not None and held is None and view.state != matching.RequestState.DRAFT:
        return Choice([], None, (), fixed=True)
    chosen = _called(options, form.typed.get("round", ""))
    return Choice(options, chosen, await rounds.fields_for(session, chosen.id) if chosen else (), fixed=False)


async def typed(session: AsyncSession, view: matching.RequestView) -> dict[str, str]:
    """The round of a stored request and its answers, as they would be typed."""
    held = _held(await rounds.open_rounds(session), view)
    if held is None:
        return {}
    return {"round": held.code, **rounds.typed_extra(await rounds.fields_for(session, held.id), view.extra)}


async def bring(
    session: AsyncSession, me: Actor, code: str, form: forms.Form[Any], before: matching.RequestView | None = None
) -> None:
    """Bring what has just been written to the round that was chosen, or take it out of the one that was chosen before.

    Whatever is wrong is raised as `Invalid`, each sentence beside its field, so that nothing of the request is kept either.
    A form without the select, because no round takes requests, changes nothing.
    """
    if "round" not in form.typed:
        return
    options = await rounds.open_rounds(session)
    held = _held(options, before)
    if before is not None and before.round_id is not None and held is None and before.state != matching.RequestState.DRAFT:
        return
    wanted = form.typed.get("round", "").replace("\0", "").strip()
    chosen = _called(options, wanted)
    if wanted and chosen is None:
        raise _wrong(_("Phiên này không nhận yêu cầu nữa. Chọn phiên khác, hoặc để trống."))
    try:
        if held is not None and chosen != held:
            await rounds.take_back_request(session, me, held.code, code)
        if chosen is None:
            return
        fields = await rounds.fields_for(session, chosen.id)
        if fields and _called(options, form.typed.get("asked_round", "")) != chosen:
            raise _wrong(_("Phiên này hỏi thêm mấy mục dưới đây. Trả lời rồi bấm lần nữa; chưa có gì được lưu."))
        if (
            chosen == held
            and before is not None
            and rounds.read_extra(fields, form.typed) == rounds.Extra(dict(before.extra), {})
        ):
            return
        await rounds.bring_request(session, me, chosen.code, code, form.typed, drafts_too=True)
    except Conflict as refusal:
        raise _wrong(refusal.message) from refusal


def _wrong(sentence: str) -> Invalid:
    return Invalid(_("Yêu cầu còn chỗ cần sửa."), {"round": sentence})


def _called(options: list[rounds.RoundView], code: str) -> rounds.RoundView | None:
    return next((each for each in options if each.code == code.strip().upper()), None)


def _held(options: list[rounds.RoundView], view: matching.RequestView | None) -> rounds.RoundView | None:
    """The round that the request is in, if it still takes requests."""
    return next((each for each in options if view is not None and each.id == view.round_id), None)
