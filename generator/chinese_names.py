"""Chinese names with real frequencies, in characters and in the spellings of each region.

Surnames are drawn by region; given names are composed of one or two characters drawn by
gender and cohort, so that namesakes are about as frequent as in life.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from pypinyin import lazy_pinyin

from generator.people import HONG_KONG, MAINLAND, TAIWAN, Name
from generator.tables import rows
from generator.wade_giles import wade_giles
from generator.weighted import WeightedTable

_COHORTS = (1975, 1995)
_ERA_WEIGHT = {"older": (2.5, 1.0, 0.15), "any": (1.0, 1.0, 1.0), "younger": (0.1, 0.6, 2.5)}
_SINGLE_CHARACTER = {
    MAINLAND: (0.18, 0.30, 0.12),
    HONG_KONG: (0.03, 0.02, 0.03),
    TAIWAN: (0.04, 0.03, 0.03),
}
_ENGLISH_NAME = {MAINLAND: 0.10, HONG_KONG: 0.62, TAIWAN: 0.30}
_FAMILIAR_IN_TAIWAN = {"李": "Lee", "呂": "Lu", "歐陽": "Ouyang", "司徒": "Szutu"}


@dataclass(frozen=True, slots=True)
class Character:
    """One character of a given name in both character sets and in two spellings."""

    simplified: str
    traditional: str
    pinyin: str
    hong_kong: str


@dataclass(frozen=True, slots=True)
class Surname:
    """A surname in both character sets and in three spellings."""

    simplified: str
    traditional: str
    pinyin: str
    hong_kong: str
    taiwan: str


class ChineseNames:
    """Draws surnames, given names and whole names of the three regions."""

    def __init__(self) -> None:
        surnames = [(_surname(row), row) for row in rows("chinese_surnames")]
        self._surnames = {
            region: WeightedTable((name, float(row[f"{region}_weight"])) for name, row in surnames)
            for region in (MAINLAND, HONG_KONG, TAIWAN)
        }
        self._by_characters = {(True, name.simplified): name for name, _ in surnames}
        self._by_characters |= {(False, name.traditional): name for name, _ in surnames}
        self._characters = {
            (gender, cohort): _character_table(f"{label}_weight", cohort)
            for gender, label in (("M", "male"), ("F", "female"))
            for cohort in range(3)
        }
        self._english = {
            gender: WeightedTable(
                (row["name"], float(row["weight"]))
                for row in rows("english_given_names")
                if row["gender"] == gender
            )
            for gender in "MF"
        }

    def by_characters(self, characters: str, culture: str) -> Surname:
        """The surname written with these characters in the character set of the region."""
        return self._by_characters[culture == MAINLAND, characters]

    def surname(self, rng: Random, culture: str) -> Surname:
        return self._surnames[culture].pick(rng)

    def character(self, rng: Random, gender: str, year: int) -> Character:
        return self._characters[gender, _cohort(year)].pick(rng)

    def given(self, rng: Random, culture: str, gender: str, year: int) -> tuple[Character, ...]:
        """One or two characters."""
        first = self.character(rng, gender, year)
        if rng.random() < _SINGLE_CHARACTER[culture][_cohort(year)]:
            return (first,)
        return (first, self.character(rng, gender, year))

    def english(self, rng: Random, culture: str, gender: str) -> str:
        """An English given name, or nothing for those who use none."""
        if rng.random() >= _ENGLISH_NAME[culture]:
            return ""
        return self._english[gender].pick(rng)


def whole_name(culture: str, surname: Surname, given: tuple[Character, ...], english: str) -> Name:
    """Surname and characters in every spelling that the region uses."""
    simplified = "".join(one.simplified for one in given)
    traditional = "".join(one.traditional for one in given)
    standard = "".join(one.pinyin for one in given).capitalize()
    first, last = standard, surname.pinyin
    if culture == HONG_KONG:
        first, last = " ".join(one.hong_kong for one in given), surname.hong_kong
    elif culture == TAIWAN:
        first = "-".join(wade_giles(one.pinyin).capitalize() for one in given)
        last = surname.taiwan
    own, other = (surname.simplified, simplified), (surname.traditional, traditional)
    if culture != MAINLAND:
        own, other = other, own
    return Name(
        first=first,
        last=last,
        birth_last=last,
        english=english,
        local_surname=own[0],
        local_given=own[1],
        other_script=other[0] + other[1],
        standard_first=standard,
        standard_last=surname.pinyin,
    )


def _cohort(year: int) -> int:
    return sum(year >= start for start in _COHORTS)


def _surname(row: dict[str, str]) -> Surname:
    traditional = row["traditional"]
    spelled = wade_giles(row["pinyin"].lower().replace("lyu", "lu")).capitalize()
    return Surname(
        simplified=row["simplified"],
        traditional=traditional,
        pinyin=row["pinyin"],
        hong_kong=row["hongkong"],
        taiwan=_FAMILIAR_IN_TAIWAN.get(traditional, spelled),
    )


def _character_table(column: str, cohort: int) -> WeightedTable[Character]:
    return WeightedTable(
        (
            Character(
                row["simplified"],
                row["traditional"],
                lazy_pinyin(row["simplified"])[0],
                row["hongkong"],
            ),
            float(row[column]) * _ERA_WEIGHT[row["era"]][cohort],
        )
        for row in rows("chinese_given_characters")
    )
