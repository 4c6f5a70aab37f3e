"""The picture of a hall, drawn on the server. PURE: the same hall and the same looks give the same text.

One unit is a decimetre. A state is told three ways: by a pattern, by a mark in the corner of the booth, and in the words that
are read aloud; a printer without colours loses nothing. Every booth with an address is a link with a name of its own.
The drawing names few things many times, so that it packs well: a hall of 340 booths takes about 6 KB over the wire.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from markupsafe import Markup, escape

from service.core import formats
from service.fairs.layouts.floor import HallFloor, Spot, Thing, ZoneMark
from service.fairs.layouts.geometry import Box, box
from service.fairs.layouts.words import booth_words, thing_names, tone_names

UNIT = 10  # Units in a metre.
MARGIN = 14
PIXELS = 2.2  # Screen pixels in a unit when the picture is as large as a phone shows it.
TONES = ("free", "taken", "held", "closed", "mine", "moved", "wish")
# A mark in the corner of a booth, so that the state can be read without colour: each a letter-sized sign.
MARKS = {"taken": "●", "held": "◔", "closed": "✕", "mine": "★", "moved": "↷", "wish": "♥"}
# Units that a letter takes on average, in the sizes of codes, of labels and of what is written on the floor.
CODE, LABEL, FLOOR = 4.3, 3.1, 4.6


# For a picture that is a file of its own: the same as in chophien.css, in ink.
STYLE = (
    "text{font:7px 'Be Vietnam Pro','Noto Sans','Liberation Sans',sans-serif;text-anchor:middle;fill:#000}"
    ".m{font-size:5.2px}.k,.u,.s,.z{font-size:5.6px;text-anchor:start}.u{text-anchor:end}.z{font-weight:700}"
    ".ground{fill:#fff;stroke:#000;stroke-width:1.4}.b rect{fill:#fff;stroke:#000;stroke-width:.6}"
    ".taken rect,.mine rect{fill:#ddd}.held rect{fill:url(#f-held)}.closed rect{fill:url(#f-closed)}"
    ".moved rect{fill:url(#f-moved)}.wish rect{stroke-dasharray:3 2;stroke-width:1.2}.mine rect,.rim rect{stroke-width:2}"
    ".aisle{fill:#f4f4f4}.pillar,.wall{fill:#000}.entrance{fill:#fff;stroke:#000;stroke-dasharray:2 1}"
    ".stage{fill:#fff;stroke:#000}.zone{fill:none;stroke:#000;stroke-width:.7;stroke-dasharray:5 2}"
    ".bar,.hatch{fill:none;stroke:#000;stroke-width:.6}.lattice{stroke:#ddd;stroke-width:.2}"
)
TILE = '<pattern id="f-%s" width="5" height="5" patternUnits="userSpaceOnUse"><path class="hatch" d="%s"/></pattern>'
HATCHES = {"held": "M0 5L5 0", "closed": "M0 5L5 0M0 0L5 5", "moved": "M1 2h1M3.5 4.5h1"}
PATTERNS = f"<style>{STYLE}</style><defs>{''.join(TILE % hatch for hatch in HATCHES.items())}</defs>"


@dataclass(frozen=True, slots=True)
class Look:
    """How one booth is shown: where its link leads, what stands in it, how it is filled, and what is read aloud."""

    href: str | None = None
    label: str | tuple[str, ...] = ()
    tone: str = "free"
    words: str | None = None
    number: int | None = None  # Written in the corner in place of the mark: an order of wishes.

    @property
    def lines(self) -> tuple[str, ...]:
        """At most two short lines below the code."""
        lines = (self.label,) if isinstance(self.label, str) else self.label
        return tuple(line for line in lines if line)[:2]

    def fitted(self, room: float) -> list[str]:
        """The lines as they go into a booth so wide; a single long one is broken between two words."""
        lines = list(self.lines)
        if len(lines) == 1 and len(lines[0]) > _most(room, LABEL):
            first, rest = "", lines[0].split()
            while rest and len(f"{first} {rest[0]}".strip()) <= _most(room, LABEL):
                first = f"{first} {rest.pop(0)}".strip()
            lines = [first, " ".join(rest)] if first else lines
        return [line for line in (_fitted(line, room, LABEL) for line in lines) if line]


def picture(
    hall: HallFloor,
    looks: Mapping[UUID, Look],
    *,
    title: str,
    zones: Sequence[ZoneMark] = (),
    marked: Iterable[UUID] = (),
    grid: bool = False,
    scale: int | None = None,
    alone: bool = False,
) -> Markup:
    """The hall as SVG. A booth without a look is free and leads nowhere; `marked` ones get a thick rim (faults, a choice).

    `zones` are named above their booths. `grid` makes it a drawing board: a line every metre, and booths that are known by
    their ids. With `scale` the picture measures what it says on
    paper: at 1:200 a hall of 60 m is 30 cm wide. `alone` makes it a file of its own, with its colours inside.
    """
    width, depth = _units(hall.width), _units(hall.depth)
    wide, high = width + 2 * MARGIN, depth + 2 * MARGIN
    size = f'width="{wide * PIXELS:.0f}" height="{high * PIXELS:.0f}"'
    if scale:
        size = f'width="{_mm(wide, scale)}mm" height="{_mm(high, scale)}mm"'
    rims = frozenset(marked)
    head = f'class="floor" role="figure" aria-label="{escape(title)}" viewBox="-{MARGIN} -{MARGIN} {wide} {high}" {size}'
    known = f'data-hall="{hall.id}" data-wide="{_plain(hall.width)}" data-deep="{_plain(hall.depth)}"'
    pieces = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {head}>{PATTERNS}' if alone else f"<svg {head} {known}>",
        f'<rect class="ground" width="{width}" height="{depth}"/>',
        _lattice(width, depth) if grid else "",
        *(f'<rect class="aisle" {_rect(thing)}/>' for thing in hall.things if thing.kind == "aisle"),
        *(_words(thing) for thing in hall.things if thing.kind == "aisle"),
        *(_zone(cluster, mark) for mark in zones for cluster in _clusters(hall, mark.code)),
        *(_booth(booth, looks.get(booth.id) or Look(), booth.id in rims, named=grid) for booth in hall.booths),
        *(f'<rect class="{thing.kind}" {_rect(thing)}/>{_words(thing)}' for thing in hall.things if thing.kind != "aisle"),
        _measure(depth),
        "</svg>",
    ]
    return Markup("".join(pieces))  # noqa: S704 - every word of others was escaped where it was put in.


def _mm(units: float, scale: int) -> str:
    return f"{units * 100 / scale:.1f}".rstrip("0").rstrip(".")


def _units(metres: float) -> int | float:
    value = round(metres * UNIT, 1)
    return int(value) if value == int(value) else value


def _plain(metres: float) -> str:
    return f"{metres:.2f}".rstrip("0").rstrip(".")


def _rect(thing: Spot | Thing) -> str:
    return f'x="{_units(thing.x)}" y="{_units(thing.y)}" width="{_units(thing.width)}" height="{_units(thing.depth)}"'


def _lattice(width: float, depth: float) -> str:
    down = "".join(f"M{at} 0V{depth}" for at in range(UNIT, int(width), UNIT))
    across = "".join(f"M0 {at}H{width}" for at in range(UNIT, int(depth), UNIT))
    return f'<path class="lattice" d="{down}{across}"/>'


def _measure(depth: float) -> str:
    """A bar of five metres below the hall, so that a copy of any size can be measured."""
    at = depth + MARGIN - 5
    words = formats.number(5)
    return f'<path class="bar" d="M0 {at}v-3h50v3"/><text class="s" x="53" y="{at}">{words} m</text>'


def _words(thing: Thing) -> str:
    label = thing.label or (thing_names()[thing.kind] if thing.kind in ("entrance", "stage") else "")
    if not label:
        return ""
    x, y = _units(thing.x + thing.width / 2), _units(thing.y + thing.depth / 2)
    upright = thing.depth > thing.width and len(label) > _most(thing.width * UNIT, FLOOR)
    turn = f' transform="rotate(-90 {x} {y})"' if upright else ""
    room = (thing.depth if upright else thing.width) * UNIT
    return f'<text class="l" x="{x}" y="{y}"{turn}>{escape(_fitted(label, room, FLOOR))}</text>'


def _booth(booth: Spot, look: Look, rim: bool, *, named: bool) -> str:
    tone = look.tone if look.tone in TONES else "free"
    room = booth.width * UNIT
    left, top, middle = _units(booth.x), _units(booth.y), _units(booth.x + booth.width / 2)
    lines = look.fitted(room)
    texts = [_fitted(booth.code, room, CODE), *lines]
    step = min(8, (booth.depth * UNIT - 3) / max(len(texts), 1))
    first = booth.y * UNIT + (booth.depth * UNIT - step * len(texts)) / 2 + step * 0.78
    written = "".join(
        f'<text{small} x="{middle}" y="{_tidy(first + step * n)}">{escape(line)}</text>'
        for n, (small, line) in enumerate(zip(("", *[' class="m"'] * len(lines)), texts, strict=True))
    )
    sign = str(look.number) if look.number is not None else MARKS.get(tone, "")
    mark = f'<text class="k" x="{_tidy(float(left) + 1)}" y="{_tidy(float(top) + 5)}">{sign}</text>' if sign else ""
    corner = _services(booth)
    body = f"<rect {_rect(booth)}/>{mark}{corner}{written}"
    classes = f"{tone} rim" if rim else tone
    name = escape(look.words or booth_words(booth, tone_names()[tone]))
    known = f' data-b="{booth.id}" data-code="{escape(booth.code)}"' if named else ""
    if look.href is None:
        return f'<g class="b {classes}"{known} role="img" aria-label="{name}">{body}</g>'
    return f'<a class="b {classes}"{known} href="{escape(look.href)}" aria-label="{name}">{body}</a>'


def _services(booth: Spot) -> str:
    """Three phases, water and cold as three small marks in the upper right corner."""
    signs = ("3" if booth.power == "three" else "") + ("~" if booth.water else "") + ("*" if booth.cold else "")
    if not signs or booth.depth * UNIT < 16:
        return ""
    return f'<text class="u" x="{_tidy((booth.x + booth.width) * UNIT - 1.5)}" y="{_tidy(booth.y * UNIT + 6)}">{signs}</text>'


def _tidy(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _most(room: float, letter: float) -> int:
    return max(int((room - 1.5) / letter), 1)


def _fitted(words: str, room: float, letter: float) -> str:
    """The words cut at the width of what they stand in."""
    most = _most(room, letter)
    return words if len(words) <= most else (words[: most - 1].rstrip(" .,-–") + "…" if most > 2 else "")


def _clusters(hall: HallFloor, code: str) -> Iterator[Box]:
    """The boxes around neighbouring booths of one zone: an aisle between two rows makes two clusters."""
    left = [box(booth) for booth in hall.booths if booth.zone == code]
    while left:
        whole = left.pop(0)
        grown = True
        while grown:
            near = [each for each in left if each.meets(whole.grown(0.6), 0)]
            grown = bool(near)
            for each in near:
                left.remove(each)
                whole = Box(
                    min(whole.left, each.left), min(whole.top, each.top), max(whole.right, each.right),
                    max(whole.bottom, each.bottom),
                )  # fmt: skip
        yield whole


def _zone(where: Box, mark: ZoneMark) -> str:
    x, y = where.left * UNIT, where.top * UNIT
    wide, high = (where.right - where.left) * UNIT, (where.bottom - where.top) * UNIT
    rim = f'x="{_tidy(x - 2)}" y="{_tidy(y - 2)}" width="{_tidy(wide + 4)}" height="{_tidy(high + 4)}"'
    label = escape(_fitted(mark.name, wide, FLOOR))
    return f'<rect class="zone" {rim}/><text class="z" x="{_tidy(x)}" y="{_tidy(y - 4)}">{label}</text>'


def paper_scale(hall: HallFloor, paper: str) -> tuple[int, str]:
    """The scale and the way of the sheet at which the whole hall goes on a paper: (200, "landscape") is 1:200 on its side."""
    sides = {"A4": (180, 250), "A3": (267, 370)}[paper]
    wide, high = hall.width * 1000 + 200 * MARGIN, hall.depth * 1000 + 200 * MARGIN
    best: tuple[int, str] | None = None
    for way, (across, down) in (("portrait", sides), ("landscape", sides[::-1])):
        scale = next((each for each in SCALES if wide / each <= across and high / each <= down - 20), SCALES[-1])
        if best is None or scale < best[0]:
            best = scale, way
    assert best is not None  # noqa: S101 - there are two ways.
    return best


SCALES = (50, 75, 100, 125, 150, 200, 250, 300, 400, 500, 750, 1000, 1500, 2000)
