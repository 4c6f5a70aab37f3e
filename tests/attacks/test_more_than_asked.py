"""Mass assignment: whoever sends more fields than the form shows changes nothing more than the form does.

Every writing row of the permission table is sent twice by somebody who may: as it is, and with everything added that somebody
would like to decide for herself. What is stored afterwards is the same, in every table.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest
import pytest_asyncio

from tests.web.asking import address, filled
from tests.web.permissions import KINDS, TABLE, Row

if TYPE_CHECKING:
    from tests.conftest import OneConnection
    from tests.web.permission_market import Market

WISHED = {
    "state": "published", "status": "published", "verified_on": "2026-01-01", "verified": "true", "checked_on": "2026-01-01",
    "checked_by": "{other_supplier_person}", "typed_by": "{other_supplier_person}",
    "organisation_id": "{stranger_organisation}",
    "organisation": "{stranger_organisation}", "supplier_id": "{supplier_id}", "person_id": "{other_supplier_person}",
    "owner_id": "{other_supplier_person}", "id": "{product_id}", "is_admin": "true", "administrator": "true",
    "member_role": "owner", "kind_of_organisation": "operator", "illustrative": "true", "source": "https://evil.example",
    "locked_at": "", "email_confirmed_at": "2026-01-01", "phone_confirmed_at": "2026-01-01", "password_hash": "x",
    "duty": "19", "created_at": "2020-01-01", "updated_at": "2020-01-01", "opened_at": "2020-01-01",
    "published_at": "2020-01-01",
    "code_hash": "x",
    "second_factor_at": "2026-01-01", "on_behalf_of": "{stranger_organisation}", "_method": "DELETE",
    "__proto__": "x", "constructor": "x", "actor": "x", "scopes_all": "true",
}  # fmt: skip
WRITES = [key for key, each in TABLE.items() if not key.startswith("GET ") and set(each.policy) & {"o", "~"}]
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What each row says of itself beside its words: who, whose, in which state, how much trusted.
TOLD = re.compile(
    r"^(state|status|verified_on|checked_(on|by)|typed_by|organisation_id|supplier_id|office_id|person_id|role|kind|illustrative"
    r"|source|locked_at|(email|phone)_confirmed_at|duty_codes|scopes|visibility|granted_by|issued_by|invited_by|kept)$"
)


def _who(each: Row) -> str:
    """Somebody who may: the own owner where she is one of them, so that there is something of hers to overdo."""
    may = [kind for kind in KINDS if each.expected(kind) in "o~"]
    return next((kind for kind in ("own owner", "buyer") if kind in may), may[-1])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def statement(one: OneConnection) -> str:
    """How many rows each table has, and what they say of whose and how trusted they are, in one statement."""
    columns = await one.connection.exec_driver_sql(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND table_name ~ '^(accounts|catalogue|matching|fairs)_' AND table_name !~ '^catalogue_(search|facet|vocabulary)' "
        "ORDER BY 1, 2"
    )
    told: dict[str, list[str]] = {}
    for table, column in columns.all():
        told.setdefault(table, [])
        if TOLD.match(column):
            # Moments differ by milliseconds; whether there is one does not.
            told[table].append(f'"{column}" IS NULL' if column.endswith("_at") else f'"{column}"::text')
    parts = [
        f"SELECT '{table}' AS t, ARRAY[{', '.join([*said, 'NULL::text'])}]::text[]::text AS said FROM \"{table}\""
        for table, said in told.items()
    ]
    return f"SELECT t, said, count(*) FROM ({' UNION ALL '.join(parts)}) x GROUP BY t, said"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def before(one: OneConnection, market: Market, statement: str) -> dict[str, int]:
    """What is stored before anybody asks for anything: every test undoes what it did."""
    return await _stored(one, market, statement)


async def _stored(one: OneConnection, market: Market, statement: str) -> dict[str, int]:
    """What the statement finds; ids made by chance left out."""
    known = set(market.names.values())
    stored: dict[str, int] = {}
    for table, said, number in (await one.connection.exec_driver_sql(statement)).all():
        # Whoever was made just now has an id of her own; those who were there before are told apart.
        name = f"{table} {UUID.sub(lambda found: found[0] if found[0] in known else 'new', said)}"
        stored[name] = stored.get(name, 0) + number
    return stored


async def _after(one: OneConnection, market: Market, statement: str, key: str, *, more: bool) -> tuple[int, dict[str, int]]:
    each, browser = TABLE[key], market.browsers[_who(TABLE[key])]
    names = {**market.names, "key": "0199d3a2-0000-7000-8000-000000000001"}
    wished = filled({name: value for name, value in WISHED.items() if name not in (each.form or each.json or {})}, names)
    method, path = address(key, each, names)
    form, json = filled(each.form, names), filled(each.json, names)
    if more and json is not None:
        json = {**json, **wished} if isinstance(json, dict) else json
    elif more:
        form = {**(form or {}), **wished}
        path += ("&" if "?" in path else "?") + "state=published&role=owner&verified_on=2026-01-01"
    kept = dict(browser.cookies)
    undone = await one.connection.begin_nested()
    answer = await browser.request(method, path, data=form, json=json, files=each.files, headers=each.headers)
    stored = await _stored(one, market, statement)
    await undone.rollback()
    browser.cookies = httpx.Cookies(kept)
    return answer.status_code, stored


@pytest.mark.parametrize("key", WRITES)
async def test_more_than_the_form_shows_changes_nothing_more(
    key: str, one: OneConnection, market: Market, statement: str, before: dict[str, int]
) -> None:
    plain_status, plain = await _after(one, market, statement, key, more=False)
    status, stored = await _after(one, market, statement, key, more=True)
    assert status < 500
    # Either the surplus is refused as a whole, and nothing is stored, or it is as if it had not been sent.
    if status in (400, 422) and plain_status not in (400, 422):
        assert stored == before
    else:
        assert {name: stored.get(name) for name in stored if stored.get(name) != plain.get(name)} == {}


async def test_what_is_stored_is_really_looked_at(
    one: OneConnection, market: Market, statement: str, before: dict[str, int]
) -> None:
    assert await _stored(one, market, statement) == before
    undone = await one.connection.begin_nested()
    await one.connection.exec_driver_sql("UPDATE accounts_organisation SET verified_on = '2020-02-02' WHERE kind = 'office'")
    assert await _stored(one, market, statement) != before
    await undone.rollback()
    assert await _stored(one, market, statement) == before
