"""One call from a query to a list: read the texts, score the catalogue once, rank, say why."""

from __future__ import annotations

import time
from collections.abc import Mapping

import numpy as np

from recsys.data import Dataset
from recsys.live.answer import Ranking
from recsys.models.registry import label_of
from recsys.models.scored import silence
from recsys.text import reader
from recsys.types import GivesChances, Query, Ranked, ReadsText, Receipt, Reranker, Scorer
from recsys.words.heard import heard


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
    instead, and the receipt names it and says so. Bounds in what is typed ("under 150", "from the 90s") hide the items
    beyond them; the receipt says which could not be put into force. Fewer than ``k`` items come back when fewer can be
    scored. The strategies of ``rerank`` put the best candidates in a new order, one after the other; ``interest`` gives
    each item its chance. ``model`` is what a visitor reads for ``scorer``; its label in the registry unless given.
    """
    ranking, label = Ranking(data, scorer, k, when_silent, rerank, interest), model or label_of(scorer)
    clock = _Clock()
    n_read, n_known, readers = _read(data, scorer, heard(query, data).query)
    clock.lap("read")
    found = ranking.answer(query, exclude_decided=exclude_decided, after=clock.lap)
    chances = None
    if found.chain is not None:
        chances = found.chain.end.chance
    elif interest is not None:
        chances = interest.probability(found.query, found.rows)
        clock.lap("chances")
    reasons = found.contributions(found.rows)
    clock.lap("reasons")
    fallbacks = [reader().choice(data).fallback if isinstance(scorer, ReadsText) else "", *found.heard.problems]
    if found.scored.stood_in:
        fallbacks.append(silence(label))
        label, readers = label_of(found.scorer), ()
    return Ranked(
        found.rows,
        found.item_ids,
        found.scores[found.rows],
        reasons,
        Receipt(
            model=label,
            encoder=" + ".join(readers) or "none needed",
            n_scored=int(np.isfinite(found.scores).sum()),
            ms=clock.ms,
            texts_read=n_read,
            cache_hits=n_known,
            fallbacks=tuple(filter(None, fallbacks)),
        ),
        None if chances is None else chances[:k],
        found.chain,
    )


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
