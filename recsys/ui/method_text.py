"""Words and formulas of the Method page."""

from __future__ import annotations

from typing import NamedTuple


class Idea(NamedTuple):
    """One idea of the articles, said in one sentence."""

    name: str
    sentence: str


class Change(NamedTuple):
    """One place where the app does otherwise."""

    articles: str
    here: str
    why: str


class Formula(NamedTuple):
    """A formula, what it says, and what its letters stand for."""

    group: str
    name: str
    latex: str
    sentence: str
    symbols: str

    @property
    def lines(self) -> str:
        """Its parts one below the other, for narrow screens."""
        return r"\begin{gathered}" + self.latex.replace(r", \quad", r" \\[0.5em] ") + r"\end{gathered}"


ARTICLES = (
    "“The articles” are five texts in Chinese that this project follows. They ask how language models can make "
    "recommendations personal at once: personalisation, re-ranking, generality, strategy and quick gains. Their five "
    "ideas are below; the promised gains come without a method, so this app measures them."
)

IDEAS = (
    Idea("Text becomes numbers", "A language model turns a review, a search or a product text into a list of numbers."),
    Idea("Taste is an average", "The numbers of all that a person wrote or touched are averaged into one taste."),
    Idea("The list is live", "Every click and every word changes the taste, and the list is made anew at once."),
    Idea("Interest has a probability", "A small model, taught by clicks, turns signals into a chance between 0 and 1."),
    Idea("The list is a weighted sum", "Several such chances are mixed by weights, and feedback moves the weights."),
)

CHANGES = (
    Change(
        "Vectors are compared as the model gives them.",
        "The mean vector of the catalogue is subtracted first (centring).",
        "All texts share a common direction, which hides the differences. Measured in “Why centring”.",
    ),
    Change(
        "Everything a person touches attracts.",
        "Likes and high stars pull, dislikes and low stars push.",
        "A complaint about a shoe is not a wish for more of it. See “Shoes”.",
    ),
    Change(
        "Old and new count the same.",
        "An event counts half once 10 newer ones have come; the number can be changed.",
        "What somebody wants right now should lead.",
    ),
    Change(
        "One language model reads everything.",
        "A small English model reads Latin script; Chinese is read by its characters and, with the dictionary "
        "installed, word for word in English.",
        "The small model hardly reads Chinese, and no text has to leave this machine.",
    ),
    Change(
        "Similarity is a cosine.",
        "It is counted in units of its own spread over the catalogue.",
        "Then similarities from two ways of reading can be added.",
    ),
    Change(
        "Probability and list weights decide the order.",
        "Both are choices: Learned blend takes weights learned from hidden likes, Chance of a like ranks by the "
        "chance. Neither ranks Live unless you pick it.",
        "A weight is worth what it finds on likes it has not seen: see Metrics.",
    ),
    Change(
        "Large gains are reported without saying how they were measured.",
        "The Metrics page compares every model with plain baselines, with intervals.",
        "A number without a method cannot be checked.",
    ),
)

_TEXTS, _RANKERS, _CHANCES, _RERANK, _MEASURES = (
    "Texts",
    "Recommenders",
    "Chances and weights",
    "Re-ranking",
    "Comparing lists and models",
)

FORMULAS = (
    Formula(
        _TEXTS,
        "Text similarity",
        r"h_u = E(x_u), \quad h_i = E(x_i), \quad s_{ui} = \frac{h_u \cdot h_i}{|h_u|\,|h_i|}",
        "Two texts are as close as the directions of their vectors.",
        "x: a text of the person u or the item i. E: the encoder. s: from −1 to 1, higher is closer.",
    ),
    Formula(
        _TEXTS,
        "Average of texts, the articles' way",
        r"v(u) = \frac{1}{n}\sum_{k=1}^{n} E(r_k), \quad f(u,c) = \frac{v(u) \cdot E(c)}{|v(u)|\,|E(c)|}",
        "A person is the average of their n records, a candidate scores by its cosine with it.",
        "r: what the person clicked, wrote or typed. c: a candidate. f: from −1 to 1.",
    ),
    Formula(
        _TEXTS,
        "Centring and spread",
        r"\tilde{x} = \frac{x - m}{|x - m|}, \quad \mathrm{sim}(a,i) = \frac{\tilde{x}_a \cdot \tilde{x}_i}{s}",
        "What all items share is taken out, and the rest is counted in units of its usual size.",
        "m: mean vector of the catalogue. s: standard deviation of centred cosines. sim: about 0 for unrelated texts.",
    ),
    Formula(
        _RANKERS,
        "Text profile",
        r"R_i = \frac{\sum_a w_a\,\mathrm{sim}(a,i)}{\sum_a |w_a|} + \lambda\,\frac{\log(1+n_i)}{\max_j \log(1+n_j)},"
        r"\quad w_a = g_a \cdot 2^{-t_a/h}",
        "Every event adds or takes away, newer ones more, and being liked by many counts a little.",
        "g: weight of the event, below 0 for dislikes. t: events since. h: 10. n: people who liked it. λ: 0.1. "
        "Typed words, and a wish just kept, get 70% of all weight.",
    ),
    Formula(
        _RANKERS,
        "EASE, with what texts suggest",
        r"\min_B \; \lVert X - XB \rVert^2 + \lambda \lVert B - s\,C \rVert^2, \quad B_{jj} = 0",
        "Links between items rebuild everybody's likes from their other likes, drawn towards what the texts suggest.",
        "X: who liked what. C: links read from the texts. s: their pull. Your list: the rows of your items, added.",
    ),
    Formula(
        _RANKERS,
        "Adaptive blend, what ranks Live",
        r"R_i = \sum_l w_l\,\frac{s_l(i) - \mathrm{mean}(s_l)}{\mathrm{std}(s_l)}",
        "Lists on one scale, added; your words lead while you type, then behaviour the more is known of you.",
        "s: scores of one list (behaviour, hidden tastes, text, keywords, popularity). w: weights, chosen by rule.",
    ),
    Formula(
        _CHANCES,
        "Probability of interest, the articles' way",
        r"P = \sigma(\theta^{\top} f) = \frac{1}{1+e^{-\theta^{\top} f}}, \quad"
        r"\theta \leftarrow \theta + \eta\,(y-P)\,f",
        "Signals are weighed, summed and bent into a chance; each answer corrects the weights by its error.",
        "f: signals of one item. θ: their weights. y: 1 for a click, 0 for a skip. η: size of the correction.",
    ),
    Formula(
        _CHANCES,
        "List weights, the articles' way",
        r"R_j = \sum_i w_i P_{ij}, \quad w_i \leftarrow \frac{\max(0,\ w_i + \eta\,(P_{ic} - P_{i1}))}{\mathrm{sum}}",
        "Several chances are mixed; a click on c moves the weights to what sets c apart from the first of the list.",
        "P: chance of item j by part i. w: weights, at least 0, together 1. c: the clicked item.",
    ),
    Formula(
        _CHANCES,
        "Chance of a like, what “likely” says",
        r"P = c(\theta^{\top} f), \quad \theta \leftarrow \theta + w\,S f\,(y - p), \quad p = \sigma(\theta^{\top} f)",
        "17 signals of an item become one chance; an answer corrects the weights by as much as is still unknown "
        "of them.",
        "f: signals, known before the item was tried. S: what is unknown. y: 1 for a like. w: 2 for a love. "
        "c: makes 80% come true 8 times in 10, on people it was not learned from.",
    ),
    Formula(
        _RERANK,
        "Variety (MMR), and of the whole (DPP)",
        r"\arg\max_i\;(1-d)\,r_i - d \max_{j \in L} \cos(i,j), \quad \arg\max_i\;(1-d)\,r_i + d \log \mathrm{room}_i",
        "The next item should fit, and differ from the nearest one listed (MMR) or add something to all of them (DPP).",
        "L: listed so far. r: fit, from 0 to 1. d: strength, 0 keeps the order. room: what i adds to the volume of L.",
    ),
    Formula(
        _RERANK,
        "Your mix, and every interest",
        r"\arg\max_i\;(1-s)\tfrac{r_i}{k} - s\,\mathrm{KL}(p \,\|\, q), \quad \arg\max_i\;(1-s)\,r_i + s \sum_g "
        r"p_g s_{ig} u_g",
        "The list should have the categories of what was liked, in their shares; or serve each interest still "
        "unserved.",
        "p: categories of the likes. q: of the list with i. u: what of interest g is unmet. k: length of the list.",
    ),
    Formula(
        _RERANK,
        "Discovery, interest, live feedback",
        r"(1-s)\,r_i + s\,o_i, \quad r_i + s\,\mathrm{clip}\Bigl(\sum_a w_a \max(0, \cos(i,a))\Bigr)",
        "Leaning towards what few people know, or what you will probably like; or towards and away from the last "
        "steps.",
        "o: surprise in bits, or the chance of a like. a: what was just done; w: 2 a love, 1 a like or opening, "
        "−1 a dislike.",
    ),
    Formula(
        _MEASURES,
        "Hits: NDCG, recall, precision, hit rate",
        r"\mathrm{NDCG} = \frac{\sum_{\mathrm{hits}} 1/\log_2(r+1)}{\mathrm{best\ possible}}, \quad"
        r"\mathrm{recall} = \frac{\mathrm{hits}}{\mathrm{likes}}, \quad \mathrm{precision} = \frac{\mathrm{hits}}{k}",
        "How many hidden likes a list finds; NDCG counts those near the top more. Hit rate: people with one or more.",
        "r: place of a hit. k: length of the list. Best possible: all hits in front, cut at k too. One number a "
        "person.",
    ),
    Formula(
        _MEASURES,
        "Beyond hits: diversity, novelty, coverage",
        r"1 - \overline{\cos(i,j)}, \quad -\log_2 \frac{\mathrm{likes}_i + 1}{\mathrm{people} + 1}, \quad"
        r"\frac{|\bigcup_u L_u|}{\mathrm{items}}",
        "How different the items of a list are, how little known, and how much of the catalogue all lists show "
        "together.",
        "Bar: mean over all pairs of a list; unrelated texts give about 1, as cosines are centred. L: list of "
        "person u.",
    ),
    Formula(
        _MEASURES,
        "Intervals and p-values",
        r"p = \frac{1 + \#\{b : |d_b - d| \ge |d|\}}{1 + B}, \quad p_{\mathrm{Holm}} = \max_{j \le "
        r"i}\,(m-j+1)\,p_{(j)}",
        "People are drawn anew B times: the middle 95% is the interval, p how often chance alone gives as much.",
        "d: mean difference of two models on the same people, d_b: in resample b. B: 1,000. m: comparisons made "
        "at once.",
    ),
    Formula(
        _MEASURES,
        "How far two lists agree (RBO)",
        r"\mathrm{RBO} = \frac{X_k}{k}\,p^k + \frac{1-p}{p} \sum_{d=1}^{k} \frac{X_d}{d}\,p^d, \quad p = 0.9",
        "The overlap seen by somebody who reads both from the top and goes on to the next place 9 times in 10.",
        "X: items shared by the first d of both. What is shared goes on below the end, so the same list gives "
        "exactly 1.",
    ),
)
GROUPS = tuple(dict.fromkeys(formula.group for formula in FORMULAS))
MORE = (
    "Every recommender and strategy, with its source and what is done otherwise, is in docs/algorithms.md; every "
    "metric "
    "has its formula at the top of its file in recsys/metrics."
)

EXAMPLES = {
    "shoes": "Shoes",
    "gadgets": "Gadgets",
    "readers": "Three readers",
    "interest": "Interest",
    "weights": "List weights",
    "centring": "Why centring",
}
"""Names in the URL and on the buttons."""
