"""The writer that is always there: it chooses sentences somebody wrote and quotes them, character by character."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from recsys.models.spread import spread_top_k
from recsys.ranking import top_k
from recsys.text import LEXICAL, chinese, reader
from recsys.text.lexical import grams
from recsys.text.scripts import HAN, script_of
from recsys.text.space import unit_rows
from recsys.types import Matrix, Vector
from recsys.words.contract import Claim, Evidence, Job, Written, Wrote
from recsys.words.evidence import DESCRIPTION, is_record, side, stars_of

DIVERSITY = 0.3
"""How much being unlike the sentences already chosen counts beside being central."""
WANTED_SHARE = 0.5
"""How much what the person wants counts beside the centre of all sentences, where it is known."""
FULL_LENGTH, FULL_LENGTH_HAN = 40, 14
"""Characters from which a sentence counts fully; a shorter one counts less in proportion."""
TAGS = "tags: "


class Extractive:
    """Sentences near the centre of all that was said and unlike each other, verbatim, each with its source.

        centrality_i = cos(v_i, c),   c = mean of the sentences' vectors        (centroid; Radev and others 2004)
        next = argmax  .7 r_i - .3 max over the chosen of cos(v_i, v_j)         (MMR; Carbonell and Goldstein 1998)

    r is the centrality moved to [0, 1]; where ``Job.wanted`` is known, c is halfway between the centre and it. The
    description and all reviews together weigh the same in c. Vectors are those of the process's reader, Chinese said in
    English by the dictionary; where only words can be read, TF-IDF within the job, as Radev has it.

    ``describe`` keeps room for the description's best sentence and, from three claims on, where some reviews praise
    (4 stars and more) and some complain (2.5 and fewer), for the best sentence of either side. ``why_these`` takes one
    sentence of every item before a second one of any. Other languages are quoted only where the one asked for is
    silent, and remarks of a few words count less. ``label`` gives the tags that most items have.
    Fields of a record are never quoted as sentences. Without evidence there are no claims.
    """

    name = "extractive"

    def write(self, job: Job, on_text: Callable[[str], None] | None = None) -> Written:
        """At most ``job.n_claims`` claims, those of one source in its order, the description first. Never raises."""
        start = time.perf_counter()
        claims = _labels(job) if job.task == "label" else _quotes(job)
        written = Written(claims, Wrote(self.name, ms=(time.perf_counter() - start) * 1000))
        if on_text:
            on_text(written.text)
        return written


def _labels(job: Job) -> tuple[Claim, ...]:
    """Tags by how many items have them; ties in the order of the evidence."""
    lists = [(one, one.text.removeprefix(TAGS).split(", ")) for one in job.evidence if _is_tags(one)]
    counts = Counter(tag for _, tags in lists for tag in dict.fromkeys(tags) if tag)
    order = list(counts)
    if not order or job.n_claims < 1:
        return ()
    best = top_k(np.array([counts[tag] for tag in order], dtype=np.float64), job.n_claims).tolist()
    return tuple(
        Claim(order[place], tuple(one.evidence_id for one, tags in lists if order[place] in tags)) for place in best
    )


def _is_tags(one: Evidence) -> bool:
    return is_record(one) and one.text.startswith(TAGS)


def _quotes(job: Job) -> tuple[Claim, ...]:
    told = _telling(job)
    if not told or job.n_claims < 1:
        return ()
    vectors = sentence_vectors([one.text for one in told] + [job.wanted])
    central = _central(told, vectors[:-1], vectors[-1])
    order = spread_top_k(central, vectors[:-1], len(told), DIVERSITY).tolist()
    places = _with_room(order, _groups(job, told), job.n_claims)
    return tuple(Claim(told[place].text, (told[place].evidence_id,)) for place in _reading_order(told, places))


def _telling(job: Job) -> list[Evidence]:
    """The sentences in the language asked for; all where there are none."""
    told = [one for one in job.evidence if not is_record(one) and one.text.strip()]
    return [one for one in told if (script_of(one.text) == HAN) == (job.language == "zh")] or told


def _central(told: Sequence[Evidence], vectors: Matrix, wanted: Vector) -> Vector:
    """(n,) float32 cosine of each sentence with the centre, the wanted in it; less for short ones."""
    described = np.array([one.source == DESCRIPTION for one in told])
    means = [vectors[part].mean(axis=0) for part in (described, ~described) if part.any()]
    centre = unit_rows(np.mean(means, axis=0, keepdims=True))[0]
    if wanted.any():
        centre = unit_rows(((1 - WANTED_SHARE) * centre + WANTED_SHARE * wanted)[None])[0]
    said = [len(one.text) / (FULL_LENGTH_HAN if script_of(one.text) == HAN else FULL_LENGTH) for one in told]
    # Two sentences are equally central but for rounding, which must not choose between them.
    return np.asarray(np.round(vectors @ centre * np.minimum(1, said), 4), dtype=np.float32)


def _groups(job: Job, told: Sequence[Evidence]) -> list[list[int]]:
    """Places of the sentences of each group that is to have a claim of its own, most needed first."""
    places = range(len(told))
    if job.task == "why_these":
        return [
            [at for at in places if told[at].item_id == item] for item in dict.fromkeys(one.item_id for one in told)
        ]
    groups = [[at for at in places if told[at].source == DESCRIPTION]]
    sides = [[at for at in places if side(stars_of(told[at])) == sign] for sign in (1, -1)]
    if all(sides) and job.n_claims > len(sides):
        groups += sides
    return [group for group in groups if group]


def _with_room(order: Sequence[int], groups: Sequence[Sequence[int]], n: int) -> list[int]:
    """The first ``n`` of ``order``, but that each group has its first one among them, as far as there is room.

    Where groups are more than ``n``, those whose first one comes earliest have it.
    """
    firsts = {next(place for place in order if place in group) for group in groups}
    kept = [place for place in order if place in firsts][:n]
    return kept + [place for place in order if place not in firsts][: n - len(kept)]


def _reading_order(told: Sequence[Evidence], places: Sequence[int]) -> list[int]:
    return [place for place in range(len(told)) if place in places]


def sentence_vectors(texts: Sequence[str]) -> Matrix:
    """(n, dim) float32 unit rows, zero for blank texts; read once and then remembered by the process's vector store."""
    choice = reader().default()
    if choice.name == LEXICAL:
        return _word_vectors(texts)
    encoder = reader().encoder(choice.name, None)  # type: ignore[arg-type]  # what is loaded knows every catalogue
    said = texts if HAN in encoder.languages else [chinese.in_english(text) for text in texts]
    return reader().store.vectors(encoder, said)


def _word_vectors(texts: Sequence[str]) -> Matrix:
    """TF-IDF of words and characters over these texts alone."""
    counts = [Counter(grams(text)) for text in texts]
    holders = Counter(gram for count in counts for gram in count)
    column = {gram: place for place, gram in enumerate(holders)}
    out = np.zeros((len(texts), max(1, len(column))), dtype=np.float32)
    for row, count in enumerate(counts):
        for gram, n in count.items():
            out[row, column[gram]] = (1 + np.log(n)) * (1 + np.log((1 + len(texts)) / (1 + holders[gram])))
    return unit_rows(out)
