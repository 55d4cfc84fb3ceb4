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

    name: str
    latex: str
    sentence: str
    symbols: str


IDEAS = (
    Idea("Text becomes numbers", "A language model turns a review, a search or a product text into a list of numbers."),
    Idea("A person is a mean", "The numbers of all that a person wrote or touched are averaged into one taste."),
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
        "A small English model reads Latin script; Chinese is read by the characters of the catalogue.",
        "The small model hardly reads Chinese, and no text has to leave this machine.",
    ),
    Change(
        "Similarity is a cosine.",
        "It is counted in units of its own spread over the catalogue.",
        "Then similarities from two ways of reading can be added.",
    ),
    Change(
        "Probability and list weights decide the order.",
        "List weights are learned from hidden likes (Learned blend); a probability steers no list yet. "
        "Both are worked out in the examples.",
        "A weight is worth what it finds on likes it has not seen: see Metrics.",
    ),
    Change(
        "Large gains are reported without saying how they were measured.",
        "The Metrics page compares every model with plain baselines, with intervals.",
        "A number without a method cannot be checked.",
    ),
)

FORMULAS = (
    Formula(
        "Text similarity",
        r"h_u = E(x_u), \quad h_i = E(x_i), \quad s_{ui} = \frac{h_u \cdot h_i}{|h_u|\,|h_i|}",
        "Two texts are as close as the directions of their vectors.",
        "x: a text of the person u or the item i. E: the encoder. s: from −1 to 1, higher is closer.",
    ),
    Formula(
        "Mean profile, the articles' model",
        r"v(u) = \frac{1}{n}\sum_{k=1}^{n} E(r_k), \quad f(u,c) = \frac{v(u) \cdot E(c)}{|v(u)|\,|E(c)|}",
        "A person is the average of their n records, a candidate scores by its cosine with it.",
        "r: what the person clicked, wrote or typed. c: a candidate. f: from −1 to 1.",
    ),
    Formula(
        "Centring and spread",
        r"\tilde{x} = \frac{x - m}{|x - m|}, \quad \mathrm{sim}(a,i) = \frac{\tilde{x}_a \cdot \tilde{x}_i}{s}",
        "What all items share is taken out, and the rest is counted in units of its usual size.",
        "m: mean vector of the catalogue. s: standard deviation of centred cosines. sim: about 0 for unrelated texts.",
    ),
    Formula(
        "Text profile",
        r"R_i = \frac{\sum_a w_a\,\mathrm{sim}(a,i)}{\sum_a |w_a|} + \lambda\,\frac{\log(1+n_i)}{\max_j \log(1+n_j)},"
        r"\quad w_a = g_a \cdot 2^{-t_a/h}",
        "Every event adds or takes away, newer ones more, and being liked by many counts a little.",
        "g: weight of the event, below 0 for dislikes. t: events since. h: 10. n: people who liked it. λ: 0.1.",
    ),
    Formula(
        "EASE, with what texts suggest",
        r"\min_B \; \lVert X - XB \rVert^2 + \lambda \lVert B - s\,C \rVert^2, \quad B_{jj} = 0",
        "Links between items rebuild everybody's likes from their other likes, drawn towards what the texts suggest.",
        "X: who liked what. C: links read from the texts. s: their pull. Your list: the rows of your items, added.",
    ),
    Formula(
        "Adaptive blend, what ranks Live",
        r"R_i = \sum_l w_l\,\frac{s_l(i) - \mathrm{mean}(s_l)}{\mathrm{std}(s_l)}",
        "Lists on one scale, added; your words lead while you type, then behaviour the more is known of you.",
        "s: scores of one list (behaviour, hidden tastes, text, keywords, popularity). w: weights, chosen by rule.",
    ),
    Formula(
        "Probability of interest",
        r"P = \sigma(\theta^{\top} f) = \frac{1}{1+e^{-\theta^{\top} f}}, \quad"
        r"\theta \leftarrow \theta + \eta\,(y-P)\,f",
        "Signals are weighed, summed and bent into a chance; each answer corrects the weights by its error.",
        "f: signals of one item. θ: their weights. y: 1 for a click, 0 for a skip. η: size of the correction.",
    ),
    Formula(
        "List weights",
        r"R_j = \sum_i w_i P_{ij}, \quad w_i \leftarrow \frac{\max(0,\ w_i + \eta\,(P_{ic} - P_{i1}))}{\mathrm{sum}}",
        "Several chances are mixed; a click on c moves the weights to what sets c apart from the first of the list.",
        "P: chance of item j by part i. w: weights, at least 0, together 1. c: the clicked item.",
    ),
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
