"""A list as the lines of Python that give it again: pasted as they are, they print the same ids."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template

from recsys.data import Dataset, catalogue
from recsys.types import Event, Query

_LISTS = Template("""from recsys import $imports
from recsys.models.setting import Setting

data = load($dataset)
query = Query(
    events=($events),
    typed=$typed,
    context=$context,
)
popular = fit("popularity", data)
for word in $models:
    model = Setting.parse(word).build().fit(data)
    ranked = recommend(data, model, query, k=$k, when_silent=popular$rerank)
    for rank, (item_id, score) in enumerate(zip(ranked.item_ids, ranked.scores), start=1):
        print(word, rank, item_id, round(float(score), 4))
""")
_RERANK = ', rerank=ChainSetting.parse($chain).build(), interest=fit("interest", data)'
MAX_TITLE = 60


def as_python(data: Dataset, query: Query, models: Sequence[str], k: int, chain: str = "none") -> str:
    """The lines for the best ``k`` items by each of ``models``, re-ranked by ``chain``, both in the words of a link.

    "" for data that cannot be loaded by name, such as a visitor's own.
    """
    if data.private or data.name not in {ref.name for ref in catalogue.available()}:
        return ""
    reranked = chain != "none"
    names = ["Event", "Kind"] if query.events else []
    names += ["Query", "fit", "load", "recommend"]
    return _LISTS.substitute(
        imports=", ".join(["ChainSetting", *names] if reranked else names),
        dataset=repr(data.name),
        events="".join(f"\n        {_event(event)},{_comment(data, event)}" for event in query.events)
        + ("\n    " if query.events else ""),
        typed=repr(query.typed),
        context=repr(dict(query.context)),
        models=repr(list(models)),
        k=k,
        rerank=Template(_RERANK).substitute(chain=repr(chain)) if reranked else "",
    )


def _event(event: Event) -> str:
    """The call that makes ``event``; what stands at its default is left out."""
    said = [repr(event.event_id), f"Kind.{event.kind.name}", repr(float(event.at))]
    if event.item_id is not None:
        said.append(f"item_id={event.item_id!r}")
    if event.stars is not None:
        said.append(f"stars={float(event.stars)!r}")
    if event.text:
        said.append(f"text={event.text!r}")
    if event.context:
        said.append(f"context={dict(event.context)!r}")
    if event.propensity is not None:
        said.append(f"propensity={float(event.propensity)!r}")
    if event.strength != 1.0:
        said.append(f"strength={float(event.strength)!r}")
    return f"Event({', '.join(said)})"


def _comment(data: Dataset, event: Event) -> str:
    """The title of the item, for who reads the lines."""
    if event.item_id not in data.row_of:
        return ""
    title = " ".join(data.title(event.item_id).split())[:MAX_TITLE]
    return f"  # {title}" if title.isprintable() else ""
