"""What happens to rows on their way: delivered twice, delivered again, damaged.

A damaged row is a damaged copy beside the sound row, so that the truth stays complete.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from generator.layout import CONTACTS, EVENTS, NEW_COLUMN_DROP, POSTS
from generator.spool import FileKey, Spool


def too_few_fields(line: str, rng: Random) -> str:
    """The start of the row only."""
    fields = line.replace('"', "").split(",")
    return ",".join(fields[: rng.randrange(2, 6)])


def too_many_fields(line: str, rng: Random) -> str:
    """Surplus separators after the key."""
    start, _, rest = line.partition(",")
    return f"{start}{',' * rng.randrange(2, 5)}{rest}"


def unclosed_quote(line: str, rng: Random) -> str:
    """A quotation mark that opens and never closes."""
    fields = line.replace('"', "").split(",")
    position = rng.randrange(1, 4)
    fields[position] = '"' + fields[position]
    return ",".join(fields)


def stray_text(line: str, rng: Random) -> str:
    """A message of the exporting program in place of a row."""
    return f"-- {rng.randrange(100, 90000)} rows exported, {len(line)} bytes in the last"


def cut_json(line: str, rng: Random) -> str:
    """The start of the object only."""
    return line[: rng.randrange(20, len(line) - 2)]


def wrong_quotes(line: str, rng: Random) -> str:
    """Single quotation marks from some place on, as a printed dictionary has them."""
    place = rng.randrange(2, 20)
    return line[:place] + line[place:].replace('"', "'")


def not_an_object(line: str, rng: Random) -> str:
    """Sound JSON, but a text instead of an object."""
    return f'"{rng.choice(("timeout", "gateway error"))} after {len(line)} bytes"'


Damage = Callable[[str, Random], str]
CSV_DAMAGE: tuple[Damage, ...] = (too_few_fields, too_many_fields, unclosed_quote, stray_text)
JSON_DAMAGE: tuple[Damage, ...] = (cut_json, wrong_quotes, not_an_object)


class Delivery:
    """Puts rows into the drops and lets incidents happen to some of them.

    The kinds of incident take turns, so that each occurs even in small feeds.
    """

    def __init__(self, spool: Spool, rng: Random, rate: float, days: int) -> None:
        self._spool = spool
        self._rng = rng
        self._rate = rate
        self._days = days
        self._new_column = rate > 0
        self._waits: dict[str, int] = {}
        self._turns: dict[str, int] = {}
        self.rows: dict[str, int] = {}

    def deliver(self, kind: str, drop: int, order: int, line: str) -> None:
        """Puts one row into a drop; order sorts it within its file."""
        self._place(kind, drop, order, line)
        if self._rate <= 0:
            return
        wait = self._waits.get(kind, 3) - 1
        if wait <= 0:
            self._incident(kind, drop, order, line)
            wait = 1 + int(self._rng.expovariate(self._rate))
        self._waits[kind] = wait

    def _incident(self, kind: str, drop: int, order: int, line: str) -> None:
        damage = JSON_DAMAGE if kind in (EVENTS, POSTS) else CSV_DAMAGE
        turn = self._turns[kind] = self._turns.get(kind, -1) + 1
        number, role = divmod(turn, 3)
        if role == 0:
            self._place(kind, drop, order, line)
        elif role == 1:
            damaged = damage[number % len(damage)](line, self._rng)
            self._place(kind, drop, order, damaged, sound=False)
        else:
            self._place(kind, min(drop + 1, self._days - 1), order, line)

    def _place(self, kind: str, drop: int, order: int, line: str, sound: bool = True) -> None:
        if kind == CONTACTS and drop >= NEW_COLUMN_DROP and self._new_column and sound:
            code = f"RF{order % 46656:05d}" if order % 3 == 0 else ""
            line = f"{line},{code}"
        self.rows[kind] = self.rows.get(kind, 0) + 1
        self._spool.add(FileKey(kind, drop), order, line)
