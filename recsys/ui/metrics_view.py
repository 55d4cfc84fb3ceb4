"""Drawing of the Metrics page: the question, its progress, and the answer with intervals."""

from __future__ import annotations

from enum import StrEnum

import streamlit as st

from recsys.data import Dataset, catalogue
from recsys.data.splits import SPLITS
from recsys.errors import DataError
from recsys.evaluate import Experiment, Result
from recsys.metrics import METRICS
from recsys.models import BASELINES, MODELS
from recsys.plots.metrics import metric_alt, metric_figure
from recsys.ui import frame
from recsys.ui.experiments import experiments

DEFAULT_MODELS = ("text_mean", "text_profile")
MAX_LIST = 30
MAX_USERS = 1000
"""People evaluated at most, so that nobody waits minutes for a page; who is not drawn is counted on the page."""

_SPLIT_HELP = "Which part of the data the models may learn from, and which part they are asked about."
_K_HELP = "How many items each person gets."
_MODELS_HELP = "Random order and the most popular items are always measured beside them."


class MetricsKey(StrEnum):
    """Keys of this page's controls, in the URL."""

    SPLIT = "split"
    K = "k"
    MODELS = "models"


def question(data: Dataset) -> Experiment:
    """Draw the controls and return the experiment they describe."""
    with st.container(horizontal=True, gap="medium"):
        split = st.segmented_control(
            "How to test",
            list(SPLITS),
            format_func=lambda name: SPLITS[name].label if name in SPLITS else name,
            default=next(iter(SPLITS)),
            required=True,
            key=MetricsKey.SPLIT,
            bind="query-params",
            help=_SPLIT_HELP,
            wrap=True,
        )
        chosen = st.pills(
            "Recommenders",
            [name for name in MODELS if name not in BASELINES],
            selection_mode="multi",
            format_func=lambda name: MODELS[name].label if name in MODELS else name,
            default=[name for name in DEFAULT_MODELS if name in MODELS],
            key=MetricsKey.MODELS,
            bind="query-params",
            help=_MODELS_HELP,
        )
        k = st.slider("List length", 1, MAX_LIST, 10, key=MetricsKey.K, bind="query-params", help=_K_HELP, width=220)
    name = split if split in SPLITS else next(iter(SPLITS))
    st.caption(frame.plain(f"What this test gives away: {SPLITS[name].leak}"))
    # In the registry's order: the same choice is the same experiment, whatever was clicked first.
    models = tuple(name for name in MODELS if name in (chosen or []))
    return Experiment(data.name, name, int(k), models, max_users=MAX_USERS)


def answer(data: Dataset, config: Experiment) -> Result | None:
    """Return the result of ``config``, with a progress bar while it is measured; None when it cannot be."""
    found = experiments(data).find(data, config)
    if found is not None:
        return found
    bar = st.progress(0.0, "Waiting for another measurement to finish")

    def draw(share: float, line: str) -> None:
        bar.progress(min(1.0, share), frame.plain(line))

    try:
        return experiments(data).run(data, config, draw)
    except DataError as error:
        frame.empty(str(error), "Choose another test above, or other data.")
        return None
    finally:
        bar.empty()


def verdict(result: Result, metric: str = "ndcg") -> None:
    """Draw whom the numbers are about, and the main metric in words."""
    lines = [frame.plain(result.receipt.sentence())]
    lines += [f"**{METRICS[metric].label}** · {frame.plain(sentence)}" for sentence in result.sentences(metric)]
    st.markdown("  \n".join(lines))
    if not result.challengers:
        st.caption("Choose a recommender above to compare it with what is popular.")


def charts(result: Result, group: str) -> None:
    """Draw one chart per metric of ``group`` that could be measured, each with its help and its words."""
    with st.grid(3, min_column_width=300, gap="medium", border=True) as grid:
        for spec in METRICS.values():
            if spec.group == group and result.measured(spec.name):
                with grid.cell():
                    chart(result, spec.name)


def chart(result: Result, metric: str) -> None:
    """Draw one metric: name, one line of help, bars, and each difference in words."""
    spec, rows = METRICS[metric], result.metric(metric)
    st.markdown(f"**{spec.label}**")
    st.caption(f"{spec.line} {'Higher' if spec.higher_is_better else 'Lower'} is better.")
    st.plotly_chart(
        metric_figure(rows, metric),
        key=f"chart-{metric}",
        config={"displayModeBar": False},
        alt=metric_alt(rows, metric),
    )
    for sentence in result.sentences(metric):
        st.caption(frame.plain(sentence))


def proof(result: Result, data: Dataset, config: Experiment) -> None:
    """Draw who was left out, what fell back, the download, and the command that gives the same numbers."""
    receipt = result.receipt
    for line in (receipt.left_out(), *receipt.notes):
        st.caption(frame.plain(line))
    st.download_button(
        "Download the numbers (CSV)",
        result.to_csv(),
        file_name=f"metrics-{receipt.split}-k{receipt.k}.csv",
        mime="text/csv",
        key="download-metrics",
        on_click="ignore",
    )
    with st.expander("How this was measured"):
        if data.name in {ref.name for ref in catalogue.available()}:
            st.caption("The same numbers in the shell:")
            st.code(command(config), language="bash", wrap_lines=True)
        versions = ", ".join(f"{name} {version}" for name, version in receipt.versions.items())
        st.caption(
            frame.plain(
                f"{receipt.n_train_events:,} events to learn from; every item ranked for every person, without what "
                f"they know already; texts compared by {receipt.encoder}; {receipt.seconds['total']:.1f} s; "
                f"data version {receipt.dataset_version}; {versions}."
            )
        )


def command(config: Experiment) -> str:
    """Return the shell command that repeats ``config``."""
    models = f" --models {' '.join(config.models)}" if config.models else " --models"
    cap = f" --max-users {config.max_users}" if config.max_users else ""
    return f"python -m recsys evaluate --dataset {config.dataset} --split {config.split} --k {config.k}{models}{cap}"
