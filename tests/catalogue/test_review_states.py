"""Whatever people do, in whatever order: nothing is approved by its own people or its typist, nothing published lacks a paper.

A machine of hypothesis lets several people act on the real database, each example inside one transaction that is undone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from service import accounts, catalogue
from service.accounts import Actor, MemberRole, Role
from service.catalogue.models import Certificate, CertificateState, Product, State
from service.catalogue.reviews.models import Review, ReviewState
from service.core.db import Database, new_id
from service.core.errors import Refused
from tests.reviewing import approve_everything, officer, seen, waiting

CERTIFIED = catalogue.CERTIFIED["product"]
PICK = st.integers(0, 20)
WORDS = st.sampled_from(["Củ dong riềng", "Bột sắn", "Củ dong và nước"])


class Market(RuleBasedStateMachine):
    """One cooperative with two products, its people, and officers of whom one belongs to it and one types for it."""

    database: Database
    runner: asyncio.Runner

    @initialize(start=st.sampled_from(["drafts", "published", "published"]))
    def opened(self, start: str) -> None:
        self.run(self._open(start))

    def run(self, work: Awaitable[Any]) -> Any:
        return self.runner.run(work)  # type: ignore[arg-type] # Every piece of work is a coroutine.

    async def _open(self, start: str) -> None:
        self.connection: AsyncConnection = await self.database.engine.connect()
        self.outer = await self.connection.begin()
        self.typed: dict[UUID, set[UUID | None]] = {}
        self.last: dict[UUID, tuple[str, dict[str, Any]]] = {}
        self.approved_now = False
        self.wrong: list[UUID] = []  # Records that somebody has decided about who had typed something of them.
        async with self._session() as session, session.begin():
            organisation = await accounts.found_organisation(session, "supplier", "HTX Máy")
            self.organisation_id = organisation.id
            self.owner = Actor(new_id(), "Chủ", organisation.id, "HTX", Role.SUPPLIER, MemberRole.OWNER)
            self.lan, self.mai = officer(), officer()
            self.insider = officer(memberships=frozenset({organisation.id}))
            # Mai is an officer who also acts for the cooperative, when it lets her.
            self.helper = replace(self.owner, person_id=self.mai.person_id, on_behalf_of=new_id())
            profile = {"name": "HTX Máy", "legal_form": "cooperative", "commune_code": "02185", "phone": "0912345678"}
            supplier = await catalogue.register_supplier(
                session, self.owner, organisation.id, catalogue.SupplierProfile.model_validate(profile)
            )
            self.supplier_id = supplier.id
            self.typed[supplier.id] = {self.owner.person_id}
            for number in range(2):
                draft = self._draft(f"Củ {number}")
                product = await catalogue.draft(session, self.owner, supplier.id, draft)
                self.typed[product.id] = {self.owner.person_id}
                pack = [catalogue.PackInput(name="Túi")]
                await catalogue.set_packs(session, self.owner, product.id, product.version, pack)
                if start == "published":
                    paper = catalogue.CertificateInput.model_validate({"kind": "ATTP", "number": f"S-{number}"})
                    added = await catalogue.add_certificate(session, self.owner, supplier.id, product.id, paper)
                    self.typed[added.id] = {self.owner.person_id}
            if start == "published":
                await catalogue.submit_supplier(session, self.owner, supplier.id)
                for product in await self._products(session):
                    await catalogue.submit_product(session, self.owner, product.id)
                await approve_everything(session, self.lan)

    def _session(self) -> AsyncSession:
        return AsyncSession(self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False)

    def _draft(self, ingredients: str, lead_days: int | None = None) -> catalogue.ProductDraft:
        given = {"name": "Miến dong", "commodity": "mien-dong", "ingredients": ingredients, "lead_days": lead_days}
        return catalogue.ProductDraft.model_validate(given)

    def act(self, work: Any, *arguments: Any) -> None:
        """Let somebody do something; what is refused is refused whole."""

        async def tried() -> None:
            async with self._session() as session:
                try:
                    async with session.begin():
                        await work(session, *arguments)
                except Refused:
                    return

        self.approved_now = False
        self.run(tried())

    async def _products(self, session: AsyncSession) -> list[Product]:
        return list(await session.scalars(select(Product).where(Product.supplier_id == self.supplier_id).order_by(Product.id)))

    async def _product(self, session: AsyncSession, n: int) -> Product:
        every = await self._products(session)
        return every[n % len(every)]

    async def _papers(self, session: AsyncSession) -> list[Certificate]:
        return list(await session.scalars(select(Certificate).where(Certificate.supplier_id == self.supplier_id)))

    @rule(n=PICK, ingredients=WORDS, days=st.integers(1, 3), helped=st.booleans())
    def revise(self, n: int, ingredients: str, days: int, helped: bool) -> None:
        async def work(session: AsyncSession) -> None:
            product = await self._product(session, n)
            who = self.helper if helped else self.owner
            await catalogue.revise(session, who, product.id, product.version, self._draft(ingredients, days))
            self.typed[product.id].add(who.person_id)

        self.act(work)

    @rule(n=PICK, own=st.booleans(), helped=st.booleans())
    def add_paper(self, n: int, own: bool, helped: bool) -> None:
        async def work(session: AsyncSession) -> None:
            product = await self._product(session, n)
            who = self.helper if helped else self.owner
            paper = catalogue.CertificateInput.model_validate({"kind": "ATTP", "number": f"S-{n}"})
            added = await catalogue.add_certificate(session, who, self.supplier_id, product.id if own else None, paper)
            self.typed[added.id] = {who.person_id}

        self.act(work)

    @rule(n=PICK, number=st.integers(0, 3))
    def correct_paper(self, n: int, number: int) -> None:
        async def work(session: AsyncSession) -> None:
            papers = await self._papers(session)
            if papers:
                held = papers[n % len(papers)]
                paper = catalogue.CertificateInput.model_validate({"kind": "ATTP", "number": f"C-{number}"})
                await catalogue.revise_certificate(session, self.owner, held.id, paper)
                self.typed[held.id].add(self.owner.person_id)

        self.act(work)

    @rule(n=PICK)
    def remove_paper(self, n: int) -> None:
        async def work(session: AsyncSession) -> None:
            papers = await self._papers(session)
            if papers:
                await catalogue.remove_certificate(session, self.owner, papers[n % len(papers)].id)

        self.act(work)

    @rule(n=PICK)
    def question_paper(self, n: int) -> None:
        async def work(session: AsyncSession) -> None:
            papers = await self._papers(session)
            if papers:
                await catalogue.question_certificate(session, self.lan, papers[n % len(papers)].id, "Xem lại")

        self.act(work)

    @rule(n=PICK)
    def hand_in_product(self, n: int) -> None:
        async def work(session: AsyncSession) -> None:
            await catalogue.submit_product(session, self.owner, (await self._product(session, n)).id)

        self.act(work)

    @rule()
    def hand_in_profile(self) -> None:
        self.act(lambda session: catalogue.submit_supplier(session, self.owner, self.supplier_id))

    @rule(n=PICK, move=st.sampled_from(["take back", "withdraw", "withdraw supplier"]))
    def go_back(self, n: int, move: str) -> None:
        async def work(session: AsyncSession) -> None:
            product = await self._product(session, n)
            if move == "take back":
                await catalogue.withdraw_submission(session, self.owner, catalogue.ReviewKind.PRODUCT, product.id)
            elif move == "withdraw":
                await catalogue.withdraw(session, self.owner, product.id)
            else:
                await catalogue.withdraw_supplier(session, self.owner, self.supplier_id)

        self.act(work)

    @rule(n=PICK, who=st.sampled_from(["lan", "mai", "insider", "owner", "helper"]), approve=st.booleans())
    def decide(self, n: int, who: str, approve: bool) -> None:
        self._decide(n, who, approve=approve)

    def _decide(self, n: int, who: str, *, approve: bool) -> None:
        async def work(session: AsyncSession) -> None:
            found = await waiting(session)
            if found:
                review = found[n % len(found)]
                decision = catalogue.Decision(approve=approve, seen=await seen(session, review), note="Đã xem")
                actor = getattr(self, who)
                await catalogue.decide(session, actor, review.id, decision)
                self.approved_now = approve
                if actor.person_id in self.typed[review.subject]:
                    self.wrong.append(review.subject)

        self.act(work)

    @rule(who=st.sampled_from(["mai", "insider", "owner", "helper"]))
    def meddle(self, who: str) -> None:
        """Somebody tries to approve all that waits, her own and others'."""
        for n in range(6):
            self._decide(n, who, approve=True)

    @rule(n=PICK)
    def approve_rightly(self, n: int) -> None:
        """So that examples get far: Lan, who types nothing, approves."""
        self._decide(n, "lan", approve=True)

    @invariant()
    def holds(self) -> None:
        if hasattr(self, "connection"):
            self.run(self._check())

    async def _check(self) -> None:
        async with self._session() as session, session.begin():
            papers = await self._papers(session)
            checked = [each for each in papers if each.state == CertificateState.CHECKED]
            for product in await self._products(session):
                if product.state == State.PUBLISHED:
                    assert any(each.product_id in (None, product.id) for each in checked), "published without a checked paper"
                words = {name: getattr(product, name) for name in CERTIFIED}
                state, before = self.last.get(product.id, (None, words))
                if (state, product.state) == (State.PUBLISHED, State.PUBLISHED) and not self.approved_now:
                    assert words == before, "certified words of a published product changed without a check"
                self.last[product.id] = (product.state, words)
            for review in await session.scalars(select(Review).where(Review.supplier_id == self.supplier_id)):
                if review.state == ReviewState.APPROVED:
                    allowed = {self.lan.person_id, self.mai.person_id}
                    assert review.decided_by in allowed, "approved by its own people"
                    assert review.decided_by != review.submitted_by, "approved by who handed it in"
            twice = "SELECT subject FROM catalogue_review WHERE state = 'waiting' GROUP BY subject HAVING count(*) > 1"
            assert (await session.execute(text(twice))).all() == []
            assert not self.wrong, "approved by who typed it"

    def teardown(self) -> None:
        if hasattr(self, "connection"):
            self.run(self._close())

    async def _close(self) -> None:
        await self.outer.rollback()
        await self.connection.close()


def test_whatever_people_do_nothing_is_approved_by_its_own(database_url: str) -> None:
    with asyncio.Runner() as runner:
        Market.runner = runner
        Market.database = Database(database_url, pool_size=2)
        checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
        budget = settings(
            max_examples=16, stateful_step_count=25, deadline=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=checks,
        )  # fmt: skip
        try:
            run_state_machine_as_test(Market, settings=budget)
        finally:
            runner.run(Market.database.close())
