"""The shops, what they sell, and the tills."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from generator.tables import rows
from generator.weighted import WeightedTable

_STORE_COUNTS = {"US": (101, 24), "GB": (201, 14), "CN": (301, 8), "HK": (401, 5), "TW": (501, 4)}
# The first shop of a country is its largest, the others follow by the root of their rank.
STORES = {
    country: WeightedTable((f"S{first + rank}", (rank + 1) ** -0.5) for rank in range(count))
    for country, (first, count) in _STORE_COUNTS.items()
}
# At one till of this shop the staff type the shop's own number for customers without one.
HELPFUL_STORE, HELPFUL_TILL = "S101", "T2"
TILL_PHONE = "+13125557140"
TILLS = ("T1", "T2", "T3", "T4")
TENDERS = WeightedTable([("card", 55), ("cash", 17), ("wallet", 22), ("voucher", 6)])
_VARIANTS = 8


@dataclass(frozen=True, slots=True)
class Product:
    """One article: its number, category, names and usual price."""

    sku: str
    category: str
    name: str
    chinese_name: str
    price: float


def _products() -> list[tuple[Product, float]]:
    made = []
    source = Random("catalogue")
    for number, row in enumerate(rows("catalogue")):
        for variant in range(_VARIANTS):
            price = float(row["typical_price"]) * source.lognormvariate(0, 0.35)
            product = Product(
                sku=f"A{10_000 + number * 37 + variant * 3}",
                category=row["category"],
                name=row["product"],
                chinese_name=row["product_simplified"],
                price=round(price, 2),
            )
            made.append((product, source.lognormvariate(0, 0.9)))
    return made


PRODUCTS = WeightedTable(_products())
