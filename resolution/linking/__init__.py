"""Linking one table of persons after another: a model of their own, and its clusters."""
