"""Drawing of the Compare page: the lists side by side, the knobs that move them, and how far they agree."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from recsys.data import Dataset
from recsys.live.movement import NEW, SAME
from recsys.models import MODELS
from recsys.models.setting import Setting
from recsys.plots.compare import agreement_alt, agreement_figure, pipeline_alt, pipeline_figure
from recsys.settings import ROOT
from recsys.types import Kind, Part, Query
from recsys.ui import frame, knobs
from recsys.ui.compare_controls import Asker, choices
from recsys.ui.compare_model import Column, Comparison, comparison
from recsys.ui.frame import plain
from recsys.ui.live_words import DONE
from recsys.ui.wording import Wording

BLEND = "weighted"
"""The model whose knobs are the weights of its parts: they stand above the lists as soon as it is shown."""
ADJUST = "adjust"
"""Key of the choice whose knobs are open."""

MAX_TITLE = {1: 90, 2: 60, 3: 38, 4: 27}
MAX_CHINESE = {1: 44, 2: 28, 3: 17, 4: 11}
"""Characters of a title by number of columns, so that a line stays a line."""
MAX_REASON = 48
MAX_ONLY = 44

ONLY = ":green-badge[◆]"
"""Mark of an item that one list alone has."""

_AGREEMENT_HELP = (
    "Rank-biased overlap reads two lists from the top: 1 is the same list, 0 has nothing in common, and what stands "
    "near the top counts most."
)


@frame.part("side-by-side")
def side_by_side(data: Dataset, who: Asker) -> None:
    """Draw the choice of models, their lists for ``who``, and all that follows; reruns alone at every choice."""
    turned, wrong = knobs.turned()
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        models, k, notes = choices()
        settings = {model: turned.get(model, Setting(model)) for model in models}
        opened = _adjust(models)
    _warn(*who.notes, *notes, *wrong)
    if not models:
        frame.empty("No recommender is chosen.", "Choose one to four with the button above.")
        return
    with st.container(gap="xsmall"):
        for model in filter(None, (BLEND if BLEND in settings else None, opened)):
            knobs.form(MODELS[model], settings[model])
        with st.spinner("Learning from the data…"):
            shown = comparison(data, who.query, list(settings.values()), k)
        _lists(Wording.for_query(data, who.query), who, shown)
    words = Wording.for_query(data, who.query)
    for column in shown.columns:
        _pipeline(words, column)
    _agreement(shown)
    _finds(words, shown)


def _adjust(models: Sequence[str]) -> str | None:
    """Draw the choice of a model whose knobs to open, and return it; None for none."""
    labels = {name: MODELS[name].label for name in models if MODELS[name].knobs and name != BLEND}
    if not labels:
        return None
    frame.beside("Adjust")
    opened = st.pills(
        "Adjust",
        list(labels),
        format_func=lambda name: labels.get(name, name),
        key=ADJUST,
        label_visibility="collapsed",
    )
    return opened if opened in labels else None


def _warn(*sentences: str) -> None:
    """Draw what a link asked for and cannot have, in one box."""
    if sentences:
        st.warning("  \n".join(map(plain, sentences)))


def _lists(words: Wording, who: Asker, shown: Comparison) -> None:
    """Draw whom the lists are for, what their marks mean, and the lists."""
    st.markdown(f"**{plain(who.name)}** — {plain(who.known)}  \n:small[{_legend(shown)}]")
    if not who.query.events and not who.query.typed:
        st.page_link(ROOT / "pages" / "live.py", label="Nothing is known yet: click or type something on Live →")
    for place, column in zip(st.columns(len(shown.columns), gap="medium"), shown.columns, strict=True):
        with place.container(gap="xxsmall"):
            _list(words, shown, column)


def _legend(shown: Comparison) -> str:
    """Say what the marks of the lists mean, as Markdown."""
    parts = []
    if len(shown.listed) > 1:
        parts.append(f"{ONLY} only this list has it")
        parts.append(f"{_in_lists(2)} two lists have it, and so on")
    if any(column.moved for column in shown.columns):
        parts.append(f"▲ ▼ {NEW}: places since before you moved a slider")
    return " · ".join(parts)


def _in_lists(n: int) -> str:
    return f":gray-badge[×{n}]"


def _list(words: Wording, shown: Comparison, column: Column) -> None:
    """Draw one column: the name, the list, and what there is to know about how it came about."""
    said = [*(column.ranked.receipt.fallbacks if column.ranked else ()), column.note]
    told = [f"⚠ {plain(sentence)}." for sentence in said if sentence]
    adjusted = " :small[· adjusted]" if column.setting.knobs else ""
    st.markdown(f"**{plain(column.label)}**{adjusted}{' ⚠' if told else ''}")
    if column.ranked is None:
        st.warning(plain(column.problem))
        return
    limit = (MAX_CHINESE if words.chinese else MAX_TITLE)[len(shown.columns)]
    lines = [_line(words, shown, column, item_id, limit) for item_id in column.item_ids]
    with st.container(key=f"list-{column.setting.model}"):
        st.markdown("\n".join(lines) or "No item is left that this person does not know.")
    st.caption("  \n".join([*told, *_about(words, shown.query, column)]))


def _line(words: Wording, shown: Comparison, column: Column, item_id: str, limit: int) -> str:
    """One item of a list: how many lists hold it, what it is, and how far it moved."""
    n_lists = shown.n_lists[item_id]
    mark = "" if len(shown.listed) < 2 else ONLY if n_lists == 1 else _in_lists(n_lists)
    badge = SAME if column.moved is None else column.moved.badge(item_id)
    moved = "" if badge == SAME else f":small[{badge}]"
    return f"1. {plain(words.title(item_id), limit)} {mark} {moved}"


def _about(words: Wording, query: Query, column: Column) -> list[str]:
    """Lines under a list: what the model does, why its first item is first, what it could score and how fast."""
    ranked = column.ranked
    lines = [plain(MODELS[column.setting.model].line)]
    if ranked is None:
        return lines
    reason = column.reason
    lines.append(f"First because {_because(words, query, reason)}" if reason else "Gives no reasons.")
    total, ms = words.data.n_items, ranked.receipt.ms["score"]
    n_scored = f"all {total:,}" if ranked.receipt.n_scored == total else f"{ranked.receipt.n_scored:,} of {total:,}"
    lines.append(f"Scored {n_scored} items in {ms:.1f} ms.")
    return lines


def _because(words: Wording, query: Query, part: Part) -> str:
    """Name what lifts an item, in the person's language."""
    if part.kind == "typed":
        return f"they typed “{plain(part.label, MAX_REASON)}”"
    if part.kind not in {kind.value for kind in Kind}:
        return plain(part.label, MAX_REASON)
    event = next((event for event in query.events if event.event_id == part.key), None)
    wrote = event is not None and event.text == part.label
    named = part.label if event is None or wrote else words.title(event.item_id) or part.label
    return f"they {DONE[Kind(part.kind)].removeprefix('You ')} “{plain(named, MAX_REASON)}”"


def _pipeline(words: Wording, column: Column) -> None:
    """Draw what each stage of a model left of the catalogue, and which source proposed what is shown."""
    if column.pipeline is None:
        return
    st.header(f"How “{column.label}” gets to its list", anchor=False)
    picture, items = st.columns([3, 2], gap="medium")
    with picture:
        st.plotly_chart(
            pipeline_figure(column.pipeline.steps),
            key=f"pipeline-{column.setting.model}",
            config={"displayModeBar": False},
            alt=pipeline_alt(column.pipeline.steps),
        )
    limit = MAX_ONLY // (2 if words.chinese else 1)
    pairs = zip(column.item_ids, column.pipeline.origins, strict=True)
    with items:
        st.markdown("**Proposed by**")
        st.markdown(
            "\n".join(f"1. {plain(words.title(one), limit)} :small[· {plain(origin)}]" for one, origin in pairs)
        )


def _agreement(shown: Comparison) -> None:
    """Draw how far every two lists agree, as a picture and in words."""
    if len(shown.listed) < 2:
        if len(shown.columns) < 2:
            st.caption("Choose a second recommender above to see where two lists agree.")
        return
    st.header("How far the lists agree", anchor=False)
    st.caption(_AGREEMENT_HELP)
    picture, sentences = st.columns([3, 2], gap="medium", vertical_alignment="center")
    labels = [column.label for column in shown.listed]
    with picture:
        agreement, shared = shown.agreement, shown.shared
        st.plotly_chart(
            agreement_figure(labels, agreement, shared),
            key="agreement",
            config={"displayModeBar": False},
            alt=agreement_alt(labels, agreement, shared),
        )
    with sentences:
        st.markdown("\n".join(f"- {plain(sentence)}" for sentence in shown.sentences))


def _finds(words: Wording, shown: Comparison) -> None:
    """List per model the items that no other list has."""
    if len(shown.listed) < 2:
        return
    st.header("What only one of them finds", anchor=False)
    for place, column in zip(st.columns(len(shown.listed), gap="medium"), shown.listed, strict=True):
        with place:
            found = shown.only_found_by(column)
            st.markdown(f"**{plain(column.label)}** · {len(found)} of {len(column.item_ids)}")
            limit = MAX_ONLY // (2 if words.chinese else 1)
            st.caption("  \n".join(plain(words.title(item_id), limit) for item_id in found) or "Nothing of its own.")
