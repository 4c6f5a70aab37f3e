"""Every pair of text and ground that the pages use reaches 4.5:1, every drawn edge 3:1, by day and by night (X4)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "service" / "web" / "static" / "chophien.css").read_text("utf-8")
TEXT = [
    ("ink", "paper"), ("ink", "raised"), ("ink", "tint"), ("ink", "leaf-tint"), ("ink", "mandarin-tint"),
    ("ink", "turmeric-tint"),
    ("muted", "paper"), ("muted", "raised"), ("muted", "tint"), ("muted", "turmeric-tint"),
    ("indigo", "paper"), ("indigo", "raised"), ("indigo", "tint"), ("indigo", "indigo-tint"),
    ("indigo-deep", "paper"), ("indigo-deep", "raised"), ("on-indigo", "indigo"), ("on-indigo", "indigo-deep"),
    ("turmeric", "paper"), ("turmeric", "raised"), ("turmeric", "turmeric-tint"),
    ("mandarin", "paper"), ("mandarin", "raised"), ("mandarin", "mandarin-tint"),
    ("leaf", "paper"), ("leaf", "raised"), ("leaf", "leaf-tint"),
]  # fmt: skip
EDGES = [
    ("line", "paper"),
    ("line", "raised"),
    ("line", "tint"),
    ("indigo", "indigo-tint"),
    ("leaf", "raised"),
    ("mandarin", "raised"),
]


def tokens(block: str) -> dict[str, str]:
    """The colours that a block of the stylesheet names."""
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9A-Fa-f]{6})", block))


LIGHT = tokens(CSS.split("@media (prefers-color-scheme: dark)")[0])
DARK = LIGHT | tokens(CSS.split("@media (prefers-color-scheme: dark)")[1].split("} }")[0])


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """How far two colours stand apart, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "ground"), TEXT)
def test_text_can_be_read(scheme: dict[str, str], front: str, ground: str) -> None:
    assert contrast(scheme[front], scheme[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "ground"), EDGES)
def test_edges_can_be_seen(scheme: dict[str, str], front: str, ground: str) -> None:
    assert contrast(scheme[front], scheme[ground]) >= 3


def test_both_schemes_name_the_same_colours() -> None:
    assert set(tokens(CSS.split("@media (prefers-color-scheme: dark)")[1].split("} }")[0])) == set(LIGHT)
