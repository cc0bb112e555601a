"""Yardsticks and peers, measured side by side."""
