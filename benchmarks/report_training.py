"""The tables of making models better and smaller."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from benchmarks.report_tables import fact, interval, markdown

GAINS: Sequence[tuple[str, str]] = (
    ("finetune/cold_ndcg/gain", "encoder fine-tuned on likes, films nobody had touched, text profile"),
    ("finetune/cold_ndcg_ease_text/gain", "the same encoder in EASE + text"),
    (
        "finetune/transfer/movielens-100k/cold_items/gain",
        "the same on MovieLens 100K, which has many of these films, new ones",
    ),
    ("finetune/transfer/movielens-100k/cold_users/gain", "there, new people"),
    ("finetune/transfer/video/cold_items/gain", "the same on the synthetic series, new ones"),
    ("finetune/transfer/video/cold_users/gain", "there, new people"),
    ("recut/cold_ndcg/gain", "the same training on another cut, which nothing was chosen on"),
    ("contrast/cold_ndcg/gain", "the same training, with contrast between histories and misleading items"),
    ("head/films/ease/gain", "closed-form head against the articles' cosine, films nobody had touched"),
    ("head/films/ease/beyond_centring", "of it beyond subtracting the catalogue's mean"),
    ("fuse/films/cold_items/joined/gain", "vectors of three encoders joined, films nobody had touched"),
    ("fuse/films/cold_items/scores/gain", "scores of three encoders added, films nobody had touched"),
    ("fuse/shop/cold_items/joined/gain", "vectors joined, new items of the synthetic shop"),
    ("augment/films/dropout/ease/gain", "dropout of EASE beside a tuned caution"),
    ("augment/films/facts/text_profile/gain", "facts of a film told to the encoder, text profile"),
    ("tune/ease/against_default", "EASE tuned on MovieLens 100K, against its defaults"),
    ("tune/ease/against_grid", "the same against the best of a grid"),
    ("tune/ials/against_default", "hidden tastes (iALS) tuned, against their defaults"),
    ("tune/ials/against_grid", "the same against the best of a grid"),
)
"""Figure with its interval, and what was tried."""
FACTS: Sequence[tuple[str, str, str]] = (
    ("finetune/seconds", "seconds to fine-tune, test and export included", "{:.0f}"),
    ("head/films/ease/seconds", "seconds to learn the closed-form head, its settings chosen on four cuts", "{:.0f}"),
    ("head/times_articles", "closed-form head, times the articles' cosine on new films", "{:.2f}×"),
    ("tune/ease/pruned", "settings of EASE stopped early, of 40", "{:.0%}"),
    ("tune/killed/kept", "a search killed and started again goes on where it was (1: yes)", "{:.0f}"),
    ("clicks/alone/p95_ms", "a click on Live while nothing is trained, 95th percentile", "{:.0f} ms"),
    ("clicks/beside/p95_ms", "the same beside an encoder being trained", "{:.0f} ms"),
    ("clicks/cancel_s", "a training cancelled, until it has ended", "{:.2f} s"),
)


def train(rows: pd.DataFrame) -> list[str]:
    """Every gain with its interval, and what it took."""
    known = set(rows["metric"])
    gains = [(said, interval(rows, key, "+.3f")) for key, said in GAINS if key in known]
    facts = [(said, form.format(fact(rows, key))) for key, said, form in FACTS if key in known]
    return [*markdown(("what was tried", "gain in NDCG@10"), gains), "", *markdown(("what", "measured"), facts)]


def compress(rows: pd.DataFrame) -> list[str]:
    """Engines side by side, then the ways to store vectors."""
    engines, vectors = list(_engines(rows)), list(_vectors(rows))
    shown = [markdown(head, found) for head, found in ((_ENGINE_HEAD, engines), (_VECTOR_HEAD, vectors)) if found]
    return [line for table in shown for line in ("", *table)][1:]


_ENGINE_HEAD = (
    "engine",
    "cosine",
    "neighbours kept",
    "lists kept",
    "NDCG@10 on new films, against MiniLM",
    "MB on disk",
    "MB in memory",
    "one text, p50 / p95",
    "texts a second",
)
_VECTOR_HEAD = ("vectors", "ten nearest kept", "NDCG@10 on new films, against float32", "bytes an item")


def _engines(rows: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    names = str(fact(rows, "engines/names") or "").split(", ")
    for name in names:
        key = f"engines/{name}/"
        if fact(rows, f"{key}p50_ms") is None:
            continue
        p50, p95 = (fact(rows, f"{key}{end}_ms") for end in ("p50", "p95"))
        yield (
            f"`{name}`" if name != "minilm" else "`minilm`, the full model",
            _number(rows, f"{key}cosine", "{:.3f}"),
            _number(rows, f"{key}neighbours", "{:.2f}"),
            _number(rows, f"{key}lists", "{:.2f}"),
            interval(rows, f"{key}cold_items/loss", "+.3f") if name != "minilm" else "—",
            _number(rows, f"{key}megabytes", "{:.0f}"),
            _number(rows, f"{key}memory_mb", "{:.0f}"),
            f"{p50:.2f} / {p95:.2f} ms",
            _number(rows, f"{key}texts_per_s", "{:,.0f}"),
        )


def _vectors(rows: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    keys = [key for key in rows["metric"] if key.startswith("vectors/") and key.endswith("/overlap_at_10")]
    for key in keys:
        name = key.split("/")[1]
        yield (
            f"`{name}`",
            _number(rows, key, "{:.3f}"),
            interval(rows, f"vectors/{name}/cold_items_loss", "+.4f"),
            _number(rows, f"vectors/{name}/bytes_per_item", "{:,.0f}"),
        )


def _number(rows: pd.DataFrame, key: str, form: str) -> str:
    value = fact(rows, key)
    return "—" if value is None else form.format(value)
