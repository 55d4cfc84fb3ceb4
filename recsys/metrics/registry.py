"""Every metric of the app: one line here and the experiment, the charts and the tables pick it up."""

from __future__ import annotations

from recsys.metrics import (
    accuracy,
    auc,
    average_precision,
    calibration,
    category_diversity,
    coverage,
    diversity,
    f1,
    gini,
    hit_rate,
    mae,
    mrr,
    ndcg,
    novelty,
    popularity_lift,
    precision,
    recall,
    rmse,
    serendipity,
)
from recsys.metrics.spec import MetricSpec

METRICS: dict[str, MetricSpec] = {
    spec.name: spec
    for spec in (
        ndcg.SPEC,
        precision.SPEC,
        recall.SPEC,
        f1.SPEC,
        hit_rate.SPEC,
        average_precision.SPEC,
        mrr.SPEC,
        auc.SPEC,
        coverage.SPEC,
        gini.SPEC,
        novelty.SPEC,
        popularity_lift.SPEC,
        serendipity.SPEC,
        diversity.SPEC,
        category_diversity.SPEC,
        calibration.SPEC,
        rmse.SPEC,
        mae.SPEC,
        accuracy.SPEC,
    )
}
"""By name, in the order in which they are shown."""
