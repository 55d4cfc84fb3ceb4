"""Ask other libraries the questions of one fixed cut; needs only numpy, scipy, pandas and the library itself.

    python run.py --split ml-100k--random.npz --out folder --models implicit_als,lenskit_ease [--budget 8] [--k 10]

Every model gets ``budget`` settings, each fitted on train and asked about valid, in every round of validation that the
cut has; the best is fitted on train and valid and asked about test. One file ``<model>.npz`` per model holds ``lists``
(n_users, k: item positions, -1 where the model had nothing), ``users``, and ``about``, a JSON text: settings tried,
seconds to fit, milliseconds per person. A setting after a colon pins it instead: ``lenskit_ease:{"l2": 200}`` writes
``lenskit_ease-pinned.npz`` with the learned matrix, where there is one.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
import warnings
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp

TEST = 2
N_TIMED = 200
N_FITS = 3
"""The winning setting is fitted so often; the shortest time counts."""


class Cut:
    """The likes of one file, as a matrix per stage."""

    def __init__(self, path: Path) -> None:
        with np.load(path) as file:
            self.user, self.item, self.part = file["user"], file["item"], file["part"]
            self.n_users, self.n_items = len(file["users"]), len(file["items"])
            self.held, self.test_users = file["held"], file["test_users"]
            self.valid_users = [file[f"valid_users_{n}"] for n in range(self.held.max() + 1)]
            self.digest = str(file["digest"])
            if not file["candidates"].all():
                raise SystemExit("this cut does not rank the whole catalogue: it has nothing to ask these libraries")

    def likes(self, held: int | None = None) -> sp.csr_matrix:
        """(n_users, n_items) float32 of 0/1: what may be learned before a round of valid, or test, is asked about."""
        keep = (self.part < TEST) if held is None else (self.part < TEST) & (self.held != held)
        ones = np.ones(keep.sum(), dtype=np.float32)
        return sp.csr_matrix((ones, (self.user[keep], self.item[keep])), shape=(self.n_users, self.n_items))

    def hits(self, held: int | None = None) -> sp.csr_matrix:
        """(n_users, n_items) of 0/1: the likes of a round of valid, or of test."""
        keep = self.part == TEST if held is None else self.held == held
        shape = (self.n_users, self.n_items)
        return sp.csr_matrix((np.ones(keep.sum()), (self.user[keep], self.item[keep])), shape=shape)


def ndcg(lists: np.ndarray, users: np.ndarray, hits: sp.csr_matrix) -> float:
    """Mean NDCG of ``lists``, ideal cut at their length."""
    gains = 1 / np.log2(np.arange(2, lists.shape[1] + 2))
    ideal = np.concatenate([[0.0], np.cumsum(gains)])
    total = 0.0
    for ranked, user in zip(lists, users):  # noqa: B905  # both have one row per asked person
        wanted = hits[user].indices
        total += gains[np.isin(ranked, wanted)].sum() / ideal[min(len(wanted), lists.shape[1])]
    return total / len(users)


class Implicit:
    """Models of the library implicit, asked for one person at a time."""

    def __init__(self, make, threads: int) -> None:  # noqa: ANN001
        self.model, self.threads = make(threads), threads

    def prepare(self, likes: sp.csr_matrix) -> None:
        self.likes = likes

    def fit(self) -> None:
        self.model.fit(self.likes, show_progress=False)

    def best(self, user: int, k: int) -> np.ndarray:
        rows, scores = self.model.recommend(int(user), self.likes[user], N=k, filter_already_liked_items=True)
        rows = rows[scores > -1e30]
        return rows[~np.isin(rows, self.likes[user].indices)]

    def matrix(self):  # noqa: ANN201
        return None


def implicit_als(factors: int, reg: float, alpha: float, iterations: int = 15, use_cg: bool = True):  # noqa: ANN201
    """Weighted ALS with a fixed number of factors."""

    def make(threads: int):  # noqa: ANN202
        from implicit.cpu.als import AlternatingLeastSquares

        return AlternatingLeastSquares(
            factors=factors,
            regularization=reg,
            alpha=alpha,
            iterations=iterations,
            use_cg=use_cg,
            num_threads=threads,
            random_state=0,
        )

    return lambda threads: Implicit(make, threads)


def implicit_neighbours(kind: str, **knobs):  # noqa: ANN003, ANN201
    """One of the nearest-neighbour recommenders."""

    def make(threads: int):  # noqa: ANN202
        import implicit.nearest_neighbours

        return getattr(implicit.nearest_neighbours, kind)(num_threads=threads, **knobs)

    return lambda threads: Implicit(make, threads)


class LensKit:
    """Scorers of LensKit, asked directly (its pipelines add to that), for one person's likes at a time."""

    def __init__(self, make) -> None:  # noqa: ANN001
        self.model = make()

    def prepare(self, likes: sp.csr_matrix) -> None:
        from lenskit.data import ItemList, from_interactions_df

        pairs = likes.tocoo()
        self.data = from_interactions_df(pd.DataFrame({"user_id": pairs.row, "item_id": pairs.col}))
        self.likes, self.items = likes, self.data.items
        self.everything = ItemList(item_nums=np.arange(len(self.items)), vocabulary=self.items)

    def fit(self) -> None:
        self.model.train(self.data)

    def best(self, user: int, k: int) -> np.ndarray:
        from lenskit.data import ItemList, RecQuery

        liked = self.likes[user].indices
        query = RecQuery(user_id=int(user), user_items=ItemList(item_ids=liked, vocabulary=self.items))
        scored = self.model(query, self.everything)
        scores = np.array(scored.scores(), dtype=np.float64)
        scores[self.items.numbers(liked)] = np.nan
        n = min(k, int((~np.isnan(scores)).sum()))
        keyed = np.where(np.isnan(scores), -np.inf, scores)
        top = np.argpartition(-keyed, n - 1)[:n] if n else np.zeros(0, dtype=int)
        top = np.sort(top)
        return np.asarray(self.items.ids(top[np.argsort(-keyed[top], kind="stable")]))

    def matrix(self):  # noqa: ANN201
        weights = getattr(self.model, "weights", None)
        return None if weights is None else (np.asarray(weights), np.asarray(self.items.ids()))


def lenskit_ease(l2: float):  # noqa: ANN201
    """EASE."""

    def make():  # noqa: ANN202
        from lenskit.knn.ease import EASEScorer

        return EASEScorer(regularization=l2)

    return lambda _threads: LensKit(make)


def lenskit_item_knn(neighbours: int):  # noqa: ANN201
    """Item neighbourhoods for likes without stars."""

    def make():  # noqa: ANN202
        from lenskit.knn.item import ItemKNNScorer

        return ItemKNNScorer(max_nbrs=neighbours, feedback="implicit")

    return lambda _threads: LensKit(make)


def lenskit_implicit_mf(factors: int, weight: float, reg: float):  # noqa: ANN201
    """Implicit matrix factorisation by ALS."""

    def make():  # noqa: ANN202
        from lenskit.als import ImplicitMFScorer

        return ImplicitMFScorer(embedding_size=factors, weight=weight, regularization=reg, epochs=15)

    return lambda _threads: LensKit(make)


class RecTools:
    """Models of RecTools, asked for one person at a time through its own ``recommend``."""

    def __init__(self, make, threads: int) -> None:  # noqa: ANN001
        self.model = make(threads)

    def prepare(self, likes: sp.csr_matrix) -> None:
        from rectools import Columns
        from rectools.dataset import Dataset

        pairs = likes.tocoo()
        table = {Columns.User: pairs.row, Columns.Item: pairs.col, Columns.Weight: 1.0, Columns.Datetime: "2000-01-01"}
        self.data, self.columns = Dataset.construct(pd.DataFrame(table)), Columns

    def fit(self) -> None:
        self.model.fit(self.data)

    def best(self, user: int, k: int) -> np.ndarray:
        found = self.model.recommend(users=[user], dataset=self.data, k=k, filter_viewed=True)
        return found.sort_values(self.columns.Rank)[self.columns.Item].to_numpy()

    def matrix(self):  # noqa: ANN201
        weights = getattr(self.model, "weight", None)
        return None if weights is None else (np.asarray(weights), self.data.item_id_map.external_ids)


def rectools_ease(l2: float):  # noqa: ANN201
    """EASE."""

    def make(threads: int):  # noqa: ANN202
        from rectools.models import EASEModel

        return EASEModel(regularization=l2, recommend_n_threads=threads)

    return lambda threads: RecTools(make, threads)


def rectools_item_knn(neighbours: int):  # noqa: ANN201
    """Item neighbourhoods, TF-IDF weighted."""

    def make(threads: int):  # noqa: ANN202
        from implicit.nearest_neighbours import TFIDFRecommender
        from rectools.models import ImplicitItemKNNWrapperModel

        return ImplicitItemKNNWrapperModel(TFIDFRecommender(K=neighbours, num_threads=threads))

    return lambda threads: RecTools(make, threads)


def _grid(**values: tuple) -> list[dict]:
    return [dict(zip(values, each)) for each in itertools.product(*values.values())]  # noqa: B905  # from one dict


_NEIGHBOURS = (20, 40, 80, 10, 120, 200, 60, 30, 300, 400, 160, 15)
_L2 = (200, 400, 100, 300, 150, 50, 800, 600, 25, 250, 1200, 2000)
MODELS = {
    "implicit_als": (implicit_als, _grid(factors=(64,), alpha=(2.0, 5.0, 15.0), reg=(1.0, 5.0, 20.0, 60.0))),
    "implicit_cosine": (lambda K: implicit_neighbours("CosineRecommender", K=K), _grid(K=_NEIGHBOURS)),
    "implicit_bm25": (
        lambda **knobs: implicit_neighbours("BM25Recommender", **knobs),
        _grid(K=(40, 100, 200, 400), K1=(1.2,), B=(0.2, 0.5, 0.8)),
    ),
    "lenskit_ease": (lenskit_ease, _grid(l2=_L2)),
    "lenskit_item_knn": (lenskit_item_knn, _grid(neighbours=_NEIGHBOURS)),
    "lenskit_implicit_mf": (
        lenskit_implicit_mf,
        _grid(factors=(64,), weight=(2.0, 5.0, 15.0), reg=(1.0, 5.0, 20.0, 60.0)),
    ),
    "rectools_ease": (rectools_ease, _grid(l2=_L2)),
    "rectools_item_knn": (rectools_item_knn, _grid(neighbours=_NEIGHBOURS)),
}
"""Per model: how it is made from one setting, and the settings tried, in this order."""


def ask(model, users: np.ndarray, k: int) -> np.ndarray:  # noqa: ANN001
    """(n_users, k) item positions, best first, -1 after the end of a short list."""
    lists = np.full((len(users), k), -1, dtype=np.int64)
    for row, user in enumerate(users):
        found = model.best(user, k)[:k]
        lists[row, : len(found)] = found
    return lists


def tuned_setting(name: str, cut: Cut, options: argparse.Namespace) -> tuple[dict, list[dict]]:
    """The setting with the highest NDCG over the rounds of validation, and all that were tried."""
    make, settings = MODELS[name]
    tried = []
    for knobs in settings[: options.budget]:
        values = []
        for held, users in enumerate(cut.valid_users):
            model = make(**knobs)(options.threads)
            model.prepare(cut.likes(held))
            model.fit()
            values.append(ndcg(ask(model, users, options.k), users, cut.hits(held)))
        tried.append({"knobs": knobs, "valid_ndcg": float(np.average(values, weights=[*map(len, cut.valid_users)]))})
    return max(tried, key=lambda each: each["valid_ndcg"])["knobs"], tried


def timed_fit(name: str, knobs: dict, cut: Cut, threads: int):  # noqa: ANN201
    """A model fitted on train and valid, and the shortest seconds of N_FITS fits."""
    fit_s = []
    for _ in range(N_FITS):
        model = MODELS[name][0](**knobs)(threads)
        model.prepare(cut.likes())
        start = time.perf_counter()
        model.fit()
        fit_s.append(time.perf_counter() - start)
    return model, min(fit_s)


def ms_per_user(model, users: np.ndarray, k: int) -> float:  # noqa: ANN001
    """Median milliseconds for one person's list."""
    spent = []
    for user in users[:N_TIMED]:
        start = time.perf_counter()
        model.best(user, k)
        spent.append((time.perf_counter() - start) * 1e3)
    return float(np.median(spent))


def run(name: str, pinned: dict | None, cut: Cut, out: Path, options: argparse.Namespace) -> None:
    """Tune, fit, ask, time, and write one file."""
    knobs, tried = (pinned, []) if pinned else tuned_setting(name, cut, options)
    model, fit_s = timed_fit(name, knobs, cut, options.threads)
    lists = ask(model, cut.test_users, options.k)
    about = {
        "model": name,
        "knobs": knobs,
        "tried": tried,
        "test_ndcg": ndcg(lists, cut.test_users, cut.hits()),
        "fit_s": fit_s,
        "ms_per_user": ms_per_user(model, cut.test_users, options.k),
        "digest": cut.digest,
        "budget": options.budget,
        "threads": options.threads,
        "versions": _versions(),
    }
    learned = model.matrix() if pinned else None
    extra = {} if learned is None else {"matrix": learned[0], "matrix_items": learned[1]}
    stem = f"{name}-pinned" if pinned else name
    np.savez_compressed(
        out / f"{stem}.npz", lists=lists, users=cut.test_users, about=np.array(json.dumps(about)), **extra
    )
    print(stem, json.dumps(knobs), f"NDCG {about['test_ndcg']:.4f}, fit {fit_s:.2f} s", flush=True)


def _versions() -> dict[str, str]:
    found = {}
    for package in ("implicit", "pm-implicit", "lenskit", "RecTools", "numpy", "scipy", "torch"):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def main() -> None:
    """Read the arguments and run the models one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--split", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--models", nargs="+", default=list(MODELS))
    parser.add_argument("--budget", type=int, default=8)
    parser.add_argument("--k", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    options.out.mkdir(parents=True, exist_ok=True)
    cut = Cut(options.split)
    for asked in options.models:
        name, _, pinned = asked.partition(":")
        run(name, json.loads(pinned) if pinned else None, cut, options.out, options)


if __name__ == "__main__":
    main()
