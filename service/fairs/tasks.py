"""What the worker does for fairs. Each part says in its own file what that is."""

from __future__ import annotations

from service.fairs.advice import tasks as _advice  # noqa: F401 - it registers its answers.
from service.fairs.applications import tasks as _applications  # noqa: F401 - the same.
from service.fairs.bookings import tasks as _bookings  # noqa: F401 - the same.
from service.fairs.meetings import tasks as _meetings  # noqa: F401 - the same.
from service.fairs.onsite import tasks as _onsite  # noqa: F401 - the same.
from service.fairs.plans import tasks as _plans  # noqa: F401 - the same.
