"""Why vectors are centred: how alike unrelated items look before and after, measured on a catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from recsys.columns import Items
from recsys.data import Dataset
from recsys.explain.arithmetic import Step
from recsys.explain.example_texts import Lang
from recsys.text import reader
from recsys.text.space import SCALE_SAMPLE
from recsys.types import Matrix, Vector

N_BINS = 40


@dataclass(frozen=True, eq=False, slots=True)
class Centring:
    """Cosines of all pairs of a sample of items, raw and centred."""

    raw: Vector
    """(n_pairs,) in [-1, 1]."""
    centred: Vector
    edges: Vector
    """(41,) ends of the bins of the two shares."""
    raw_share: Vector
    """(40,) share of pairs per bin, sums to 1; all 0 without pairs."""
    centred_share: Vector
    n_items: int
    encoder: str
    steps: tuple[Step, ...] = field(repr=False)


def centring(data: Dataset, encoder: str = "", lang: Lang = Lang.EN) -> Centring:
    """Measure, on up to 500 items of ``data``, how alike two unrelated items look with and without centring."""
    space = reader().space(data, encoder or reader().main(data))
    rows = np.flatnonzero(space.has_text)
    rows = rows[:: -(-len(rows) // SCALE_SAMPLE) or 1]  # the sample that the space measured its scale on
    pairs = np.triu_indices(len(rows), 1)
    raw, centred_ = ((v[rows] @ v[rows].T)[pairs] for v in (space.raw, space.items))
    kinds = lang.say("raw", "原始"), lang.say("centred", "中心化")
    steps: list[Step] = []
    for cosines, kind in zip((raw, centred_), kinds, strict=True):
        mean, spread = (float(cosines.mean()), float(cosines.std())) if len(cosines) else (0.0, 0.0)
        n_pairs = lang.say(f"over {len(cosines):,} pairs", f"共 {len(cosines):,} 对")
        steps += [
            Step(lang.say(f"Mean cosine, {kind}", f"平均余弦（{kind}）"), n_pairs, mean),
            Step(lang.say(f"Spread, {kind}", f"离散程度（{kind}）"), lang.say("standard deviation", "标准差"), spread),
        ]
    for vectors, kind in zip((space.raw, space.items), kinds, strict=True):
        share = _same_category(data, vectors)
        if share is not None:
            label = lang.say(f"Nearest item of the same category, {kind}", f"最近的商品同类的比例（{kind}）")
            steps.append(Step(label, lang.say("share of items", "占全部商品"), share))
    edges, (raw_share, centred_share) = _histograms(raw, centred_)
    return Centring(raw, centred_, edges, raw_share, centred_share, len(rows), space.encoder.name, tuple(steps))


def _histograms(*samples: Vector) -> tuple[Vector, list[Vector]]:
    """Shares of each sample over the same bins, which span all of them."""
    everything = np.concatenate(samples)
    ends = (float(everything.min()), float(everything.max())) if len(everything) else (-1.0, 1.0)
    edges = np.linspace(*ends, N_BINS + 1)
    shares = [np.histogram(sample, edges)[0] / max(1, len(sample)) for sample in samples]
    return edges.astype(np.float32), [share.astype(np.float32) for share in shares]


def _same_category(data: Dataset, vectors: Matrix) -> float | None:
    """Share of items whose nearest other item has their category, in [0, 1]; None without categories."""
    if Items.CATEGORY not in data.items.columns or len(vectors) < 2:
        return None
    categories = data.items[Items.CATEGORY].to_numpy()
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -np.inf)
    return float((categories[cosines.argmax(axis=1)] == categories).mean())
