"""Whose the photos and papers of an archive are: the codes in their places, looked for among the records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue import events, kinds, rules
from service.catalogue.bulk import staging
from service.catalogue.bulk.papers import Holder, put_certificates
from service.catalogue.bulk.rows import CertificateRow
from service.catalogue.sheets.columns import SheetKind
from service.catalogue.sheets.contents import Hint, Sort, code_key
from service.core.events import announce_all
from service.core.i18n import _

if TYPE_CHECKING:
    from service.catalogue.sheets.imports import Report

# Suppliers that the archive names, or that are the sender's own, with all their products; and products of these very codes.
RECORDS = """
SELECT s.code, s.id, s.organisation_id, p.code, p.id
  FROM catalogue_supplier s LEFT JOIN catalogue_product p ON p.supplier_id = s.id
 WHERE (s.code = ANY(%(suppliers)s) OR s.organisation_id = %(own)s OR p.code = ANY(%(codes)s) OR s.code = ANY(%(codes)s))
   AND (%(all)s OR s.organisation_id = %(own)s)
"""
PAPERS = """
SELECT DISTINCT ON (coalesce(product_id, supplier_id), kind) coalesce(product_id, supplier_id), kind, id
  FROM catalogue_certificate
 WHERE product_id = ANY(%(products)s) OR (product_id IS NULL AND supplier_id = ANY(%(suppliers)s))
 ORDER BY coalesce(product_id, supplier_id), kind, issued_on DESC NULLS LAST, id DESC
"""


@dataclass(frozen=True, slots=True)
class Owner:
    """A product, or a supplier as a whole, that photos and papers are added to."""

    supplier_code: str
    supplier_id: UUID
    organisation_id: UUID
    product_id: UUID | None = None

    @property
    def holder_id(self) -> UUID:
        """The record itself."""
        return self.product_id or self.supplier_id


@dataclass(slots=True)
class Records:
    """The records that an archive may speak of, by their codes as they are and as files can spell them."""

    exact: dict[str, list[Owner]] = field(default_factory=dict)
    spelt: dict[str, list[Owner]] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)  # Codes of lines that are not right yet: what they own is not at fault.
    in_sheet: set[str] = field(default_factory=set)  # Suppliers that the sheets name: of two products they go first.

    def meant(self, hint: Hint) -> Owner | str | None:
        """The record that is meant, or what is wrong; None where a line that is wrong itself is meant."""
        if hint.sort is Sort.PAPER and hint.kind is None:
            known = ", ".join(kind.code for kind in list(kinds.KINDS.values())[:8])
            return _("Tên tệp phải bắt đầu bằng loại giấy, ví dụ OCOP-1.pdf (các loại: %(kinds)s, …).", kinds=known)
        for code in hint.codes:
            for table, key in ((self.exact, code), (self.spelt, code_key(code))):
                found = self._of(table.get(key, []), hint.supplier)
                if len(found) == 1:
                    return found[0]
                if found:
                    return _("Mã “%(code)s” có ở nhiều nhà cung cấp. Hãy đặt vào thư mục mang mã nhà cung cấp.", code=code)
        if any(code_key(code) in self.typed for code in hint.codes):
            return None
        if not hint.codes:
            return _("Hãy đặt giấy vào thư mục mang mã sản phẩm hoặc mã nhà cung cấp, ví dụ giay/SP01/OCOP.pdf.")
        return _("Không có sản phẩm hay nhà cung cấp nào mang mã “%(code)s”.", code=hint.codes[-1])

    def _of(self, found: Sequence[Owner], supplier: str | None) -> Sequence[Owner]:
        if supplier is not None:
            return [owner for owner in found if code_key(owner.supplier_code) == code_key(supplier)]
        if len(found) > 1 and self.in_sheet:
            return [owner for owner in found if owner.supplier_code in self.in_sheet] or found
        return found


async def known(conn: staging.Connection, actor: Actor, sheets: Mapping[SheetKind, Report], hints: Iterable[Hint]) -> Records:
    """The records that an archive may speak of and its sender may add to."""
    out = Records()
    for kind, part in sheets.items():
        out.typed |= {code_key(code) for key in part.keys for code in key[-1:]} if not part.ok or part.counts is None else set()
        out.in_sheet |= {row.supplier_code if kind == "products" else row.code for row in part.rows}
    suppliers = out.in_sheet | {hint.supplier for hint in hints if hint.supplier}
    codes = {code for hint in hints for code in hint.codes}
    asked = {
        "suppliers": list(suppliers), "codes": list(codes), "own": actor.organisation_id, "all": rules.may_import(actor),
    }  # fmt: skip
    for supplier_code, supplier_id, organisation_id, code, product_id in await (await conn.execute(RECORDS, asked)).fetchall():
        whole = Owner(supplier_code, supplier_id, organisation_id)
        for word, owner in ((supplier_code, whole), (code, Owner(supplier_code, supplier_id, organisation_id, product_id))):
            if word is None:
                continue
            for table, key in ((out.exact, word), (out.spelt, code_key(word))):
                listed = table.setdefault(key, [])
                if owner not in listed:
                    listed.append(owner)
    return out


async def certificates(
    session: AsyncSession, conn: staging.Connection, actor: Actor, meant: Sequence[tuple[Hint, Owner]]
) -> dict[tuple[UUID, str], UUID]:
    """The certificate that each paper is a page of: the newest of its kind; one that nobody has told yet is written down.

    A paper of another kind than OCOP may come without a line that tells its dates: an officer reads them from the page.
    """
    papers = [(hint.kind or "", owner) for hint, owner in meant if hint.sort is Sort.PAPER]
    found = await _held(conn, papers)
    missing: dict[tuple[UUID, str], Owner] = {
        (owner.holder_id, kind): owner for kind, owner in papers if (owner.holder_id, kind) not in found and kind != kinds.OCOP
    }
    if missing:
        given = [
            (Holder(owner.supplier_id, owner.product_id, False), (CertificateRow(kind),))
            for (_holder, kind), owner in missing.items()
        ]
        await put_certificates(conn, actor, given)
        found = await _held(conn, papers)
        facts = [(events.CertificateAdded(holder, found[holder, kind]), None, {"kind": kind}) for holder, kind in missing]
        await announce_all(session, facts, actor=actor)
    return found


def without_certificate(hint: Hint) -> str:
    """Why a paper has nothing to be a page of."""
    if hint.kind == kinds.OCOP:
        return _("Sản phẩm này chưa ghi số sao OCOP nên chưa gắn được giấy. Hãy điền cột Số sao OCOP.")
    return _("Không gắn được giấy này.")


async def _held(conn: staging.Connection, papers: Sequence[tuple[str, Owner]]) -> dict[tuple[UUID, str], UUID]:
    asked = {
        "products": list({owner.product_id for _kind, owner in papers if owner.product_id is not None}),
        "suppliers": list({owner.supplier_id for _kind, owner in papers if owner.product_id is None}),
    }
    return {(holder, kind): paper for holder, kind, paper in await (await conn.execute(PAPERS, asked)).fetchall()}
