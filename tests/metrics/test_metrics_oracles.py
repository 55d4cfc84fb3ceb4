"""Equality with other people's code: ranx and scikit-learn on random lists, and where the definitions part."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, ndcg_score, roc_auc_score

from recsys.metrics import METRICS, TopLists
from recsys.metrics.auc import auc
from recsys.metrics.average_precision import average_precision
from recsys.metrics.ndcg import ndcg
from tests.metrics.worlds import answer, shelf, together

N_ITEMS, N_USERS, K = 40, 150, 10


def crowd(max_relevant: int, seed: int = 0):
    """People with 1 to ``max_relevant`` relevant items and full rankings of ``N_ITEMS``."""
    rng = np.random.default_rng(seed)
    return together(
        *(
            answer(
                rng.permutation(N_ITEMS).tolist(),
                sorted(rng.choice(N_ITEMS, size=rng.integers(1, max_relevant + 1), replace=False).tolist()),
                K,
                n_items=N_ITEMS,
            )
            for _ in range(N_USERS)
        )
    )


@pytest.fixture(scope="module")
def theirs():
    """Ask ranx for per-user numbers, in plain Python: compiling its functions takes longer than all tests together."""
    import numba

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numba.config, "DISABLE_JIT", True)
        import ranx

        def ask(answers, name: str) -> np.ndarray:
            relevant = {f"u{u:03}": {f"i{row}": 1 for row in rows} for u, rows in enumerate(answers.relevant)}
            listed = {
                f"u{u:03}": {f"i{row}": float(-rank) for rank, row in enumerate(rows)}
                for u, rows in enumerate(answers.lists.rows)
            }
            qrels, run = ranx.Qrels(relevant), ranx.Run(listed)
            return np.asarray(ranx.evaluate(qrels, run, f"{name}@{K}", return_mean=False, make_comparable=True))

        yield ask


@pytest.mark.parametrize("name", ["precision", "recall", "f1", "hit_rate", "ndcg", "map", "mrr"])
def test_metrics_equal_ranx_for_people_with_at_most_k_relevant_items(theirs, name):
    answers = crowd(max_relevant=K)
    ours = METRICS[name].compute(answers, shelf(n_items=N_ITEMS))
    assert ours == pytest.approx(theirs(answers, name), abs=1e-9)
    assert len(np.unique(ours)) > 1


@pytest.mark.parametrize("name", ["precision", "recall", "f1", "hit_rate", "ndcg", "mrr"])
def test_all_but_map_equal_ranx_for_people_with_more_than_k_relevant_items(theirs, name):
    answers = crowd(max_relevant=30, seed=1)
    assert (answers.lists.n_relevant > K).any()
    assert METRICS[name].compute(answers, shelf(n_items=N_ITEMS)) == pytest.approx(theirs(answers, name), abs=1e-9)


def test_map_of_ranx_divides_by_all_relevant_items_and_ours_by_at_most_k(theirs):
    answers = crowd(max_relevant=30, seed=1)
    n_relevant = answers.lists.n_relevant
    rescaled = theirs(answers, "map") * n_relevant / np.minimum(n_relevant, K)
    assert average_precision(answers.lists) == pytest.approx(rescaled, abs=1e-9)


def scored(answers):
    """Per user: truth of 0 and 1 and scores that give the ranking, over all items."""
    for user, relevant in enumerate(answers.relevant):
        truth = np.zeros(N_ITEMS, dtype=int)
        truth[relevant] = 1
        scores = np.full(N_ITEMS, -1.0)
        ranked = answers.lists.rows[user][answers.lists.filled[user]]
        scores[ranked] = np.arange(N_ITEMS, N_ITEMS - len(ranked), -1)
        yield truth, scores


def full_rankings(n_ranked: int, seed: int = 2):
    """Lists as long as the catalogue, of which the model ranked ``n_ranked`` items."""
    rng = np.random.default_rng(seed)
    return together(
        *(
            answer(
                rng.permutation(N_ITEMS)[:n_ranked].tolist(),
                sorted(rng.choice(N_ITEMS, size=rng.integers(1, 12), replace=False).tolist()),
                N_ITEMS,
                n_items=N_ITEMS,
            )
            for _ in range(60)
        )
    )


@pytest.mark.parametrize("n_ranked", [N_ITEMS, 25, 0])
def test_auc_equals_scikit_learn_with_unranked_items_tied_at_the_bottom(n_ranked):
    answers = full_rankings(n_ranked)
    assert auc(answers) == pytest.approx([roc_auc_score(*pair) for pair in scored(answers)], abs=1e-12)


def test_average_precision_over_the_whole_catalogue_equals_scikit_learn():
    answers = full_rankings(N_ITEMS)
    assert average_precision(answers.lists) == pytest.approx(
        [average_precision_score(*pair) for pair in scored(answers)], abs=1e-12
    )


@pytest.mark.parametrize("k", [1, 5, 10])
def test_ndcg_equals_scikit_learn_at_every_length(k):
    answers = full_rankings(N_ITEMS)
    expected = [ndcg_score([truth], [scores], k=k) for truth, scores in scored(answers)]
    assert ndcg(answers.lists.at(k)) == pytest.approx(expected, abs=1e-12)


def test_scikit_learn_counts_tied_scores_as_half_where_our_lists_order_them():
    assert roc_auc_score([1, 0], [0.5, 0.5]) == 0.5
    assert auc(answer([0, 1], [0], 2, n_items=2)).tolist() == [1.0]  # the lower row comes first


def test_lists_shorter_than_k_keep_k_in_the_divisor_of_precision():
    short = TopLists.of([[1]], [[1]], k=4)
    assert METRICS["precision"].compute(answer([1], [1], 4), shelf()).tolist() == [1 / 4]
    assert short.filled.sum() == 1
