"""What people say and like, what it is about, and how content they sound: words, topics, and courses over weeks."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from recsys.audience.course import Period
from recsys.audience.keywords import Keyword
from recsys.audience.mood import Change
from recsys.audience.topics import Topic
from recsys.plots import theme
from recsys.plots.marks import one_line, whiskers

ROW = 24
"""Pixels per row."""
PALE = 0.35
"""Opacity of what chance could have given as well."""
MAX_NAME = 36


def keywords_figure(words: Sequence[Keyword], whole: str) -> go.Figure:
    """Draw a bar per word, to the right for these people and to the left for the others; pale where it is not sure.

    Each bar carries its place as ``customdata``; ``whole`` names what a thousand of are compared.
    """
    values = [word.finding.value for word in words]
    said = [
        f"{here:.1f} in 1,000 {whole} of these people, {there:.1f} of the others<br>{_sure(word.finding.p)}"
        for word in words
        for here, there in [word.per_thousand]
    ]
    figure = go.Figure(
        go.Bar(
            x=values,
            y=list(range(len(words))),
            orientation="h",
            marker={
                "color": [theme.PULL if value > 0 else theme.PUSH for value in values],
                "opacity": [1.0 if word.finding.sure else PALE for word in words],
            },
            customdata=list(range(len(words))),
            hovertext=said,
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    _rows(figure, [word.term for word in words])
    figure.update_xaxes(title="z-score: ← the others · these people →")
    return theme.apply(figure, height=90 + ROW * len(words))


def keywords_alt(words: Sequence[Keyword]) -> str:
    """Say the chart in words."""
    sure = [word for word in words if word.finding.sure]
    sides = [", ".join(word.term for word in sure if (word.finding.value > 0) == ours) for ours in (True, False)]
    return f"Words that surely set apart these people: {sides[0] or 'none'}; the others: {sides[1] or 'none'}"


def topics_figure(topics: Sequence[Topic], by_chance: float) -> go.Figure:
    """Draw a dot per topic, as far right as its words hold together, and a line where shuffled words do on average.

    Filled is what does better than chance. Each carries its place as ``customdata``.
    """
    values = [topic.finding.value for topic in topics]
    figure = go.Figure(
        go.Scatter(
            x=values,
            y=list(range(len(topics))),
            mode="markers",
            marker={
                "size": 14,
                "color": theme.PULL,
                "symbol": ["circle" if topic.finding.sure else "circle-open" for topic in topics],
            },
            customdata=list(range(len(topics))),
            hovertext=[
                f"{one_line(', '.join(topic.words), 200)}<br>{topic.n_texts:,} texts, {topic.finding.n:,} people, "
                f"coherence {topic.finding.value:.2f}, {_sure(topic.finding.p)}"
                for topic in topics
            ],
            hovertemplate="%{hovertext}<extra></extra>",
            cliponaxis=False,
        )
    )
    if by_chance == by_chance:
        figure.add_vline(x=by_chance, line={"color": theme.NEUTRAL, "dash": "dot", "width": 1.5})
    _rows(figure, [topic.name for topic in topics])
    low, high = min([*values, by_chance, 0.0]), max([*values, by_chance, 0.2])
    figure.update_xaxes(title="coherence, −1 to 1; dotted: by chance", range=[low - 0.1, high + 0.1])
    return theme.apply(figure, height=90 + ROW * len(topics))


def topics_alt(topics: Sequence[Topic]) -> str:
    """Say the chart in words."""
    said = "; ".join(
        f"{topic.name}: {topic.finding.value:.2f}, {'better than' if topic.finding.sure else 'no better than'} chance"
        for topic in topics
    )
    return f"Coherence of {len(topics)} topics. {said}"


def changes_figure(changes: Sequence[Change], per: str) -> go.Figure:
    """Draw a dot with the whisker of its 95% interval per category: by how much its mood changes per ``per``.

    Filled where a change is found. Each carries its place as ``customdata``.
    """
    found = [change.finding for change in changes]
    figure = go.Figure(
        go.Scatter(
            x=[one.value for one in found],
            y=list(range(len(changes))),
            error_x=whiskers([one.value for one in found], [one.low for one in found], [one.high for one in found]),
            mode="markers",
            marker={
                "size": 11,
                "color": theme.PULL,
                "symbol": ["circle" if one.sure else "circle-open" for one in found],
            },
            customdata=list(range(len(changes))),
            hovertext=[f"{one_line(one.sentence, 120)}<br>{one.n:,} people, {_sure(one.p)}" for one in found],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    figure.add_vline(x=0, line={"color": theme.NEUTRAL, "width": 1})
    _rows(figure, [change.category for change in changes])
    figure.update_xaxes(title=f"change of the mood, in stars per {per}")
    return theme.apply(figure, height=90 + ROW * len(changes))


def changes_alt(changes: Sequence[Change]) -> str:
    """Say the chart in words."""
    sure = " ".join(change.finding.sentence for change in changes if change.finding.sure)
    return f"Change of the mood of {len(changes)} categories. {sure or 'No change found in any.'}"


def course_figure(periods: Sequence[Period], unit: str, title: str, share: bool = False) -> go.Figure:
    """Draw the mean per week (or ``unit``) with its 95% interval; dots carry their place as ``customdata``.

    Hollow is what too few people gave for an interval. ``title`` names the values; a ``share`` is shown in percent.
    """
    means = [one.mean for one in periods]
    told = [_interval(one, share) for one in periods]
    figure = go.Figure(
        go.Scatter(
            x=[one.day for one in periods],
            y=[one.value for one in means],
            error_y=whiskers([one.value for one in means], [one.low for one in means], [one.high for one in means], 2),
            mode="lines+markers",
            line={"color": theme.PULL, "width": 2},
            marker={"size": 8, "symbol": ["circle" if one.low == one.low else "circle-open" for one in means]},
            customdata=list(range(len(periods))),
            hovertext=told,
            hovertemplate=f"{unit} from %{{x}}: {'%{y:.0%}' if share else '%{y:.2f}'}<br>%{{hovertext}}<extra></extra>",
        )
    )
    figure.update_xaxes(title="day (UTC)" if unit == "day" else f"{unit}, by its first day (UTC)", type="date")
    figure.update_yaxes(title=title, tickformat=".0%" if share else "")
    return theme.apply(figure, height=280)


def course_alt(periods: Sequence[Period], unit: str, title: str) -> str:
    """Say the chart in words: its first, lowest, highest and last value."""
    if not periods:
        return "Nothing over time"
    low, high = min(periods, key=lambda one: one.mean.value), max(periods, key=lambda one: one.mean.value)
    told = [("first", periods[0]), ("lowest", low), ("highest", high), ("last", periods[-1])]
    said = ", ".join(f"{word} {one.mean.value:.2f} ({one.day})" for word, one in told)
    return f"{title} per {unit}: {said}"


def _interval(one: Period, share: bool) -> str:
    who = f"{one.mean.n:,} people"
    if one.mean.low != one.mean.low:
        return f"{who}: too few for an interval"
    ends = f"{one.mean.low:.0%} to {one.mean.high:.0%}" if share else f"{one.mean.low:.2f} to {one.mean.high:.2f}"
    return f"95% interval {ends}, {who}"


def _rows(figure: go.Figure, names: Sequence[str]) -> None:
    """Name the rows of ``figure``, the first one on top."""
    figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=[one_line(name, MAX_NAME) for name in names],
        range=[len(names) - 0.4, -0.6],
        showgrid=False,
        zeroline=False,
    )


def _sure(p: float) -> str:
    return f"p {p:.2g} after correction"
