"""What a node must have for a model to compare it; `resolution.nodes` makes these columns."""

from __future__ import annotations

NODE = "node"
"""Column of a node's number; integers group faster than texts."""

FEATURES = (
    "name_key", "name_keys", "name_han", "name_family", "name_given", "name_roots",
    "birth_date", "emails", "logins", "phones", "postcode", "address_key",
    "city", "gender", "birth_year", "name_letters", "initial_letters", "login_letters",
    "rare_letters",
)  # fmt: skip
