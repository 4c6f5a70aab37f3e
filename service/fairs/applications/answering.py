"""The organiser's side: an application is accepted, returned, rejected or put on the waiting list.

Each answer locks the application and knows the version that its reader has read, so two people who answer the same one at the
same moment give one answer, and the second is told of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.errors import Conflict, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs import standing
from service.fairs.applications import rules, stored
from service.fairs.applications.events import ApplicationAnswered, ClaimsConfirmed
from service.fairs.applications.inputs import Answer
from service.fairs.applications.models import Application, ApplicationState
from service.fairs.models import Fair


@dataclass(frozen=True, slots=True)
class ManyAnswered:
    """What became of an answer to many: how many took it, and the codes of those that somebody else was faster with."""

    answered: int
    passed_over: tuple[str, ...]


async def answer(session: AsyncSession, actor: Actor, slug: str, code: str, said: Answer) -> Application:
    """Answer one application of a fair of the actor's own. The same answer again changes nothing."""
    fair = await standing.own(session, slug, actor)
    return await _answer(session, actor, fair, code, said)


async def answer_many(
    session: AsyncSession, actor: Actor, slug: str, chosen: Sequence[tuple[str, int]], said: Answer
) -> ManyAnswered:
    """Give the same answer to many, each as it was read (code, version); those that have moved on are passed over and named."""
    fair = await standing.own(session, slug, actor)
    passed_over = []
    done = 0
    for code, version in sorted(set(chosen)):  # Always in the same order: two who answer the same ones never wait in a circle.
        try:
            async with session.begin_nested():
                await _answer(session, actor, fair, code, said.model_copy(update={"version": version}))
        except (Conflict, NotFound):
            passed_over.append(code)
        else:
            done += 1
    return ManyAnswered(done, tuple(passed_over))


async def confirm_claims(
    session: AsyncSession, actor: Actor, slug: str, code: str, confirmed: Iterable[str], *, version: int | None = None
) -> Application:
    """Say which of an applicant's claims the organiser has seen proof of; only those count."""
    fair = await standing.own(session, slug, actor)
    found = await stored.locked(session, fair.id, code)
    wanted = [each for each in found.claims if each in set(confirmed)]
    if wanted == found.claims_confirmed:
        return found
    stored.same_version(found, version)
    old, found.claims_confirmed, found.updated_at = found.claims_confirmed, wanted, clock.now()
    await session.flush()
    fact = ClaimsConfirmed(found.id, fair_id=fair.id)
    await announce(session, fact, actor=actor, old={"claims": old}, new={"claims": wanted})
    return found


async def _answer(session: AsyncSession, actor: Actor, fair: Fair, code: str, said: Answer) -> Application:
    found = await stored.locked(session, fair.id, code)
    if (found.state, found.reason, found.faults) == (said.to, said.reason, said.told_faults()):
        return found
    stored.same_version(found, said.version)
    if not rules.may_answer(found.state, said.to):
        raise Conflict(_why_not(found))
    if said.to in (ApplicationState.WAITING, ApplicationState.REJECTED) and await stored.has_booth(session, [found.id]):
        raise Conflict(_("Đơn vị này đang có gian. Hãy bỏ gian trong phần xếp gian hoặc đặt gian trước, rồi mới đổi trả lời."))
    old = {"state": found.state, "reason": found.reason}
    found.state, found.reason, found.faults = said.to, said.reason, said.told_faults()
    found.decided_at = found.updated_at = clock.now()
    found.decided_by = actor.person_id
    await session.flush()
    new = {"state": found.state, "reason": found.reason, **({"faults": found.faults} if found.faults else {})}
    fact = ApplicationAnswered(found.id, fair_id=fair.id, state=found.state.value)
    await announce(session, fact, actor=actor, old=old, new=new)
    return found


def _why_not(found: Application) -> str:
    if found.state is ApplicationState.WITHDRAWN:
        return _("Đơn vị này đã rút đơn.")
    if found.state is ApplicationState.RETURNED:
        return _("Đơn này đã trả lại và đang chờ đơn vị sửa rồi nộp lại.")
    return _("Đơn ở bước này không nhận trả lời đó được.")
