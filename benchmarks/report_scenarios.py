"""The tables of the scenarios: one per question that was asked."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from benchmarks.report_tables import MAIN, fact, interval, markdown, only

SCENARIOS: Mapping[str, tuple[str, str]] = {
    "friends": (
        "Friends",
        "Listeners of Last.fm, a fifth of their plays held out at random. The model is told who their friends are, is "
        "not told, or does not heed it.",
    ),
    "clicks": (
        "Clicks",
        "Readers of the Bing News sample: a third of the headlines each was shown is held out at random, and opened "
        "ones should stand above others. Nearly every headline was shown to one person, so little can be popular.",
    ),
    "sound": (
        "Sound",
        "The simulated listeners of the sample, and Last.fm listeners of artists whose songs a Spotify list has. "
        "Shuffled: every sound is another item's, mean of three draws.",
    ),
    "policy": (
        "Freshness of news",
        "The sample's simulated readers, everything after one moment held out. Freshness is the strategy `context` "
        "with freshness 0.5 and a half-life of 2 days, and nothing else of it.",
    ),
}
"""Part of the measurement -> its heading and what was asked."""
ASKED = {"NDCG@10": "NDCG@10", "AUC": "AUC", "days": "days before the newest", "bubble": "filter bubble"}


def scenarios(rows: pd.DataFrame) -> list[str]:
    """Per question: every model with its interval, and the differences on the same people."""
    lines = []
    for protocol, (title, about) in SCENARIOS.items():
        here, table = only(rows, protocol=protocol), []
        for one in here[(here["model"] != "") & here["metric"].isin(ASKED)].itertuples():
            apart = bool(one.against)
            alone = only(here, dataset=one.dataset, model=one.model, against=one.against, metric=one.metric)
            n_people = int(fact(only(here, dataset=one.dataset), "n_people"))
            what = f"`{one.model}` minus `{one.against}`" if apart else f"`{one.model}`"
            form = "+.3f" if apart else ".3f"
            found = interval(alone, str(one.metric), form) if alone["low"].notna().all() else f"{one.value:{form}}"
            table.append((f"{one.dataset}, {n_people:,} people", what, ASKED[str(one.metric)], found))
        if table:
            lines += [f"### {title}", "", about, "", *markdown(("on", "what", "measure", "measured"), table), ""]
    return lines + _crossings(rows) + _switches(rows)


def _crossings(rows: pd.DataFrame) -> list[str]:
    """Per pair of places: how good what is popular there is, and what each way of bringing a taste along adds."""
    here = only(rows, protocol="crossing", metric=MAIN)
    ways, table = list(dict.fromkeys(here.loc[here["against"] != "", "model"])), []
    for places in dict.fromkeys(here["dataset"]):
        pair = only(here, dataset=places)
        gains = [interval(only(pair, model=way, against="popular"), MAIN, "+.3f") for way in ways]
        table.append((places, interval(only(pair, model="popular"), MAIN), *gains))
    about = (
        "Simulated people known in both places, ranked in the second by what they liked in the first: NDCG@10 of what "
        "is popular there among the others, and what each way of carrying the taste adds to it."
    )
    return (
        ["### Tastes taken along", "", about, "", *markdown(("from and to", "popular", *ways), table), ""]
        if table
        else []
    )


def _switches(rows: pd.DataFrame) -> list[str]:
    """Per scenario: seconds the first time and later; then of all."""
    here = only(rows, protocol="switching")
    table = [
        (str(one.dataset), f"{one.value:.2f} s", f"{fact(only(here, dataset=one.dataset), 'again_s'):.2f} s")
        for one in only(here, metric="first_s").itertuples()
    ]
    if not table:
        return []
    whole = only(here, dataset="").set_index("metric")["value"]
    table += [
        (says, *(f"{whole[f'{when}_p{percent}_s']:.2f} s" for when in ("first", "again")))
        for says, percent in (("median", 50), ("95th percentile", 95))
    ]
    about = (
        "From the click on a scenario to its cards on the screen, in a fresh process and later, the slower of two "
        f"visits. The app held {whole['resident_mb']:.0f} MB after all of them; the machine's load was "
        f"{whole['load']:.1f} before."
    )
    return ["### Switching", "", about, "", *markdown(("scenario", "the first time", "again"), table)]
