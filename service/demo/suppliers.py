"""The invented suppliers: all five legal forms, over all 37 communes of former Bắc Kạn."""

from __future__ import annotations

from datetime import date

from service.catalogue import CertificateRow, SupplierRow
from service.core import clock
from service.demo import tables

THAI_NGUYEN = "19"
ENDLESS = frozenset({"DKKD", "TCB", "DKCB"})
TERMS = {"KN": 12, "GG": 12, "HALAL": 12, "PUC": 12, "HC": 24, "RUOU": 60}
ISSUERS = {
    "DKKD": "Cơ quan đăng ký kinh doanh (minh họa)",
    "GTIN": "Cơ quan mã số, mã vạch (minh họa)",
    "KN": "Phòng kiểm nghiệm (minh họa)",
    "TCB": None,
}


def rows(today: date) -> list[SupplierRow]:
    """Every invented supplier with its papers and the marks that it may use."""
    return [_row(line, today) for line in tables.lines("suppliers")]


def paper(kind: str, valid_to: date | None, today: date, number: str | None = None) -> CertificateRow:
    """A paper that ends on that day; it was issued one term of its kind before."""
    issued = clock.add_months(valid_to, -TERMS.get(kind, 36)) if valid_to else clock.add_months(today, -20)
    issuer = ISSUERS.get(kind, "Cơ quan cấp (minh họa)")
    return CertificateRow(kind=kind, number=number, issuer=issuer, issued_on=issued, valid_to=valid_to)


def _row(line: tables.Line, today: date) -> SupplierRow:
    ago = tables.whole(line["verified_days_ago"])
    return SupplierRow(
        code=line["code"],
        name=line["name"],
        name_en=line["name_en"],
        legal_form=line["legal_form"],
        province_code=THAI_NGUYEN,
        commune_code=line["commune"],
        address=line["address"],
        email=f"lienhe@{line['code'].lower()}.example",
        founded=tables.whole(line["founded"]),
        members=tables.whole(line["members"]),
        people=tables.text(line["people"]),
        area_ha=tables.decimal(line["area_ha"]),
        capacity_note=tables.text(line["capacity_note"]),
        story=tables.text(line["story"]),
        min_order_kg=tables.decimal(line["min_order_kg"]),
        wholesale_public=line["wholesale_public"] == "1",
        verified_on=tables.days(str(-ago), today) if ago is not None else None,
        state=tables.text(line["state"]),
        illustrative=True,
        certificates=_papers(line, today),
        marks=tables.words(line["marks"]),
    )


def _papers(line: tables.Line, today: date) -> tuple[CertificateRow, ...]:
    papers = []
    for said in tables.words(line["certificates"], ";"):
        kind, _colon, ends = said.partition(":")
        number = None if kind in {"TCB", "DKKD"} else f"{kind}-{line['code']}"
        papers.append(paper(kind, tables.days(ends, today), today, number))
    for mark in tables.words(line["marks"]):
        kind = "NHTT" if mark.startswith("gao-") else "GI"
        papers.append(paper(kind, None, today, f"{kind}-{line['code']}-{mark}"))
    return tuple(papers)
