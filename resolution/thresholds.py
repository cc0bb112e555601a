"""The few numbers that decide who is joined; each has a test that names it.

Weights are integers in milli-bits: 1000 = one bit of evidence, the prior included.
"""

from __future__ import annotations

START_AT = 0
"""A pair starts a component at this weight or above: even odds. A low start with the guard finds
more and joins fewer strangers than a high one without (docs/quality.md)."""

CUT_AT = -2_000
"""Clusters of a component unite while the mean weight between them is at or above this. Below zero,
because a person's records often have little to compare: a receipt and a cookie of one person."""

FLOOR_AT = -5_000
"""No pair counts for less in a mean. Most pairs of one person's records have next to nothing to
compare, and what they start with, that two random records are strangers, is no evidence within a
component. On generated feeds: pair F1 on strong evidence 0.942 with it, 0.926 without."""

KEEP_EDGE_AT = 0
"""Scored pairs below even odds are not kept; `scv explain` scores such a pair anew."""

COMPARED_TOGETHER = 100
"""Nodes of a component of which all pairs are scored: 4,950. Of a larger one the start weight is
raised, bit by bit, until its parts are no larger."""

LARGEST_CLUSTER = 60
"""Records; a larger cluster is held. On generated feeds one person in 10,000 has more, and nearly
every larger one was a chain of strangers."""

BIRTH_YEARS_APART = 2
"""Years. Birth dates more than this apart are no person's, unless a typing error explains them: a
Chinese lunar date falls into the year before, a nominal age counts up to two years too many."""

TYPING_ERRORS = 2
"""Digits wrong, or neighbours swapped, that a birth date may hold and still be the same."""

GENERATION_YEARS = 15
"""Years. Two people of one name that were born so far apart are father and son, or as good as."""

HUB_FAMILIES = 6
"""An e-mail, phone or log-in name that nodes of this many different family names share is a hub:
a till's own number, an office. Family names, not nodes: a person's forty receipts with one phone
are no hub, and a household seldom has more than three."""

HUB_NODES = 400
"""Nodes that share a value, whatever their names: the pairs of one such value are already 80,000,
and pairs grow with the square."""

RARE_NAME_NODES = 10
"""A name, spelt in letters, that at most this many nodes have is rare: mostly one person with his
traces. Such pairs are looked at for the name alone, be it in a log-in name; common names make pairs
by the square and prove little."""
