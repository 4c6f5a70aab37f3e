"""The API keeps its own description: no fault and no answer outside the schema, whatever is asked of it, by whomever.

Every operation is asked by nobody and with the tokens of a supplier, a buyer, an officer and an organiser in turn, writes
included. What is drawn is the same in every run, and nothing depends on how fast the machine is.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as drawn
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance
from sqlalchemy import text

from service import accounts, demo
from service.accounts import ROLES, Actor, MemberRole, OrganisationKind, TokenDraft
from service.app import create_app
from service.core.db import Database
from service.core.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EXAMPLES = 60 if os.environ.get("HYPOTHESIS_PROFILE") == "wide" else 8
OFTEN = drawn(
    max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)  # fmt: skip
# Whose tokens are used: one account of the demo for each kind of organisation that works through the API.
WHO = ("htx@chophien.example", "sieuthi@chophien.example", "canbo@chophien.example", "bantochuc@chophien.example")
# - A well-formed name of something that does not exist is refused in words (422), which the first would forbid.
# - A token of the wrong kind of organisation, or none, is refused before what it brought is looked at.
# - Reading needs no token, so that leaving it out changes nothing.
UNASKED = [positive_data_acceptance, negative_data_rejection, ignored_auth]


async def _tokens(database: Database) -> list[str]:
    found = []
    async with database.transaction() as session:
        for email in WHO:
            statement = text(
                "SELECT p.id, p.name, o.id AS organisation_id, o.name AS organisation_name, o.kind FROM accounts_person p "
                "JOIN accounts_member m ON m.person_id = p.id JOIN accounts_organisation o ON o.id = m.organisation_id "
                "WHERE p.email = :email AND m.role = 'owner' ORDER BY o.id LIMIT 1"
            )
            row = (await session.execute(statement, {"email": email})).one()
            role = ROLES[OrganisationKind(row.kind)]
            actor = Actor(row.id, row.name, row.organisation_id, row.organisation_name, role, MemberRole.OWNER)
            draft = TokenDraft(name="thử", scopes=accounts.SCOPES)
            found.append((await accounts.issue_token(session, actor, row.organisation_id, draft)).secret)
    return found


@pytest.fixture(scope="module")
def market_api(
    make_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Any, Iterator[str | None]]:
    """The description of the API over a database with the demo market in it, and who asks, in turn."""
    url = make_database("api")

    async def stock() -> list[str]:
        database = Database(url)
        await demo.stock_market(database)
        tokens = await _tokens(database)
        await database.close()
        return tokens

    # The stocking has a loop of its own, because the one of the other tests may be running.
    loop = asyncio.new_event_loop()
    tokens = loop.run_until_complete(stock())
    loop.close()
    settings = Settings(database_url=url, log_level="ERROR", searches_a_minute=0, data_dir=tmp_path_factory.mktemp("api"))
    described = schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(settings))
    return described, itertools.cycle([None, *tokens])


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_is_as_described(market_api: tuple[Any, Iterator[str | None]], mode: GenerationMode) -> None:
    described, asking = market_api
    seen = 0
    for found in described.get_all_operations():
        operation = found.ok()
        seen += 1

        @OFTEN
        @given(case=operation.as_strategy(generation_mode=mode))
        def probe(case: Any) -> None:
            token = next(asking)
            headers = {"authorization": f"Bearer {token}"} if token else {}
            answer = case.call(headers=headers)
            assert answer.status_code < 500, (case.as_curl_command(), answer.status_code)
            case.validate_response(answer, headers=headers, excluded_checks=UNASKED)

        # Some operations have nothing that could be got wrong.
        with contextlib.suppress(Unsatisfiable):
            probe()
    assert seen >= 10
