"""How often each disturbance happens, all scaled by one number."""

from __future__ import annotations

from dataclasses import dataclass, fields

from generator.settings import USUAL_LATER_SHARE

_HIGHEST = 0.95
_OF_A_LATER_DROP = ("late_arrival", "contact_change", "contact_deletion")


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
    def scaled(cls, noise: float, later_share: float = USUAL_LATER_SHARE) -> Rates:
        """All rates times `noise`, none above 0.95; those of each later drop by its size, too."""
        usual = cls()
        scale = {one.name: noise for one in fields(cls)}
        scale |= dict.fromkeys(_OF_A_LATER_DROP, noise * (later_share / USUAL_LATER_SHARE))
        return cls(**{name: min(_HIGHEST, by * getattr(usual, name)) for name, by in scale.items()})
