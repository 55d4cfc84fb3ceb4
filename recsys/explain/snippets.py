"""The code behind each worked example as a visitor can paste it: it runs by itself and prints the page's numbers.

Texts a visitor typed are filled in as Python literals. The tests run every snippet.
"""

from __future__ import annotations

from collections.abc import Sequence
from string import Template

from recsys.explain import example_texts as texts
from recsys.explain.arithmetic import CANDIDATES, CHANCES, FEATURES, LEARNING_RATE, THETA, WEIGHTS, Exact
from recsys.explain.example_texts import Item, Lang
from recsys.explain.examples import Shoes

_CATALOGUE = Template("""import pandas as pd

$imports

items = pd.DataFrame(
    [
$rows
    ],
    columns=["item_id", "title", "description"],
)
nothing_yet = pd.DataFrame(columns=["user_id", "item_id", "kind", "at"])
data = Dataset.from_tables("$name", items, nothing_yet)
""")

_EVENTS = "from recsys import Dataset, Event, Kind, Query, fit, recommend"

_SHOES = Template("""
wish = Event("1", Kind.WISH, 0.0, text=$review)
remark = Event("2", Kind.REVIEW, 1.0, item_id=$shoe, stars=$stars, text=$remark)

for model in ("text_mean", "text_profile"):
    scorer = fit(model, data)
    for events in ((wish,), (wish, remark)):
        ranked = recommend(data, scorer, Query(events=events), k=5, exclude_decided=False)
        print(model, len(events), [(i, round(float(s), 3)) for i, s in zip(ranked.item_ids, ranked.scores)])
""")

_GADGETS = Template("""
scorer = fit("text_mean", data)
events = ()
for n, gadget in enumerate($clicks):
    events += (Event(str(n), Kind.CLICK, float(n), gadget),)
    ranked = recommend(data, scorer, Query(events=events), k=5)
    print(gadget, [(i, round(float(s), 3)) for i, s in zip(ranked.item_ids, ranked.scores)])
""")

_READERS = Template("""from recsys.text import reader

read = $read
search = $search

space = reader().space(data, reader().main(data))
vectors = {}
for person, stories in read.items():
    rows = [space.raw[data.row(story)] for story in stories]
    if person == $who and search.strip():
        rows.append(space.read([search])[0])
    mean = sum(rows) / len(rows)
    vectors[person] = mean / (mean @ mean) ** 0.5

for person in read:
    print($who, person, round(float(vectors[$who] @ vectors[person]), 3))
""")

_INTEREST = Template("""from math import exp

theta = $theta
f = $features
y = $answer  # 1: clicked, 0: skipped
rate = $rate

z = sum(t * x for t, x in zip(theta, f))
p = 1 / (1 + exp(-z))
theta = [t + rate * (y - p) * x for t, x in zip(theta, f)]
after = 1 / (1 + exp(-sum(t * x for t, x in zip(theta, f))))
print(round(p, 3), round(after, 3))
""")

_WEIGHTS = Template("""from fractions import Fraction as F

w = [$weights]
P = {
$rows
}
clicked = $clicked
rate = $rate


def R(w):
    return {name: sum(a * b for a, b in zip(w, row)) for name, row in P.items()}


first = max(P, key=lambda name: R(w)[name])
print(*R(w).values())
w = [max(F(0), a + rate * (c - t)) for a, c, t in zip(w, P[clicked], P[first])]
w = [a / sum(w) for a in w]
print(*R(w).values())
""")

_CENTRING = Template("""from recsys import load
from recsys.text import reader

shop = load("shop")
space = reader().space(shop, $encoder)
n = len(space.raw)
for name, vectors in (("raw", space.raw), ("centred", space.items)):
    cosines = vectors @ vectors.T
    pairs = [float(cosines[a, b]) for a in range(n) for b in range(a)]
    mean = sum(pairs) / len(pairs)
    spread = (sum((c - mean) ** 2 for c in pairs) / len(pairs)) ** 0.5
    print(name, round(mean, 3), round(spread, 3))
""")


def shoes(example: Shoes) -> str:
    """Two orders by two models: columns model, number of events, (id, score) best first."""
    head = _catalogue("shoes", example.items, _EVENTS)
    return head + _SHOES.substitute(
        review=repr(example.review), remark=repr(example.remark), stars=example.stars, shoe=repr(texts.RAIN_SHOE)
    )


def gadgets(lang: Lang, clicks: Sequence[str]) -> str:
    """The list after each click."""
    head = _catalogue("gadgets", texts.GADGETS[lang], _EVENTS)
    return head + _GADGETS.substitute(clicks=repr(list(clicks)))


def readers(lang: Lang, search: str) -> str:
    """How close the first reader is to each."""
    people = texts.READERS[lang]
    head = _catalogue("stories", texts.STORIES[lang], "from recsys import Dataset\nfrom recsys.text import reader")
    read = {person.name: person.read for person in people}
    return head + _READERS.substitute(read=repr(read), search=repr(search), who=repr(people[0].name))


def interest(theta: Exact = THETA, features: Exact = FEATURES, clicked: bool = True) -> str:
    """The probability before and after one answer."""
    return _INTEREST.substitute(
        theta=[float(t) for t in theta],
        features=[float(f) for f in features],
        answer=int(clicked),
        rate=float(LEARNING_RATE),
    )


def list_weights(lang: Lang, clicked: int) -> str:
    """R of each candidate before the click and after it."""
    rows = zip(CANDIDATES[lang], CHANCES, strict=True)
    return _WEIGHTS.substitute(
        weights=_fractions(WEIGHTS),
        rows="\n".join(f"    {name!r}: [{_fractions(row)}]," for name, row in rows),
        clicked=repr(CANDIDATES[lang][clicked]),
        rate=_fractions((LEARNING_RATE,)),
    )


def centring(encoder: str = "") -> str:
    """Mean and spread of the cosine of two items of the shop, raw and centred."""
    return _CENTRING.substitute(encoder=repr(encoder) if encoder else "reader().main(shop)")


def _catalogue(name: str, items: Sequence[Item], imports: str) -> str:
    rows = "\n".join(f"        {tuple(item)!r}," for item in items)
    return _CATALOGUE.substitute(name=name, rows=rows, imports=imports)


def _fractions(values: Exact) -> str:
    return ", ".join(f"F({value.numerator}, {value.denominator})" for value in values)
