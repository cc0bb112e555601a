"""Engines that score and connect; one interface for all."""
