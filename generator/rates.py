"""How often each disturbance happens, all scaled by one number."""

from __future__ import annotations

from dataclasses import dataclass, fields

_HIGHEST = 0.95


@dataclass(frozen=True, slots=True)
class Rates:
    """Probabilities of the disturbances at noise 1; `scaled` gives those of another noise."""

    typing_error: float = 0.02
    letter_case: float = 0.04
    nickname: float = 0.10
    maiden_name: float = 0.25
    swapped_names: float = 0.03
    other_name_form: float = 0.75
    other_script: float = 0.12
    date_format: float = 0.25
    phone_format: float = 0.70
    placeholder: float = 0.015
    shared_email: float = 0.03
    shared_phone: float = 0.06
    shared_device: float = 0.30
    shared_cookie: float = 0.04
    recycled_phone: float = 0.02
    former_contact: float = 0.12
    till_phone: float = 0.45
    namesake_son: float = 0.08
    twins: float = 0.06
    moved: float = 0.15
    late_arrival: float = 0.018
    contact_change: float = 0.026
    contact_deletion: float = 0.004
    duplicate_contact: float = 0.07
    second_login: float = 0.03
    row_incident: float = 0.006
    retried_event: float = 0.004
    byte_order_mark: float = 0.30

    @classmethod
    def scaled(cls, noise: float) -> Rates:
        """All rates times `noise`, none above 0.95."""
        usual = cls()
        names = [one.name for one in fields(cls)]
        return cls(**{name: min(_HIGHEST, noise * getattr(usual, name)) for name in names})
