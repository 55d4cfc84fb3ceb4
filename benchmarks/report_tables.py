"""Tables in Markdown, each a query on the long table of one benchmark's figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

Lines = Sequence[tuple[str, str, str]]
"""(figure, what it says, format)."""

LAYOUTS: Mapping[str, tuple[str, ...]] = {
    "quality": ("dataset", "protocol", "model"),
    "peers": ("dataset", "protocol", "model"),
    "density": ("dataset", "model", "protocol"),
    "loop": ("protocol", "dataset", "model"),
    "scoring": ("model",),
    "scenarios": ("protocol", "dataset", "model"),
}
"""What the parts of a figure's name say, by benchmark; what follows them is the metric."""
COLUMNS = ("dataset", "protocol", "model", "against", "metric", "value", "low", "high")

LIVE: Lines = (
    ("click_paint_p50_ms", "click on a card → new list painted, median", "{:.0f} ms"),
    ("click_paint_p95_ms", "the same, 95th percentile", "{:.0f} ms"),
    ("typed_list_p95_ms", "last key → new list painted, 250 ms of waiting included, 95th percentile", "{:.0f} ms"),
    ("second_start_s", "second start until the port opens, warm", "{:.1f} s"),
    ("first_visit_s", "first visitor's first page run", "{:.2f} s"),
    ("slowest_page_ms", "the slowest page, from its link to something useful on the screen, median", "{:.0f} ms"),
    ("resident_mb", "memory of the app after that", "{:.0f} MB"),
)
LOOP: Lines = (
    ("event_list_p50_ms", "event → stored on disk → new list, learned ranker and re-ranking, median", "{:.0f} ms"),
    ("event_list_p95_ms", "the same, 95th percentile", "{:.0f} ms"),
    ("click_paint_p95_ms", "click → new list painted, 3,378 films, 95th percentile", "{:.0f} ms"),
    ("ten_users_p95_ms", "ten people at once, a second of thought each: a click's run, 95th percentile", "{:.0f} ms"),
    ("ten_users_errors", "errors they saw", "{:.0f}"),
    ("lost_events", "acknowledged events lost when the process is killed in a burst of 1,000", "{:.0f}"),
    ("duplicate_events", "events stored twice by sending all of them again", "{:.0f}"),
    ("session_growth_mb", "memory gained over 500 visits", "{:.0f} MB"),
)
ENCODE: Lines = (
    ("speedup_short", "one short text, times faster than sentence-transformers", "{:.1f}×"),
    ("speedup_batch", "a catalogue, times faster than sentence-transformers", "{:.2f}×"),
    ("cosine_min", "least cosine to sentence-transformers", "{:.6f}"),
)
WORDS: Lines = (
    ("n_quoted", "sentences quoted of all items of both samples, English and Chinese", "{:,.0f}"),
    ("extractive_substring_share", "of them stand in their source, character by character", "{:.1%}"),
    ("gate_passes_true", "supported claims that the gate lets through (the worse of two languages)", "{:.1%}"),
    ("gate_rejects_swapped", "claims with another item's evidence that it strikes (the worse)", "{:.1%}"),
    ("gate_rejects_numbers", "claims with an invented number that it strikes (the worse)", "{:.1%}"),
    ("describe_p95_ms", "describing an item, its sentences read before, 95th percentile", "{:.1f} ms"),
    ("portrait_p95_ms", "a persona's portrait, 95th percentile", "{:.1f} ms"),
    ("aspects_p95_ms", "the aspects of a review, 95th percentile", "{:.2f} ms"),
    ("fault_over_timeout_s", "longer than its timeout, with a service that fails in seven ways, at most", "{:.3f} s"),
    ("zh_sentiment_accuracy", "Chinese shop reviews told right, learned from their train part", "{:.1%}"),
    ("sentiment/zh-shopping test/accuracy", "the same by what ships with the app, which never saw them", "{:.1%}"),
    ("sentiment/Amazon beauty/balanced", "Amazon beauty reviews by what ships, mean of both sorts", "{:.1%}"),
    ("sentiment/samples, English/balanced", "the samples' own English reviews, mean of both sorts", "{:.1%}"),
    ("sentiment/samples, Chinese/balanced", "the samples' own Chinese reviews, mean of both sorts", "{:.1%}"),
    ("steering_score_low", "steering score: lowest lower end over five edits in two samples", "{:+.1f} % of the list"),
)
MAIN = "NDCG@10"
METRICS = (MAIN, "P@10", "R@10", "coverage@10")
SHORT_METRICS = (MAIN, "coverage@10")
SAME_FORMULA = (
    ("ease", "fit_ratio", "EASE: time to fit, LensKit = 1", "{:.2f}"),
    ("ials", "fit_ratio", "ALS: time to fit, implicit's exact solver = 1", "{:.2f}"),
    ("ials_cg", "fit_ratio", "ALS: time to fit, implicit's approximate solver = 1", "{:.2f}"),
    ("ease", "ndcg_gap", "EASE: difference in NDCG@10 from LensKit's", "{:.5f}"),
    ("ease", "ms_per_user_ratio", "EASE: time per person, LensKit = 1", "{:.2f}"),
)
"""Our model, figure, what it says, format."""
WITHOUT = "-without-text"
"""Follows the name of a model that was measured on a catalogue without texts."""
ALWAYS = ("popularity", "text_mean")
"""Shown in the README however they did."""
N_BEST = 3
MF_NOTE = " `mf` predicts stars and these cuts hold likes only: its place says nothing about that task."


def long_table(figures: Mapping[str, Any], benchmark: str) -> pd.DataFrame:
    """One row per figure: COLUMNS, of which texts are empty where a name does not say them; ends of an interval NaN.

    ``a-vs-b`` in the place of a model is the model a against b. A fact about a cut, such as its people, is a metric
    without a model.
    """
    layout = LAYOUTS.get(benchmark, ())
    found: dict[str, dict[str, Any]] = {}
    for name, value in figures.items():
        whole, _, end = name.rpartition("/")
        if end in ("low", "high"):
            found[whole][end] = value
            continue
        *parts, metric = name.split("/", len(layout))
        row: dict[str, Any] = dict.fromkeys(COLUMNS[:4], "") | dict(zip(layout, parts, strict=False))
        row["model"], _, row["against"] = row["model"].partition("-vs-")
        found[name] = row | {"metric": metric, "value": value}
    return pd.DataFrame(list(found.values()), columns=list(COLUMNS)).astype({"value": object})


def live(rows: pd.DataFrame) -> list[str]:
    """What a visitor waits for."""
    return _plain(LIVE, rows)


def loop(rows: pd.DataFrame) -> list[str]:
    """How fast and how safe the live loop is."""
    return _plain(LOOP, rows)


def encode(rows: pd.DataFrame) -> list[str]:
    """How fast texts are read."""
    return _plain(ENCODE, rows)


def words(rows: pd.DataFrame) -> list[str]:
    """Whether texts are supported, how fast they are, and what an edit of a portrait does."""
    return _plain(WORDS, rows)


def steering(rows: pd.DataFrame) -> list[str]:
    """Per sample and sort of edit: how far the list went the way the edit says."""
    lines = []
    for metric, value, low, high in rows[["metric", "value", "low", "high"]].itertuples(index=False):
        sample, _, sort = metric.partition("/steering/")
        if sort:
            lines.append((sample, sort, f"{value:+.1f} [{low:+.1f}, {high:+.1f}]"))
    return markdown(("sample", "edit", "percent of the list gained on other interests"), lines)


def loop_quality(rows: pd.DataFrame) -> list[str]:
    """What lists are worth to people no model has seen, per dataset and model, best first."""
    lines = []
    for dataset, n_people in only(rows, metric="n_people")[["dataset", "value"]].itertuples(index=False):
        here = only(rows, protocol="live", dataset=dataset)
        models = [model for model in _best_first(here) if "-" not in model]
        for place, model in enumerate(models):
            about = f"{dataset}, {n_people:,} people" if place == 0 else ""
            lines.append((about, f"`{model}`", interval(only(here, model=model), MAIN)))
        for says, model, metric in (
            ("`ltr` over `ease`", "ltr-ease", MAIN),
            ("`ltr`, live profile over one frozen after 3 likes", "ltr", f"live-frozen/{MAIN}"),
        ):
            if fact(here, metric, model=model) is not None:
                lines.append(("", says, interval(only(here, model=model), metric, "+.3f")))
    return markdown(("dataset", "model", "NDCG@10 over 1 to 40 likes"), lines)


def rerank(rows: pd.DataFrame) -> list[str]:
    """What each strategy gives and costs on EASE's hundred best films."""
    here = only(rows, protocol="rerank", dataset="ml-100k")
    lines = []
    for name in (name for name in dict.fromkeys(here["model"]) if name != "none"):
        gains = [fact(here, f"{m}/gain", model=name) for m in (MAIN, "category_ILD", "text_ILD", "novelty")]
        gains.append(-fact(here, "miscalibration/cut", model=name))
        lines.append((f"`{name}`", *(f"{gain:+.1%}" for gain in gains)))
    header = ("strategy and its knob", "NDCG@10", "variety of categories", "variety of texts", "novelty")
    return markdown((*header, "miscalibration"), lines)


def quality_short(rows: pd.DataFrame) -> list[str]:
    """Per cut: the best three models, popularity, and the articles' formula."""
    lines = []
    for cut, here in _cuts(rows):
        ordered = _best_first(here)
        shown = [*ordered[:N_BEST], *(model for model in ALWAYS if model in ordered[N_BEST:])]
        for place, model in enumerate(shown):
            label = f"{cut}, {fact(here, 'n_users'):,} people" if place == 0 else ""
            lines.append((label, f"`{model}`", *_intervals(here, model, SHORT_METRICS)))
    return markdown(("cut", "model", *SHORT_METRICS), lines)


def quality_full(rows: pd.DataFrame) -> list[str]:
    """Per cut: what was done, then every model, best first."""
    lines = []
    for cut, here in _cuts(rows):
        about = f"{fact(here, 'about')} {fact(here, 'n_users'):,} people, {fact(here, 'n_candidates'):,} films ranked."
        ordered = _best_first(here)
        without = f"{fact(here, 'best_reader')}{WITHOUT}"
        models = [(model, "") for model in ordered]
        if fact(here, MAIN, model=without) is not None:
            models.append((without, ", every text removed"))
        table = [
            (f"`{fact(here, 'setting', model=model)}`{words}", *_intervals(here, model, METRICS))
            for model, words in models
        ]
        about += MF_NOTE if "mf" in ordered else ""
        lines += [f"### {cut}", "", about, "", *markdown(("model and its knobs", *METRICS), table), ""]
    return lines[:-1]


def claim(rows: pd.DataFrame) -> list[str]:
    """The articles' question: what texts add, on the cuts where they can."""
    of_readers = [
        only(here, model=fact(here, "best_reader")) for cut, here in _cuts(rows) if cut.startswith("ml-latest-small")
    ]
    return differences(pd.concat(of_readers)) if of_readers else differences(rows[:0])


def differences(rows: pd.DataFrame) -> list[str]:
    """Every pair that was compared."""
    lines = []
    for pair in rows[(rows["metric"] == MAIN) & (rows["against"] != "")].itertuples():
        here = only(rows, dataset=pair.dataset, protocol=pair.protocol, model=pair.model, against=pair.against)
        bare = pair.against == f"{pair.model}{WITHOUT}"
        other = f"`{pair.model}`, every text removed" if bare else f"`{pair.against}`"
        gains = [interval(here, f"{metric}/gain", "+.1%") for metric in SHORT_METRICS]
        lines.append((f"{pair.dataset}/{pair.protocol}", f"`{pair.model}`", other, *gains))
    return markdown(("cut", "model", "against", *(f"{metric} gain" for metric in SHORT_METRICS)), lines)


def peers_short(rows: pd.DataFrame) -> list[str]:
    """Per cut: our best list against the best of theirs, and the same formula on both sides."""
    lines = []
    for cut, here in _cuts(rows, "best_peer"):
        ours, theirs = fact(here, "best_of_ours"), fact(here, "best_peer")
        difference = interval(only(here, model=ours, against=theirs), MAIN, "+.3f")
        lines.append((cut, f"`{ours}` against `{theirs}`, NDCG@10", difference))
        for model, metric, says, form in SAME_FORMULA:
            value = fact(here, metric, model=model)
            if value is not None:
                lines.append(("", says, form.format(value)))
    return markdown(("cut", "what", "measured"), lines)


def peers_full(rows: pd.DataFrame) -> list[str]:
    """Every library's model, best first, then how ours compare."""
    lines = []
    for cut, here in _cuts(rows, "best_peer"):
        for model in _best_first(here):
            speed = [f"{fact(here, metric, model=model):.2f}" for metric in ("fit_s", "ms_per_user")]
            setting = fact(here, "setting", model=model)
            lines.append((cut, f"`{model}` {setting}", *_intervals(here, model, SHORT_METRICS), *speed))
    header = ("cut", "model and its setting", *SHORT_METRICS, "fit, s", "per person, ms")
    return [*markdown(header, lines), "", *peers_short(rows)]


def density(rows: pd.DataFrame) -> list[str]:
    """Gain of texts, a row per share of the likes."""
    points = only(rows, metric="events_per_item")
    lines = []
    for (dataset, share), here in points.groupby(["dataset", "protocol"], sort=False):
        gains = (
            interval(only(rows, dataset=dataset, protocol=share, model=one.model, against=one.against), "gain", "+.1%")
            for one in here.itertuples()
        )
        lines.append((f"{here['value'].iloc[0]:.1f}", *gains))
    pairs = dict.fromkeys(f"`{one.model}` over `{one.against}`" for one in points.itertuples())
    return markdown(("likes per film", *pairs), lines)


def scoring_short(rows: pd.DataFrame) -> list[str]:
    """The slowest five."""
    slowest = sorted(_scored(rows), key=lambda row: -row[2])[:5]
    lines = [(f"`{model}`", f"{p50:.1f} ms", f"{p95:.1f} ms") for model, p50, p95 in slowest]
    return markdown(("slowest models", "median", "95th percentile"), lines)


def scoring_full(rows: pd.DataFrame) -> list[str]:
    """Every model, in the order of the app."""
    n_queries, n_events, n_items = (fact(rows, name) for name in ("n_queries", "n_events", "n_items"))
    lines = [(f"`{model}`", f"{p50:.2f}", f"{p95:.2f}") for model, p50, p95 in _scored(rows)]
    about = f"{n_queries} queries of {n_events} events and typed words, {n_items:,} items."
    return [about, "", *markdown(("model", "median, ms", "95th percentile, ms"), lines)]


def only(rows: pd.DataFrame, **cells: Any) -> pd.DataFrame:
    """The rows with these cells."""
    for column, cell in cells.items():
        rows = rows[rows[column] == cell]
    return rows


def fact(rows: pd.DataFrame, metric: str, model: str = "") -> Any:
    """One value; None where it was not measured."""
    found = only(rows, metric=metric, model=model, against="")
    return None if found.empty else found["value"].iloc[0]


def _cuts(rows: pd.DataFrame, has: str = "about") -> Iterator[tuple[str, pd.DataFrame]]:
    """Name and rows of every cut about which the fact ``has`` is known."""
    for one in only(rows, metric=has).itertuples():
        yield f"{one.dataset}/{one.protocol}", only(rows, dataset=one.dataset, protocol=one.protocol)


def _best_first(rows: pd.DataFrame) -> list[str]:
    """Models of a cut; what is only a comparison is left out."""
    found = only(rows, metric=MAIN, against="")
    measured = [(model, float(value)) for model, value in zip(found["model"], found["value"], strict=True)]
    return [model for model, _ in sorted(measured, key=lambda one: -one[1]) if not model.endswith(WITHOUT)]


def _scored(rows: pd.DataFrame) -> list[tuple[str, float, float]]:
    models = only(rows, metric="p95_ms")["model"]
    return [(model, *(float(fact(rows, f"p{percent}_ms", model=model)) for percent in (50, 95))) for model in models]


def interval(rows: pd.DataFrame, metric: str, form: str = ".3f") -> str:
    """The value with its ends; a signed one is a difference, and it is said when none was found."""
    found = only(rows, metric=metric)
    if found.empty:
        return "nothing to compare"
    value, low, high = found[["value", "low", "high"]].iloc[0]
    verdict = ", no difference found" if form.startswith("+") and low <= 0 <= high else ""
    return f"{value:{form}} [{low:{form}}, {high:{form}}]{verdict}"


def _intervals(rows: pd.DataFrame, model: str, metrics: Sequence[str]) -> list[str]:
    here = only(rows, model=model, against="")
    return [interval(here, metric) for metric in metrics]


def _plain(lines: Lines, rows: pd.DataFrame) -> list[str]:
    values = [(says, form, fact(rows, key)) for key, says, form in lines]
    return markdown(
        ("what", "measured"), [(says, form.format(value)) for says, form, value in values if value is not None]
    )


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table, one line each."""
    return [f"| {' | '.join(header)} |", "|---" * len(header) + "|", *(f"| {' | '.join(row)} |" for row in rows)]
