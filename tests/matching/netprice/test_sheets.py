"""Net-price sheets are their supplier's own; the same form twice is one sheet, and versions stay."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import MemberRole, Role
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.i18n import speaking
from service.matching import netprice
from service.matching.netprice import NetPriceKept, NetPriceWords
from tests import market


def kept(name: str = "Đi Hà Nội", **said: Any) -> NetPriceKept:
    return NetPriceKept.model_validate({"name": name, "price": "80.000", "production": "45k", **said})


async def test_a_supplier_keeps_changes_and_drops_its_sheets(session: AsyncSession) -> None:
    organisation = await market.supplier(session)
    slug = await market.product(session)
    owner, viewer = market.acting(Role.SUPPLIER, organisation), market.acting(Role.SUPPLIER, organisation, MemberRole.VIEWER)
    key = new_id()
    sheet = await netprice.save_sheet(session, owner, kept(product=slug), key=key)
    assert (await netprice.save_sheet(session, owner, kept(product=slug), key=key)).id == sheet.id
    assert (sheet.version, sheet.product_id is not None) == (1, True)
    (shown,) = await netprice.own_sheets(session, viewer)
    assert not shown.may_write
    assert [city.key for city in shown.cities] == ["hanoi", "hcm"]
    with pytest.raises(Conflict):
        await netprice.change_sheet(session, owner, sheet.id, kept(discount="20"), version=7)
    await netprice.change_sheet(session, owner, sheet.id, kept(discount="20"), version=1)
    await netprice.change_sheet(session, owner, sheet.id, kept(discount="20"), version=2)  # The same again changes nothing.
    was = await netprice.earlier(session, viewer, sheet.id)
    assert [(each.words.discount, each.name) for each in was] == [(20, "Đi Hà Nội"), (15, "Đi Hà Nội")]
    await netprice.drop_sheet(session, owner, sheet.id)
    assert await netprice.own_sheets(session, owner) == []


async def test_a_sheet_gives_back_every_figure_as_it_was(session: AsyncSession) -> None:
    owner = market.acting(Role.SUPPLIER, await market.supplier(session))
    what = kept(discount="12,345", kg="1234,5", load="7,5", vat_included=True, vat="8", promotion_vnd="", credit_days="60")
    sheet = await netprice.save_sheet(session, owner, what)
    assert (await netprice.own_sheet(session, owner, sheet.id)).words == what.words()
    with speaking("en"):
        assert (await netprice.own_sheet(session, owner, sheet.id)).words == what.words()


async def test_nobody_else_knows_of_a_sheet(session: AsyncSession) -> None:
    organisation = await market.supplier(session)
    stranger = market.acting(Role.SUPPLIER, await market.supplier(session, "HTX2"))
    owner, viewer = market.acting(Role.SUPPLIER, organisation), market.acting(Role.SUPPLIER, organisation, MemberRole.VIEWER)
    sheet = await netprice.save_sheet(session, owner, kept())
    for actor in (stranger, market.acting(Role.BUYER, new_id()), market.acting(Role.OFFICER, new_id())):
        with pytest.raises(NotFound):
            await netprice.own_sheet(session, actor, sheet.id)
        with pytest.raises(NotFound):
            await netprice.change_sheet(session, actor, sheet.id, kept())
        with pytest.raises(NotFound):
            await netprice.drop_sheet(session, actor, sheet.id)
    with pytest.raises(NotAllowed):
        await netprice.save_sheet(session, viewer, kept("Khác"))
    with pytest.raises(NotAllowed):
        await netprice.drop_sheet(session, viewer, sheet.id)
    with pytest.raises(NotAllowed):
        await netprice.save_sheet(session, market.acting(Role.BUYER, new_id()), kept())


async def test_a_name_is_used_once_and_a_product_is_one_s_own(session: AsyncSession) -> None:
    owner = market.acting(Role.SUPPLIER, await market.supplier(session))
    await market.supplier(session, "HTX2")
    foreign = await market.product(session, "HTX2")
    first = await netprice.save_sheet(session, owner, kept())
    second = await netprice.save_sheet(session, owner, kept("Đi Nam"))
    assert isinstance(first.id, UUID)
    for change in (
        netprice.save_sheet(session, owner, kept()),
        netprice.change_sheet(session, owner, second.id, kept()),
        netprice.save_sheet(session, owner, kept("Khác", product=foreign)),
        netprice.save_sheet(session, owner, kept("Khác", product="không-có")),
        netprice.save_sheet(session, owner, kept("Khác", price="")),
    ):
        with pytest.raises(Invalid) as refused:
            await change
        assert refused.value.errors


def test_figures_are_read_as_people_write_them() -> None:
    words = NetPriceWords.model_validate(
        {"price": "85k", "discount": "12,5 %", "kg": "1,5 tấn", "credit_days": "", "production": "", "km_hanoi": "1.700"}
    )
    assert (words.price, words.discount, words.kg, words.credit_days, words.production) == (85_000, 12.5, 1500, 0, None)
    assert words.km_hanoi == 1700


@pytest.mark.parametrize(
    "said",
    [
        {"price": "0"}, {"price": "miễn phí"}, {"discount": "101"}, {"discount": "-1"}, {"kg": "0"}, {"kg": "9" * 401},
        {"load": "0"}, {"credit_days": "1,5"}, {"credit_days": "9999"}, {"rate": "NaN"}, {"kg": 1e308},
        {"discount": "0," + "0" * 400 + "1"}, {"kg": "1e400"}, {"production": "10^400"}, {"price": "1e999999"},
    ],
)  # fmt: skip
def test_absurd_figures_are_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NetPriceWords.model_validate(said)
