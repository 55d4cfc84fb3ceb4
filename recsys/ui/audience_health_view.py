"""Audience, health: is the data fit to learn from, who is behind what is not, and what curing it does to the lists."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from recsys.audience import Segment
from recsys.audience.health import Check, health
from recsys.audience.segments import within
from recsys.columns import Evaluation
from recsys.data import Dataset
from recsys.evaluate.repairs import MODELS_CURED, Cure, Cures
from recsys.metrics import signed
from recsys.metrics.significance import LEVEL
from recsys.models import MODELS
from recsys.ui import audience_part, audience_segment, frame
from recsys.ui.live_words import counted
from recsys.ui.metrics_answer import asked_for, table_proof

_GIVES = (
    "One press leaves out what each cure says, learns again, and asks the same people about the same held-out likes: "
    "are the lists better?"
)
_COLUMNS = {
    "State": st.column_config.TextColumn(width=60, help="⚠ is worth a look, ✓ is fine, – cannot be checked."),
    "Check": st.column_config.TextColumn(width=150),
    "Found": st.column_config.TextColumn(width=560, help="With 95% intervals."),
    "Cure": st.column_config.TextColumn(width=260, help="What it leaves out of what the recommenders learn from."),
}


def draw(data: Dataset, segment: Segment | None) -> None:
    """Draw every check, the people behind the chosen one, and what the cures are worth."""
    mine = within(data, segment)
    checks = health(mine)
    if not checks:
        frame.empty("These people have done nothing.", "Choose other people above.")
        return
    n_ill = sum(check.ill for check in checks)
    said = (
        f"{counted(n_ill, 'check')} of {len(checks)} worth a look." if n_ill else f"All {len(checks)} checks are fine."
    )
    st.markdown(f"**{said}** Click a row to see who is behind it.")
    _checks(mine, checks)
    _worth(data, segment, checks)


@frame.part("audience-health")
def _checks(data: Dataset, checks: tuple[Check, ...]) -> None:
    table = pd.DataFrame(
        {
            "State": [_sign(check) for check in checks],
            "Check": [check.label for check in checks],
            "Found": [check.finding.sentence for check in checks],
            "Cure": [check.cure if check.curable else "" for check in checks],
        }
    )
    alt = f"{len(checks)} checks of the data: {sum(check.ill for check in checks)} worth a look"
    row = audience_part.chosen_row(table, "health-checks", alt, _COLUMNS)
    if row is not None:
        check = checks[row]
        frame.hint(check.line)
        audience_segment.people(data, check.label, check.finding.user_ids, f"health-{check.name}")


def _sign(check: Check) -> str:
    if check.finding.value != check.finding.value:
        return "–"
    return "⚠" if check.ill else "✓"


def _worth(data: Dataset, segment: Segment | None, checks: tuple[Check, ...]) -> None:
    """Draw what each cure does to the lists, once somebody asks."""
    frame.section("What is each cure worth?")
    question = Cures()
    table = asked_for(data, question, _GIVES)
    if table is None:
        return
    if table.empty:
        frame.empty("No cure would change anything: there is nothing to measure.", "Choose other data above.")
        return
    labels = {check.name: check.label for check in checks}
    shown = pd.DataFrame({"Check": [labels.get(one, one) for one in dict.fromkeys(table[Cure.CHECK])]})
    shown["Left out"] = list(table.drop_duplicates(Cure.CHECK)[Cure.N_OUT])
    for model in MODELS_CURED:
        rows = table[table[Evaluation.MODEL] == model].to_dict("records")
        shown[MODELS[model].label] = [_change({str(name): value for name, value in row.items()}) for row in rows]
    st.dataframe(
        shown,
        key="health-worth",
        hide_index=True,
        height="content",
        column_config={"Left out": st.column_config.NumberColumn(format="localized", help="Events not learned from.")},
        alt=f"NDCG@10 before and after {len(shown)} cures: {_best(table, labels)}",
    )
    everybody = " Measured on everybody, whoever is looked at above." if segment else ""
    frame.hint(
        f"{_best(table, labels)} NDCG@10 of {int(table[Evaluation.N_USERS].max()):,} people, before → after, and the "
        "change with its 95% interval; found only where chance does not explain it, after Holm's correction for all."
        f"{everybody}"
    )
    table_proof(table, "cures", data, question.call(data.name))


def _change(row: dict[str, float]) -> str:
    found = "" if row[Evaluation.P_HOLM] < LEVEL else ", no difference found"
    low, high, value = (signed(row[column]) for column in (Evaluation.LOW, Evaluation.HIGH, Evaluation.VALUE))
    return f"{row[Cure.BEFORE]:.3f} → {row[Cure.AFTER]:.3f} ({value} [{low}, {high}]{found})"


def _best(table: pd.DataFrame, labels: dict[str, str]) -> str:
    sure = table[table[Evaluation.P_HOLM] < LEVEL]
    if sure.empty:
        return "No cure changes the lists by more than chance."
    said = [
        f"{labels.get(check, check)} {'helps' if value > 0 else 'harms'} {MODELS[model].label}"
        for check, model, value in zip(sure[Cure.CHECK], sure[Evaluation.MODEL], sure[Evaluation.VALUE], strict=True)
    ]
    return f"Curing {'; '.join(said)}."
