"""HiGHS told of whole-number rows: what booth plans and pooled lots both need of the library, loaded only where they search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Row = tuple[int | None, Mapping[int, int], int | None]


def quiet() -> Any:
    """An engine on one thread that says nothing and does not stop before the best is proven."""
    import highspy  # noqa: PLC0415 - 8 MB, only where something is solved.

    class Quiet(highspy.Highs):
        """HiGHS greets on the standard output while it is being made; a program that prints JSON cannot have that."""

        def enableCallbacks(self) -> None:  # noqa: N802 - the library's name, called while the engine is being made.
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()  # type: ignore[no-untyped-call]  # The library says no types.

    engine: Any = Quiet()  # type: ignore[no-untyped-call]  # As above.
    engine.setOptionValue("threads", 1)
    engine.setOptionValue("mip_rel_gap", 0.0)
    # Sums are whole, so the best is proven as soon as nothing smaller by one is left.
    engine.setOptionValue("mip_abs_gap", 0.99)
    # This search among roundings brings HiGHS 1.16 down on some rows, and is no loss on ours.
    engine.setOptionValue("mip_heuristic_run_rens", False)
    return engine


def tell(
    engine: Any, low: Sequence[int], high: Sequence[int], rows: Sequence[Row], goal: Mapping[int, int], whole: Sequence[bool]
) -> None:
    """Give it variables with their bounds, rows `low <= sum <= high`, what is to be made small, and which are whole."""
    import highspy  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415 - it comes with the engines and is loaded with them.

    many, infinity = len(low), highspy.kHighsInf
    places, costs = np.arange(many, dtype=np.int32), np.zeros(many)
    for at, by in goal.items():
        costs[at] = by
    engine.addVars(many, np.array(low, dtype=float), np.array(high, dtype=float))
    engine.changeColsCost(many, places, costs)
    engine.changeColsIntegrality(many, places, np.array(whole, dtype=np.uint8))
    starts = np.cumsum([0, *(len(terms) for _low, terms, _high in rows)], dtype=np.int32)
    engine.addRows(
        len(rows),
        np.array([-infinity if least is None else least for least, _terms, _most in rows], dtype=float),
        np.array([infinity if most is None else most for _least, _terms, most in rows], dtype=float),
        int(starts[-1]),
        starts[:-1],
        np.array([at for _least, terms, _most in rows for at in terms], dtype=np.int32),
        np.array([by for _least, terms, _most in rows for by in terms.values()], dtype=float),
    )
