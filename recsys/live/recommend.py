"""One call from a query to a list: read the texts, score the catalogue once, rank, say why."""

from __future__ import annotations

import time
from collections.abc import Mapping

import numpy as np

from recsys.data import Dataset, decided_rows
from recsys.models.ranking import top_k
from recsys.rerank import POOL, Candidates, chained
from recsys.text import reader
from recsys.types import (
    Contributions,
    Explains,
    GivesChances,
    Query,
    Ranked,
    ReadsText,
    Receipt,
    Reranker,
    Rows,
    Scorer,
)


def recommend(
    data: Dataset,
    scorer: Scorer,
    query: Query,
    k: int = 10,
    *,
    model: str = "",
    exclude_decided: bool = True,
    when_silent: Scorer | None = None,
    rerank: Mapping[str, Reranker] | None = None,
    interest: GivesChances | None = None,
) -> Ranked:
    """The ``k`` best items of ``data`` for ``query`` under ``scorer``, which must be fitted on ``data``.

    Items the person has an opinion on (liked, disliked, rated, reviewed) are left out unless ``exclude_decided`` is
    false; items only looked at stay. Where ``scorer`` can score nothing (no history yet), ``when_silent`` ranks
    instead and the receipt says so. Fewer than ``k`` items come back when fewer can be scored. The strategies of
    ``rerank`` put the best candidates in a new order, one after the other; ``interest`` gives each item its chance.
    """
    fallbacks = [reader().default().fallback] if isinstance(scorer, ReadsText) else []
    clock = _Clock()
    n_read, n_known, readers = _read(data, scorer, query)
    clock.lap("read")
    scores = scorer.score(query)
    if when_silent is not None and bool(np.isnan(scores).all()):
        scorer, scores, readers = when_silent, when_silent.score(query), ()
        fallbacks.append(f"{model or 'this model'} has nothing to go on yet: showing what is popular")
    clock.lap("score")
    chain, chances = None, None
    if rerank:
        best = Candidates.of(data, query, scores, max(k, POOL), exclude_decided=exclude_decided, interest=interest)
        clock.lap("rank")
        chain = chained(best, rerank, k)
        rows, chances = chain.rows, chain.end.chance
        clock.lap("re-rank")
    else:
        rows = top_k(scores, k, decided_rows(query.events, data) if exclude_decided else None)
        clock.lap("rank")
        if interest is not None:
            chances = interest.probability(query, rows)
            clock.lap("chances")
    reasons = _reasons(scorer, query, rows)
    clock.lap("reasons")
    return Ranked(
        rows,
        tuple(data.item_ids[row] for row in rows),
        scores[rows],
        reasons,
        Receipt(
            model=model or type(scorer).__name__,
            encoder=" + ".join(readers) or "none needed",
            n_scored=int(np.isfinite(scores).sum()),
            ms=clock.ms,
            texts_read=n_read,
            cache_hits=n_known,
            fallbacks=tuple(filter(None, fallbacks)),
        ),
        None if chances is None else chances[:k],
        chain,
    )


def _reasons(scorer: Scorer, query: Query, rows: Rows) -> Contributions:
    if isinstance(scorer, Explains):
        return scorer.contributions(query, rows)
    return Contributions((), np.zeros((len(rows), 0), dtype=np.float32))


def _read(data: Dataset, scorer: Scorer, query: Query) -> tuple[int, int, tuple[str, ...]]:
    """Put the vectors of the query's texts in memory: (encoded now, already known, encoders used)."""
    if not isinstance(scorer, ReadsText):
        return 0, 0, ()
    wanted = scorer.texts(query)
    counts = [reader().store.read(reader().encoder(name, data), texts) for name, texts in wanted.items()]
    readers = tuple(wanted) or scorer.encoder_names[:1]
    return sum(n for n, _ in counts), sum(n for _, n in counts), readers


class _Clock:
    """Milliseconds between laps."""

    def __init__(self) -> None:
        self.ms: dict[str, float] = {}
        self._start = self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.ms[stage] = (now - self._last) * 1e3
        self._last = now
        self.ms["total"] = (now - self._start) * 1e3
