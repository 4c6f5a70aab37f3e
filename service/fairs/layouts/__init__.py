"""The floor of a fair: halls in metres, zones and pavilions, booths, and how it is drawn (F3 F4 F7 F8)."""

from __future__ import annotations

from service.fairs.layouts.floor import Floor, HallFloor, Spot, Thing, ZoneMark

__all__ = ["Floor", "HallFloor", "Spot", "Thing", "ZoneMark"]
