"""Suites as reviewed Python: builders return expectations and run nothing."""
