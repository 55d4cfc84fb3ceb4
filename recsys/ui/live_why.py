"""Why an item is where it is: every part of its score, largest first, and their sum."""

from __future__ import annotations

import streamlit as st

from recsys.models.ranking import top_k
from recsys.types import Kind, Part
from recsys.ui.frame import plain
from recsys.ui.live_model import Picture, rank_without
from recsys.ui.live_words import DONE
from recsys.ui.wording import Wording

N_PARTS = 6
BLOCKS = 10
MAX_LABEL = 70


def why(words: Wording, now: Picture, rank: int) -> None:
    """Draw the parts of the score at ``rank`` (0-based) of my list as bars that sum to it."""
    parts, values = now.mine.contributions.parts, now.mine.contributions.values[rank]
    if not parts:
        st.caption("This model gives no reasons.")
        return
    order = top_k(abs(values), N_PARTS)
    lines = [(_label(parts[part]), float(values[part])) for part in order]
    if len(parts) > N_PARTS:
        lines.append((f"{len(parts) - N_PARTS} smaller parts", float(values.sum() - values[order].sum())))
    longest = max(abs(amount) for _, amount in lines) or 1.0
    st.markdown("  \n".join(_bar(label, amount, longest) for label, amount in lines))
    total = " + ".join(f"{amount:.2f}" for _, amount in lines).replace("+ -", "− ")
    score = float(now.mine.scores[rank])
    st.caption(f"{total} = **{score:.2f}**, its score. {_without(words, now, rank, int(order[0]))}")


def _bar(label: str, amount: float, longest: float) -> str:
    """One part as a bar of blocks, its signed amount, and whose doing it is."""
    blocks = "▇" * max(1, round(abs(amount) / longest * BLOCKS))
    return f":{'green' if amount >= 0 else 'orange'}[{blocks}] **{amount:+.2f}** {plain(label, MAX_LABEL)}"


def _label(part: Part) -> str:
    if part.kind in ("prior", "model", "feature"):
        return part.label
    said = "You typed" if part.kind == "typed" else DONE[Kind(part.kind)]
    return f"{said} “{part.label}”"


def _without(words: Wording, now: Picture, rank: int, part: int) -> str:
    """Say where the item would stand without its largest part; checked by ranking again."""
    piece = now.mine.contributions.parts[part]
    place = rank_without(words.data, now, piece.key, now.mine.item_ids[rank])
    if place is None:
        return ""
    where = f"{place}th" if place > 3 else ("1st", "2nd", "3rd")[place - 1]
    return f"Without “{plain(piece.label, 40)}” it would be {where} (ranked again to check)."
