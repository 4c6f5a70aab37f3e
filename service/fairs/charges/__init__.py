"""What a booth and its services cost: rate plans, orders, fee statements, totals for the contractor (F3 F12)."""

from __future__ import annotations
