"""Feeds: contracts, reading and mapping to canonical records and events. Knows no identity."""
