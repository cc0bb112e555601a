"""Synthetic feeds with truth, for demonstrations, tests and measurements."""
