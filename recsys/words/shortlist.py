"""Why these ten: what the items of a list share, which doings of the person they rest on, and which stand out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from recsys.columns import Items
from recsys.data import Dataset
from recsys.models.pieces import wanted
from recsys.types import Query, Ranked
from recsys.words.contract import Claim, Evidence, Job, Language
from recsys.words.evidence import DESCRIPTION, RECORD
from recsys.words.reasons import carrying, weighed
from recsys.words.sentences import sentences
from recsys.words.slots import listed
from recsys.words.tags import distinctive

N_SHARED = 3
"""Things in common that are named."""
TRIED = 30
"""Distinctive terms of the list that are looked at for them."""
N_DOINGS = 3
N_ODD = 2
N_TAGS = 5
_COLON = ": "


def why_these(data: Dataset, ranked: Ranked, query: Query, language: Language = "en") -> Job:
    """What may be said of the list ``ranked``, every piece a count or field of ``data`` or a part of its scores.

    Evidence: ``c1``.. what at least two of the items share, most distinctive against the catalogue first (log-odds,
    :func:`recsys.words.tags.distinctive`), each with both counts; ``p1``.. what the person did, or what the model
    brings, by for how many of the items it is among the reasons that carry (:func:`recsys.words.reasons.carrying`);
    ``o1``.. items that have nothing of what is shared, where that is the smaller part; ``i1``.. title and tags of every
    item in the order of the list, ``d1``.. the first sentence of its description. Shared things and doings belong to no
    one item: their ``item_id`` is "". An empty list gives a job without evidence.
    """
    rows = [int(row) for row in ranked.rows]
    shared = _shared(data, rows, language) if rows else []
    evidence = [
        *_common(data, rows, shared, language),
        *_doings(data, ranked, query, language),
        *_odd(data, rows, shared, language),
        *_items(data, rows, language),
    ]
    subject = f"推荐给你的 {len(rows)} 件" if language == "zh" else f"the {len(rows)} items recommended to you"
    return Job("why_these", subject, tuple(evidence), language, n_claims=3, wanted=wanted(query))


def said(job: Job) -> tuple[Claim, ...]:
    """At most ``job.n_claims`` sentences whose slots are evidence of :func:`why_these`, word for word; () for none."""
    groups: defaultdict[str, list[Evidence]] = defaultdict(list)
    for one in job.evidence:
        groups[one.evidence_id[0]].append(one)
    say = _chinese if job.language == "zh" else _english
    claims = [
        Claim(say(group, [_slots(one) for one in groups[group]]), tuple(one.evidence_id for one in groups[group]))
        for group in "cpo"
        if groups[group]
    ]
    return tuple(claims[: job.n_claims])


def _slots(one: Evidence) -> tuple[str, str]:
    """What a piece of evidence names, and what it says of it."""
    name, _, value = one.text.rpartition(_COLON)
    return name, value


def _english(group: str, slots: Sequence[tuple[str, str]]) -> str:
    told = listed([f"{name} ({value})" for name, value in slots])
    if group == "o":
        return f"{told} {'stand' if len(slots) > 1 else 'stands'} apart from them."
    return f"They share {told}." if group == "c" else f"They rest on this: {told}."


def _chinese(group: str, slots: Sequence[tuple[str, str]]) -> str:
    told = "、".join(f"{name}（{value}）" for name, value in slots)
    if group == "o":
        return f"{told}与它们不同。"
    return f"它们的共同点：{told}。" if group == "c" else f"它们的依据：{told}。"


def _shared(data: Dataset, rows: Sequence[int], language: Language) -> list[tuple[str, int]]:
    """Terms that at least two of ``rows`` have, and how many do; most distinctive first."""
    terms = [found.term for found in distinctive(data, rows, TRIED, language)]
    counts = [(term, sum(_has(data, row, term, language) for row in rows)) for term in terms]
    return [(term, n) for term, n in counts if n > 1][:N_SHARED]


def _has(data: Dataset, row: int, term: str, language: Language) -> bool:
    return term.casefold() in {tag.casefold() for tag in _tags(data, row, language)}


def _tags(data: Dataset, row: int, language: Language) -> list[str]:
    return [data.chinese_tags.get(tag, tag) if language == "zh" else tag for tag in data.tags(row)]


def _title(data: Dataset, row: int, language: Language) -> str:
    return (data.field(row, Items.TITLE_ZH) if language == "zh" else "") or data.field(row, Items.TITLE)


def _common(
    data: Dataset, rows: Sequence[int], shared: Sequence[tuple[str, int]], language: Language
) -> list[Evidence]:
    out = []
    for place, (term, here) in enumerate(shared, start=1):
        everywhere = sum(_has(data, row, term, language) for row in range(data.n_items))
        value = f"{here} of {len(rows)} here, {everywhere:,} of {data.n_items:,} in the catalogue"
        if language == "zh":
            value = f"这 {len(rows)} 件中 {here} 件，全部 {data.n_items:,} 件中 {everywhere:,} 件"
        out.append(Evidence(f"c{place}", f"{term}{_COLON}{value}", RECORD, ""))
    return out


def _doings(data: Dataset, ranked: Ranked, query: Query, language: Language) -> list[Evidence]:
    """The reasons that carry most items of the list."""
    parts, n = ranked.contributions.parts, len(ranked)
    counts: Counter[str] = Counter()
    for row, values in zip(ranked.rows, ranked.contributions.values, strict=True):
        found = carrying(weighed(data, query, int(row), parts, values.tolist(), language))
        counts.update([*dict.fromkeys(one.clause.of_a_list for one in found)])  # each once, in order
    form = "{n} 件中 {carried} 件的主要理由" if language == "zh" else "a main reason for {carried} of {n}"
    return [
        Evidence(f"p{place}", f"{name}{_COLON}{form.format(n=n, carried=carried)}", RECORD, "")
        for place, (name, carried) in enumerate(counts.most_common(N_DOINGS), start=1)
    ]


def _odd(data: Dataset, rows: Sequence[int], shared: Sequence[tuple[str, int]], language: Language) -> list[Evidence]:
    odd = [row for row in rows if not any(_has(data, row, term, language) for term, _ in shared)]
    if not shared or not 0 < 2 * len(odd) < len(rows):
        return []
    told = [(row, _tags(data, row, language)[:N_TAGS]) for row in odd]
    named = [(row, tags) for row, tags in told if tags][:N_ODD]
    comma = "、" if language == "zh" else ", "
    return [
        Evidence(f"o{place}", f"{_title(data, row, language)}{_COLON}{comma.join(tags)}", RECORD, data.item_ids[row])
        for place, (row, tags) in enumerate(named, start=1)
    ]


def _items(data: Dataset, rows: Sequence[int], language: Language) -> list[Evidence]:
    out = []
    for place, row in enumerate(rows, start=1):
        tags = ("、" if language == "zh" else ", ").join(_tags(data, row, language)[:N_TAGS])
        title, item_id = _title(data, row, language), data.item_ids[row]
        out.append(Evidence(f"i{place}", f"{title}{_COLON}{tags}" if tags else title, RECORD, item_id))
        texts = [data.field(row, column) for column in (Items.DESCRIPTION, Items.DESCRIPTION_ZH)]
        text = next(filter(str.strip, texts[::-1] if language == "zh" else texts), "")
        out += [Evidence(f"d{place}", sentence, DESCRIPTION, item_id) for sentence in sentences(text)[:1]]
    return out
