"""The registry of metrics: Home, pages, digests and the command line read it; nothing computes a metric twice."""

from metrics.registry import (
    BY_KEY,
    METRICS,
    SOUGHT,
    Compare,
    Good,
    Measurement,
    Metric,
    Unit,
    breakdown,
    change,
    measure,
)

__all__ = [
    "BY_KEY",
    "METRICS",
    "SOUGHT",
    "Compare",
    "Good",
    "Measurement",
    "Metric",
    "Unit",
    "breakdown",
    "change",
    "measure",
]
