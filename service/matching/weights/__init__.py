"""The weights that a buyer has moved and kept: its own requests are ranked by them until the address says otherwise (M10).

save_weights(session, actor, Weights(...), version=n), reset_weights(session, actor)
weights_of(session, organisation_id) -> WeightsView | None
"""

from __future__ import annotations

from service.matching.weights.keeping import (
    WeightsView,
    may_keep_weights,
    reset_weights,
    save_weights,
    weights_of,
)
from service.matching.weights.models import SavedWeights

__all__ = ["SavedWeights", "WeightsView", "may_keep_weights", "reset_weights", "save_weights", "weights_of"]
