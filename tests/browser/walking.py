"""Walks the market as one person and lists one address for every kind of page that links lead to."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

import httpx

from service import demo

LINK = re.compile(r'href="(/[^"]*)"')
CODE = re.compile(r"(?<=/)(?=[^/]*\d)[A-Z0-9-]+(?=/|$)")  # A booth, an application, a version: one of many too.
ROW_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LEFT_OUT = ("/static/", "/api/", "/dang-xuat")
# The last part of these addresses names one thing among many of its kind.
ONE_OF_MANY = ("/ban-to-chuc/hoi-cho/", "/ban-hang/hoi-cho/", "/san-pham/", "/nha-cung-cap/", "/tim-hang/", "/gom-don/",
               "/hoi-cho/", "/ban-hang/san-pham/", "/duyet/lich-su/san-pham/", "/duyet/lich-su/nha-cung-cap/")  # fmt: skip
FIXED = ("/tim-hang/moi", "/gom-don/moi", "/ban-hang/san-pham/moi", "/ban-to-chuc/hoi-cho/moi", "/ban-hang/hoi-cho/nen-di",
         "/ban-hang/hoi-cho/ket-qua")  # fmt: skip
ALWAYS = ("/", "/san-pham?q=mien+dong", "/san-pham?q=qwxzqwxz", "/dang-nhap", "/khong-co-trang-nay")
MOST_STEPS = 250


def kind_of(address: str) -> str:
    """Two addresses of the same kind show the same page with other contents."""
    parts = urlsplit(address)
    path = CODE.sub("*", ROW_ID.sub("*", parts.path))
    for many in ONE_OF_MANY:
        if path.startswith(many) and not path.startswith(FIXED):
            name, _, rest = path[len(many) :].partition("/")
            path = f"{many}*/{rest}" if name else path
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
    return path + ("?" + "&".join(names[:1]) if names else "")


def pages(address: str, who: str | None) -> list[str]:
    """One address of each kind of page that this person can reach by links, with the way it is written in them."""
    found: dict[str, str] = {}
    with httpx.Client(base_url=address, follow_redirects=True, headers={"accept-language": "vi"}, timeout=30) as browser:
        if who is not None:
            answer = browser.post("/dang-nhap", data={"email": who, "password": demo.DEMO_PASSWORD, "next": "/"})
            assert answer.status_code == 200, answer.text[:500]
        # A buyer's own requests stand first on the list of requests, so her own one is walked, with what only she may do.
        waiting, steps = ["/tim-hang", *ALWAYS], 0
        while waiting and steps < MOST_STEPS:
            here = waiting.pop(0)
            if kind_of(here) in found:
                continue
            steps += 1
            answer = browser.get(here)
            elsewhere = answer.url.path == "/dang-nhap" and here != "/dang-nhap"
            if elsewhere or not answer.headers["content-type"].startswith("text/html"):
                found[kind_of(here)] = ""
                continue
            assert answer.status_code in (200, 404), (here, answer.status_code)
            assert answer.status_code == 200 or here in ALWAYS, f"a link leads nowhere: {here}"
            found[kind_of(here)] = here
            for link in LINK.findall(answer.text):
                plain = html.unescape(link).split("#")[0]
                if plain and not plain.startswith(LEFT_OUT) and "lang=" not in plain:
                    waiting.append(plain)
    # One page of each path is looked at; other filters, cursors and years of it hold the same pieces.
    shown: dict[str, str] = {}
    for kind, each in found.items():
        if each:
            shown.setdefault(each if each in ALWAYS or "product=" in each else kind.partition("?")[0], each)
    return list(shown.values())
