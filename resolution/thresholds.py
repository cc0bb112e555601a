"""The few numbers that decide who is joined; each has a test that names it.

Weights are integers in milli-bits: 1000 = one bit of evidence, the prior included.
"""

from __future__ import annotations

JOIN_AT = 8_000
"""A pair joins at this weight or above: 8 bits are odds of 256 to 1."""

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
