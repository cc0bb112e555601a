"""The rules of docs/identity.md in plain Python, one customer after the other."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256

Flow = tuple[str, str | None, str | None, tuple[str, ...]]
"""kind, from_id, to_id, records."""


@dataclass
class Registry:
    """Customers through time; `step` is one publication."""

    customer: dict[str, str] = field(default_factory=dict)
    last_ever: dict[str, str] = field(default_factory=dict)
    born: dict[str, int] = field(default_factory=dict)
    founded: Counter[str] = field(default_factory=Counter)
    time: int = 0

    def step(
        self,
        groups: dict[str, str],
        held: set[str],
        first_seen: dict[str, int],
        apart: list[tuple[str, str]],
    ) -> tuple[dict[str, str], list[Flow]]:
        """The next customer of each record of `groups` (record to cluster), and the flows."""
        self.time += 1
        parted = {
            self.customer[left]
            for left, right in apart
            if left in self.customer and self.customer[left] == self.customer.get(right)
        }
        place = {}
        for record, cluster in groups.items():
            last = self.customer.get(record, record)
            place[record] = cluster if record not in held else record if last in parted else last
        assigned = self._match(place, self.customer)
        former = {
            record: self.last_ever[record]
            for record in place
            if record not in self.customer
            and place[record] not in assigned
            and record in self.last_ever
            and self.last_ever[record] not in self.customer.values()
        }
        returned = self._match(place, former)
        assigned |= returned
        for group in sorted(set(place.values()) - set(assigned)):
            members = [record for record in place if place[record] == group]
            founder = min(members, key=lambda record: (first_seen[record], record))
            name = f"{founder}/{self.founded[founder]}"
            self.founded[founder] += 1
            assigned[group] = "c" + sha256(name.encode()).hexdigest()[:24]
        after = {record: assigned[group] for record, group in place.items()}
        flows = self._flows(after)
        for customer in after.values():
            self.born.setdefault(customer, self.time)
        self.last_ever |= self.customer | after
        self.customer = after
        return after, flows

    def _match(self, place: dict[str, str], customer: dict[str, str]) -> dict[str, str]:
        sent: dict[str, list[str]] = {}
        brings: Counter[tuple[str, str]] = Counter()
        for record, group in place.items():
            if record in customer:
                brings[customer[record], group] += 1
        smallest = {
            (customer[r], place[r]): r for r in sorted(place, reverse=True) if r in customer
        }
        for one in {name for name, _ in brings}:
            offers = [
                (group != one, -count, smallest[one, group], group)
                for (name, group), count in brings.items()
                if name == one
            ]
            sent.setdefault(min(offers)[-1], []).append(one)
        return {
            group: min(
                ids, key=lambda one: (group != one, -brings[one, group], self.born[one], one)
            )
            for group, ids in sent.items()
        }

    def _flows(self, after: dict[str, str]) -> list[Flow]:
        ways: dict[tuple[str | None, str | None], list[str]] = {}
        for record in sorted(set(self.customer) | set(after)):
            way = (self.customer.get(record), after.get(record))
            if way[0] != way[1]:
                ways.setdefault(way, []).append(record)
        before, now = set(self.customer.values()), set(after.values())
        return [
            (self._kind(way, set(ways), before, now), *way, tuple(records))
            for way, records in ways.items()
        ]

    def _kind(
        self,
        way: tuple[str | None, str | None],
        ways: set[tuple[str | None, str | None]],
        before: set[str],
        now: set[str],
    ) -> str:
        left, right = way
        if left is None:
            if right in before:
                return "addition"
            if right in self.born:
                return "revival"
            fed = any(a is not None and b == right for a, b in ways)
            return "addition" if fed else "birth"
        if right is None:
            emptied = left not in now and not any(a == left and b is not None for a, b in ways)
            return "retirement" if emptied else "removal"
        if right not in before:
            return "split"
        return "move" if left in now else "merge"
