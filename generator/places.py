"""Postal addresses in the formats of five countries."""

from __future__ import annotations

from random import Random

from generator.people import Address
from generator.tables import rows
from generator.weighted import WeightedTable

Row = dict[str, str]
_POSTCODE_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


class Places:
    """Draws a place and an address in it."""

    def __init__(self) -> None:
        countries = sorted({row["country"] for row in rows("places")})
        self._places = {
            country: WeightedTable(
                (row, float(row["weight"])) for row in rows("places") if row["country"] == country
            )
            for country in countries
        }
        self._streets = {
            country: [row for row in rows("streets") if row["country"] == country]
            for country in countries
        }

    def place(self, rng: Random, country: str) -> Row:
        return self._places[country].pick(rng)

    def address(self, rng: Random, place: Row) -> Address:
        """A dwelling on a street of the place."""
        country = place["country"]
        street = rng.choice(self._streets[country])
        number = int(rng.expovariate(1 / 60)) + 1
        if country == "US":
            line, local = _american_line(rng, street["name"], number), ""
        elif country == "GB":
            line, local = _british_line(rng, street["name"], number), ""
        elif country == "CN":
            line, local = _mainland_lines(rng, street, number)
        elif country == "HK":
            line, local = _hong_kong_lines(rng, street, number)
        else:
            line, local = _taiwan_lines(rng, street, number)
        return Address(
            line=line,
            city=place["city"],
            region=place["region"],
            postal_code=_postal_code(rng, place),
            country=country,
            local_line=local,
            local_city=place["local_city"],
            local_region=place["local_region"],
        )


def area_code(rng: Random, place: Row) -> str:
    """A dialling area of the place, empty where the country has none."""
    codes = place["area_codes"].split()
    return rng.choice(codes) if codes else ""


def _postal_code(rng: Random, place: Row) -> str:
    country = place["country"]
    if country == "HK":
        return ""
    prefix = rng.choice(place["postal_prefixes"].split())
    if country == "US":
        return f"{prefix}{rng.randrange(1, 100):02d}"
    if country == "GB":
        letters = rng.choice(_POSTCODE_LETTERS) + rng.choice(_POSTCODE_LETTERS)
        return f"{prefix}{rng.randrange(1, 21)} {rng.randrange(1, 10)}{letters}"
    if country == "CN":
        return f"{prefix}{rng.randrange(100):02d}"
    return prefix if rng.random() < 0.6 else f"{prefix}{rng.randrange(1, 999):03d}"


def _american_line(rng: Random, street: str, number: int) -> str:
    number = number * 17 + rng.randrange(100)
    if rng.random() < 0.25:
        return f"{number} {street} Apt {rng.randrange(1, 40)}{rng.choice(('', 'A', 'B'))}"
    return f"{number} {street}"


def _british_line(rng: Random, street: str, number: int) -> str:
    if rng.random() < 0.2:
        return f"Flat {rng.randrange(1, 30)}, {number} {street}"
    return f"{number} {street}"


def _mainland_lines(rng: Random, street: Row, number: int) -> tuple[str, str]:
    block, room = rng.randrange(1, 24), rng.randrange(1, 30) * 100 + rng.randrange(1, 7)
    line = f"Room {room}, Building {block}, No. {number} {street['name']}"
    return line, f"{street['local_name']}{number}号{block}栋{room}室"


def _hong_kong_lines(rng: Random, street: Row, number: int) -> tuple[str, str]:
    flat, floor = rng.choice("ABCDEFGH"), rng.randrange(1, 42)
    line = f"Flat {flat}, {floor}/F, {number} {street['name']}"
    return line, f"{street['local_name']}{number}號{floor}樓{flat}室"


def _taiwan_lines(rng: Random, street: Row, number: int) -> tuple[str, str]:
    floor, lane = rng.randrange(1, 15), rng.randrange(1, 300)
    if rng.random() < 0.4:
        line = f"{floor}F, No. {number}, Lane {lane}, {street['name']}"
        return line, f"{street['local_name']}{lane}巷{number}號{floor}樓"
    return f"{floor}F, No. {number}, {street['name']}", f"{street['local_name']}{number}號{floor}樓"
