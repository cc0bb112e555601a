"""The few numbers that decide who is joined; each has a test that names it.

Weights are integers in milli-bits: 1000 = one bit of evidence, the prior included.
"""

from __future__ import annotations

JOIN_AT = 3_500
"""A pair joins at this weight or above: 3.5 bits are odds of 11 to 1. A mailbox or a log-in name
joins alone, a phone or a rare name needs company."""

KEEP_EDGE_AT = 0
"""Scored pairs below even odds are not kept; `scv explain` scores such a pair anew."""

LARGEST_CLUSTER = 60
"""Records; a larger component is held. On generated feeds one person in 10,000 has more, and
nearly every larger component was a chain of strangers."""

HUB_FAMILIES = 6
"""An e-mail, phone or log-in name that nodes of this many different family names share is a hub:
a till's own number, an office. Family names, not nodes: a person's forty receipts with one phone
are no hub, and a household seldom has more than three."""

HUB_NODES = 400
"""Nodes that share a value, whatever their names: the pairs of one such value are already 80,000,
and pairs grow with the square."""

RARE_NAME_NODES = 5
"""A full name that at most this many nodes have is rare: mostly one person with his traces. Such
pairs are looked at for the name alone; common names make pairs by the square and prove little."""
