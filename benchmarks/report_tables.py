"""Tables in Markdown, each from the figures of one benchmark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Figures = Mapping[str, Any]

LIVE = (
    ("click_paint_p50_ms", "click on a card → new list painted, median", "{:.0f} ms"),
    ("click_paint_p95_ms", "the same, 95th percentile", "{:.0f} ms"),
    ("typed_list_p95_ms", "last key → new list painted, 250 ms of waiting included, 95th percentile", "{:.0f} ms"),
    ("second_start_s", "second start until the port opens, warm", "{:.1f} s"),
    ("first_visit_s", "first visitor's first page run", "{:.2f} s"),
    ("resident_mb", "memory of the app after that", "{:.0f} MB"),
)
LOOP = (
    ("event_list_p50_ms", "event → stored on disk → new list, learned ranker and re-ranking, median", "{:.0f} ms"),
    ("event_list_p95_ms", "the same, 95th percentile", "{:.0f} ms"),
    ("click_paint_p95_ms", "click → new list painted, 3,378 films, 95th percentile", "{:.0f} ms"),
    ("ten_users_p95_ms", "ten people at once, a second of thought each: a click's run, 95th percentile", "{:.0f} ms"),
    ("ten_users_errors", "errors they saw", "{:.0f}"),
    ("lost_events", "acknowledged events lost when the process is killed in a burst of 1,000", "{:.0f}"),
    ("duplicate_events", "events stored twice by sending all of them again", "{:.0f}"),
    ("session_growth_mb", "memory gained over 500 visits", "{:.0f} MB"),
)
ENCODE = (
    ("speedup_short", "one short text, times faster than sentence-transformers", "{:.1f}×"),
    ("speedup_batch", "a catalogue, times faster than sentence-transformers", "{:.2f}×"),
    ("cosine_min", "least cosine to sentence-transformers", "{:.6f}"),
)
"""(figure, what it says, format)."""

METRICS = ("NDCG@10", "P@10", "R@10", "coverage@10")
SHORT_METRICS = ("NDCG@10", "coverage@10")
TIMED_AGAINST = (
    ("ease", "EASE: time to fit, LensKit = 1"),
    ("ials", "ALS: time to fit, implicit's exact solver = 1"),
    ("ials_cg", "ALS: time to fit, implicit's approximate solver = 1"),
)
ALWAYS = ("popularity", "text_mean")
"""Shown in the README however they did."""
N_BEST = 3
MF_NOTE = " `mf` predicts stars and these cuts hold likes only: its place says nothing about that task."


def live(figures: Figures) -> list[str]:
    """What a visitor waits for."""
    return _plain(LIVE, figures)


def loop(figures: Figures) -> list[str]:
    """How fast and how safe the live loop is."""
    return _plain(LOOP, figures)


def loop_quality(figures: Figures) -> list[str]:
    """What lists are worth to people no model has seen, per dataset and model, best first."""
    rows = []
    for name in dict.fromkeys(key.split("/")[1] for key in figures if key.endswith("/n_people")):
        keys = [f"live/{name}/{model}/NDCG@10" for model in _live_models(figures, name)]
        for place, key in enumerate(sorted(keys, key=lambda key: -float(figures[key]))):
            about = f"{name}, {figures[f'live/{name}/n_people']:,} people" if place == 0 else ""
            rows.append((about, f"`{key.split('/')[2]}`", _interval(figures, key)))
        for says, key in (
            ("`ltr` over `ease`", f"live/{name}/ltr-ease/NDCG@10"),
            ("`ltr`, live profile over one frozen after 3 likes", f"live/{name}/ltr/live-frozen/NDCG@10"),
        ):
            if key in figures:
                rows.append(("", says, _signed(figures, key)))
    return _table(("dataset", "model", "NDCG@10 over 1 to 40 likes"), rows)


def rerank(figures: Figures) -> list[str]:
    """What each strategy gives and costs on EASE's hundred best films."""
    names = list(dict.fromkeys(key.split("/")[2] for key in figures if key.startswith("rerank/ml-100k/")))
    shown = (("NDCG@10", "gain"), ("category_ILD", "gain"), ("text_ILD", "gain"), ("novelty", "gain"))
    rows = []
    for name in (name for name in names if name != "none"):
        key = f"rerank/ml-100k/{name}"
        cells = [f"{figures[f'{key}/{metric}/{what}']:+.1%}" for metric, what in shown]
        rows.append((f"`{name}`", *cells, f"{-figures[f'{key}/miscalibration/cut']:+.1%}"))
    header = ("strategy and its knob", "NDCG@10", "variety of categories", "variety of texts", "novelty")
    return _table((*header, "miscalibration"), rows)


def encode(figures: Figures) -> list[str]:
    """How fast texts are read."""
    return _plain(ENCODE, figures)


def quality_short(figures: Figures) -> list[str]:
    """Per cut: the best three models, popularity, and the articles' formula."""
    rows = []
    for cut in _cuts(figures):
        ordered = _by_ndcg(figures, cut)
        shown = [*ordered[:N_BEST], *(model for model in ALWAYS if model in ordered[N_BEST:])]
        for place, model in enumerate(shown):
            label = f"{cut}, {figures[f'{cut}/n_users']:,} people" if place == 0 else ""
            rows.append(
                (label, f"`{model}`", *(_interval(figures, f"{cut}/{model}/{m}") for m in METRICS[:1] + METRICS[3:]))
            )
    return _table(("cut", "model", METRICS[0], METRICS[3]), rows)


def quality_full(figures: Figures) -> list[str]:
    """Per cut: what was done, then every model, best first."""
    lines = []
    for cut in _cuts(figures):
        n_users, n_candidates = figures[f"{cut}/n_users"], figures[f"{cut}/n_candidates"]
        about = f"{figures[f'{cut}/about']} {n_users:,} people, {n_candidates:,} films ranked."
        rows = [
            (f"`{figures[f'{cut}/{model}/setting']}`", *_intervals(figures, f"{cut}/{model}", METRICS))
            for model in _by_ndcg(figures, cut)
        ]
        without = f"{figures.get(f'{cut}/best_reader')}-without-text"
        if f"{cut}/{without}/NDCG@10" in figures:
            setting = figures[f"{cut}/{without}/setting"]
            rows.append(
                (f"`{setting}`, every text removed", *(_interval(figures, f"{cut}/{without}/{m}") for m in METRICS))
            )
        about += MF_NOTE if f"{cut}/mf/NDCG@10" in figures else ""
        lines += [f"### {cut}", "", about, "", *_table(("model and its knobs", *METRICS), rows), ""]
    return lines[:-1]


def claim(figures: Figures) -> list[str]:
    """The articles' question: what texts add, on the cuts where they can."""
    rows = []
    for cut in _cuts(figures):
        best = figures.get(f"{cut}/best_reader")
        pairs = [pair for pair in _pairs(figures, cut) if cut.startswith("ml-latest-small") and pair[0] == best]
        rows += [_difference_row(figures, cut, *pair) for pair in pairs]
    return _table(("cut", "model", "against", "NDCG@10 gain", "coverage@10 gain"), rows)


def differences(figures: Figures) -> list[str]:
    """Every pair that was compared."""
    rows = [_difference_row(figures, cut, *pair) for cut in _cuts(figures) for pair in _pairs(figures, cut)]
    return _table(("cut", "model", "against", "NDCG@10 gain", "coverage@10 gain"), rows)


def peers_short(figures: Figures) -> list[str]:
    """Per cut: our best list against the best of theirs, and the same formula on both sides."""
    rows = []
    for cut in _peer_cuts(figures):
        ours, theirs = figures[f"{cut}/best_of_ours"], figures[f"{cut}/best_peer"]
        key = f"{cut}/{ours}-vs-{theirs}/NDCG@10"
        rows.append((cut, f"`{ours}` against `{theirs}`, NDCG@10", _signed(figures, key)))
        for what, says in TIMED_AGAINST:
            if f"{cut}/{what}/fit_ratio" in figures:
                rows.append(("", says, f"{figures[f'{cut}/{what}/fit_ratio']:.2f}"))
        if f"{cut}/ease/ndcg_gap" in figures:
            rows.append(("", "EASE: difference in NDCG@10 from LensKit's", f"{figures[f'{cut}/ease/ndcg_gap']:.5f}"))
            rows.append(("", "EASE: time per person, LensKit = 1", f"{figures[f'{cut}/ease/ms_per_user_ratio']:.2f}"))
    return _table(("cut", "what", "measured"), rows)


def peers_full(figures: Figures) -> list[str]:
    """Every library's model, best first, then how ours compare."""
    rows = []
    for cut in _peer_cuts(figures):
        for model in _by_ndcg(figures, cut):
            name = f"{cut}/{model}"
            cells = _intervals(figures, name, SHORT_METRICS)
            speed = [f"{figures[f'{name}/fit_s']:.2f}", f"{figures[f'{name}/ms_per_user']:.2f}"]
            rows.append((cut, f"`{model}` {figures[f'{name}/setting']}", *cells, *speed))
    header = ("cut", "model and its setting", *SHORT_METRICS, "fit, s", "per person, ms")
    return [*_table(header, rows), "", *peers_short(figures)]


def density(figures: Figures) -> list[str]:
    """Gain of texts, a row per share of the likes."""
    names = [key.removesuffix("/events_per_item") for key in figures if key.endswith("/events_per_item")]
    pairs = list(dict.fromkeys(name.split("/")[1] for name in names))
    shares = list(dict.fromkeys((name.split("/")[0], name.split("/")[2]) for name in names))
    rows = []
    for dataset, share in shares:
        likes = figures[f"{dataset}/{pairs[0]}/{share}/events_per_item"]
        rows.append((f"{likes:.1f}", *(_percent(figures, f"{dataset}/{pair}/{share}/gain") for pair in pairs)))
    return _table(("likes per film", *(f"`{pair.replace('-vs-', '` over `')}`" for pair in pairs)), rows)


def scoring_short(figures: Figures) -> list[str]:
    """The slowest five."""
    full = sorted(_scored(figures), key=lambda row: -row[2])[:5]
    return _table(
        ("slowest models", "median", "95th percentile"), [(f"`{m}`", f"{a:.1f} ms", f"{b:.1f} ms") for m, a, b in full]
    )


def scoring_full(figures: Figures) -> list[str]:
    """Every model, in the order of the app."""
    rows = [(f"`{model}`", f"{p50:.2f}", f"{p95:.2f}") for model, p50, p95 in _scored(figures)]
    about = (
        f"{figures['n_queries']} queries of {figures['n_events']} events and typed words, {figures['n_items']:,} items."
    )
    return [about, "", *_table(("model", "median, ms", "95th percentile, ms"), rows)]


def _live_models(figures: Figures, name: str) -> list[str]:
    found = [key.split("/") for key in figures if key.startswith(f"live/{name}/") and key.endswith("/NDCG@10")]
    return [parts[2] for parts in found if len(parts) == 4 and "-" not in parts[2]]


def _plain(rows: Sequence[tuple[str, str, str]], figures: Figures) -> list[str]:
    measured = [(says, form.format(float(figures[key]))) for key, says, form in rows if key in figures]
    return _table(("what", "measured"), measured)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(header)} |", "|---" * len(header) + "|", *(f"| {' | '.join(row)} |" for row in rows)]


def _cuts(figures: Figures) -> list[str]:
    return [key.removesuffix("/about") for key in figures if key.endswith("/about")]


def _peer_cuts(figures: Figures) -> list[str]:
    return [key.removesuffix("/best_peer") for key in figures if key.endswith("/best_peer")]


def _by_ndcg(figures: Figures, cut: str) -> list[str]:
    """Models of a cut, best first; what is only a comparison is left out."""
    found = [key.split("/") for key in figures if key.startswith(f"{cut}/") and key.endswith("/NDCG@10")]
    models = [parts[2] for parts in found if "-vs-" not in parts[2] and not parts[2].endswith("-without-text")]
    return sorted(models, key=lambda model: -float(figures[f"{cut}/{model}/NDCG@10"]))


def _pairs(figures: Figures, cut: str) -> Iterator[tuple[str, str]]:
    for key in figures:
        if key.startswith(f"{cut}/") and key.endswith("/NDCG@10") and "-vs-" in key:
            ours, _, theirs = key.split("/")[2].partition("-vs-")
            yield ours, theirs


def _difference_row(figures: Figures, cut: str, ours: str, theirs: str) -> tuple[str, ...]:
    name = f"{cut}/{ours}-vs-{theirs}"
    shown = f"`{ours}`, every text removed" if theirs == f"{ours}-without-text" else f"`{theirs}`"
    return (
        cut,
        f"`{ours}`",
        shown,
        _percent(figures, f"{name}/NDCG@10/gain"),
        _percent(figures, f"{name}/coverage@10/gain"),
    )


def _scored(figures: Figures) -> list[tuple[str, float, float]]:
    models = [key.removesuffix("/p95_ms") for key in figures if key.endswith("/p95_ms")]
    return [(model, float(figures[f"{model}/p50_ms"]), float(figures[f"{model}/p95_ms"])) for model in models]


def _interval(figures: Figures, key: str) -> str:
    return f"{figures[key]:.3f} [{figures[f'{key}/low']:.3f}, {figures[f'{key}/high']:.3f}]"


def _intervals(figures: Figures, name: str, metrics: Sequence[str]) -> list[str]:
    return [_interval(figures, f"{name}/{metric}") for metric in metrics]


def _signed(figures: Figures, key: str) -> str:
    low, high = figures[f"{key}/low"], figures[f"{key}/high"]
    verdict = "" if low > 0 or high < 0 else ", no difference found"
    return f"{figures[key]:+.3f} [{low:+.3f}, {high:+.3f}]{verdict}"


def _percent(figures: Figures, key: str) -> str:
    if key not in figures:
        return "nothing to compare"
    low, high = figures[f"{key}/low"], figures[f"{key}/high"]
    verdict = "" if low > 0 or high < 0 else ", no difference found"
    return f"{figures[key]:+.1%} [{low:+.1%}, {high:+.1%}]{verdict}"
