"""What fine-tuning came to: the verdict, the numbers with their intervals, and what the encoder changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from recsys.data import Dataset, catalogue
from recsys.data.splits import SPLITS
from recsys.metrics import difference_in_words
from recsys.models import MODELS
from recsys.plots.training import training_alt, training_figure, worth_alt, worth_figure
from recsys.text import made
from recsys.train import Job
from recsys.train.encoder_worth import AFTER, CENTRED, STUDENT, UNTOUCHED
from recsys.train.head import Head
from recsys.train.sealed import caution
from recsys.train.transfer import Transfer
from recsys.train.worth import interval
from recsys.ui import cache, engine, frame, train_job
from recsys.ui.choices import picked

ELSEWHERE = "finetune-on"
"""Key of the choice of other data, in the address."""

_LABELS = {
    AFTER: "Fine-tuned",
    UNTOUCHED: "Untouched",
    CENTRED: "Untouched, centred",
    STUDENT: "EASE + text",
    "popularity": "Popularity",
    "random": "Random",
}
_WORTH = (
    "A fifth of the items was hidden with all their likes, and only those are ranked. Every dot is the same formula on "
    "other vectors: the mean of what somebody touched, and the cosine. Centred means less the catalogue's mean vector. "
    "EASE + text is the recommender that guesses links of new items from their texts. Whiskers are 95% intervals over "
    "people."
)
_STUDENT = (
    "The teacher is EASE that was shown other people's likes of the hidden items; the students know their texts only. "
    "Links are the ten items that speak most for a hidden item, lists the ten hidden items shown to somebody."
)


def course(job: Job) -> None:
    """Draw how the training goes, step by step."""
    points = [point for point in job.points if "step" in point]
    across = "setting tried" if job.recipe.kind == Head.kind else "training step"
    frame.chart(training_figure(points, across), f"course-{job.folder.name}", training_alt(points, across))


def show(data: Dataset, job: Job) -> None:
    """Draw the verdict, the numbers behind it, what changed, and the way to read with the encoder."""
    result = job.result
    frame.section(_verdict(result), _WORTH)
    st.markdown("\n".join(f"- {frame.plain(sentence)}" for sentence in _sentences(result)))
    _adopt(data, result)
    rows = [
        {**row, "label": _LABELS.get(name, name), "ours": name == AFTER}
        for name, row in result["rows"].items()
        if row["n"]
    ]
    frame.chart(worth_figure(rows), f"worth-{job.folder.name}", worth_alt(rows))
    lines = (
        f"{data.label}: {result['n_items']:,} items nobody had touched, {result['n_people']:,} people, NDCG@10.",
        _how_made(result),
        caution(result.get("n_opened", 1) - 1),
    )
    st.caption("  \n".join(frame.plain(line) for line in lines if line))
    _moved(result["moved"])
    if result.get("student"):
        _student(result["student"])
    _elsewhere(data, result)
    if job.points:
        with st.expander("How the training went", key="finetune-course", on_change="rerun") as opened:
            if opened.open:
                course(job)


def _worth_adopting(result: Mapping[str, Any]) -> bool:
    """Whether a recommender that reads texts got better, and none worse, as far as the intervals tell."""
    gaps = [interval(one["gain"]) for one in result["readers"].values()]
    return any(gap.found and gap.value > 0 for gap in gaps) and not any(gap.found and gap.value < 0 for gap in gaps)


def _verdict(result: Mapping[str, Any]) -> str:
    gain = interval(result["gain"])
    if not gain.found or gain.value < 0:
        return "No gain on this data"
    return "Better on new items" if _worth_adopting(result) else "No gain beyond centring on this data"


def _sentences(result: Mapping[str, Any]) -> list[str]:
    """What was found, a sentence each."""
    rows, times = result["rows"], ""
    if result["ratio"]:
        ratio = interval(result["ratio"])
        times = f" That is {1 + ratio.value:.1f} times as good [{1 + ratio.low:.1f}, {1 + ratio.high:.1f}]."
    beyond = difference_in_words("Fine-tuned", "untouched and centred", interval(result["beyond_centring"]))
    readers = [
        f"{MODELS[name].label}: {difference_in_words('with it', 'without', interval(one['gain']))}"
        for name, one in result["readers"].items()
    ]
    return [
        "NDCG@10 on new items: " + difference_in_words("fine-tuned", "untouched", interval(result["gain"])) + times,
        f"Taking the mean vector off, without learning anything, gives {rows[CENTRED]['value']:.3f}. {beyond}",
        *readers,
    ]


def _how_made(result: Mapping[str, Any]) -> str:
    seconds, chosen = result["seconds"], result.get("chosen") or {}
    took = (
        f"Took {seconds['all']:.0f} seconds with the test."
        if seconds["all"] < 120
        else (f"Took {seconds['all'] / 60:.0f} minutes with the test.")
    )
    if "share" not in chosen:
        return took
    return (
        f"{took} Chosen on validation: ridge {chosen['l2']:g}, {chosen['dim']} directions, {chosen['share']:.0%} "
        "of the vector mapped."
    )


def _adopt(data: Dataset, result: Mapping[str, Any]) -> None:
    """Draw the way to use the encoder, where it is worth it."""
    if not result["encoder"]:
        frame.hint("Left off: text profiles gained nothing by it.")
        return
    one = made.find(result["encoder"])
    if one is None:
        frame.hint("The encoder is not kept any more.")
        return
    if not _worth_adopting(result):
        frame.hint("Left off: no recommender that reads texts got better by it.")
        return
    engine.use(data, one.name, one.label)
    with st.expander("Use it elsewhere", key="finetune-elsewhere"):
        frame.hint("The encoder that reads everything, from the start of the app:")
        st.code(f"RECSYS_ENCODER={one.name}", language="bash")
        frame.hint("It is an ordinary sentence-transformers folder as well, which RECSYS_ENCODER can name like this:")
        st.code(f"RECSYS_ENCODER=st:{made.folder_of(one.name)}", language="bash")


def _moved(moved: Mapping[str, Any]) -> None:
    """Draw the items whose neighbours changed most."""
    if not moved["examples"]:
        return
    frame.section("What changed", "Nearest items by text, the three first of ten, of items many people liked.")
    lines = (
        f"- **{frame.plain(one['title'], 60)}**  \n  before: {_titles(one['before'])}  \n  now: {_titles(one['after'])}"
        for one in moved["examples"]
    )
    st.markdown("\n".join(lines))
    frame.hint(f"Of the ten nearest of the {moved['n']} items liked most, {moved['kept']:.0%} stayed.")


def _titles(titles: Sequence[str]) -> str:
    return ", ".join(frame.plain(title, 40) for title in titles)


def _student(student: Mapping[str, Any]) -> None:
    """Draw how near texts come to what likes say."""
    links, lists = student["links"], student["lists"]
    frame.section("How far texts stand in for likes", _STUDENT)
    rows = [
        {
            "Read by": _LABELS.get(name, name),
            "Same links of 10": _with_ends(links["students"].get(name), 10),
            "Same items of 10": _with_ends(of_lists["overlap"], 10),
            "NDCG@10": _with_ends(of_lists["ndcg"]),
            "Lost to the teacher": _with_ends(of_lists["loss"]),
        }
        for name, of_lists in lists["students"].items()
    ]
    st.dataframe(rows, hide_index=True, alt="How near each student comes to EASE that saw the likes")
    frame.hint(f"The teacher reaches NDCG@10 {_with_ends(lists['teacher'])}.")
    if links["n"]:
        frame.hint(
            f"Links are of the {links['n']} hidden items with enough likes; drawing them at random would give "
            f"{10 * links['chance']:.2f} of 10."
        )


def _elsewhere(data: Dataset, result: Mapping[str, Any]) -> None:
    """Draw the choice of other data, and what the encoder is worth there."""
    one = made.find(result["encoder"]) if result["encoder"] else None
    labels = {ref.name: ref.label for ref in catalogue.available() if ref.name != data.name}
    if one is None or not labels:
        return
    frame.section("On other data", "The same encoder on a catalogue it learned nothing from, beside the untouched one.")
    other = picked("Try it on", labels, ELSEWHERE, "catalogue")
    job = train_job.done(
        cache.dataset(other),
        Transfer(one.name, one.version),
        "Try it there",
        f"What was learned on {data.label} may help or harm on {labels[other]}: asked about new items and new people. "
        "Its texts are read first, which takes minutes for thousands of items.",
    )
    if job is not None:
        _transfer(job.result["rows"])
        for sentence in job.result["left_out"]:
            frame.hint(f"Not asked: {sentence}.")


def _transfer(rows: Sequence[Mapping[str, Any]]) -> None:
    """Draw what the encoder is worth on data it learned nothing from."""
    table = [
        {
            "Data": row["dataset"],
            "Asked about": SPLITS[row["split"]].label,
            "Before": _with_ends(row["before"]),
            "After": _with_ends(row["after"]),
            "Difference": difference_in_words("After", "before", interval(row["gain"])),
        }
        for row in rows
    ]
    st.dataframe(table, hide_index=True, alt="NDCG@10 before and after, on other data")


def _with_ends(said: Mapping[str, Any] | None, times: int = 1) -> str:
    """A number with its interval; a dash for none."""
    if not said or not said["n"]:
        return "–"
    value, low, high = (times * said[end] for end in ("value", "low", "high"))
    digits = 1 if times > 1 else 3
    return f"{value:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"
