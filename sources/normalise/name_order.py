"""Which words of a free-text Latin name are the family name. Pure Python.

Names come in any order: 'Lui Alvin', 'Alvin Lui', 'CHAN Tai Man Peter', 'Amy Wong Yee Fei'.
Every division into given and family name gets the product of how usual its words are in these
places: frequencies of the United States census of 1990 (public domain, packaged by `names`),
the list of Chinese surnames, and whether a word is a Chinese syllable.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import log
from typing import NamedTuple

from sources.normalise.census import shares
from sources.normalise.chinese import romanised_compounds, romanised_surnames
from sources.normalise.nicknames import is_listed
from sources.normalise.romanisation import cantonese_sound, is_given_name, is_syllable

# Shares of bearers. A word that no list knows is about as rare as the rarest that one does.
_UNKNOWN = 1e-6
_LISTED_GIVEN = 1e-4
_RARE = 2e-5
_CHINESE_GIVEN = 3e-3
_INITIAL_AS_GIVEN = 1e-2
_INITIAL_AS_FAMILY = 1e-9
# The i-th surname of the list has about 0.3 / (i + 5) of all bearers (王 7 %, the 100th 0.2 %).
_CHINESE_FAMILY = 0.3
# Against the western order: how often a name is written family first, by whether the family
# name may be Chinese, and with it in the middle ('Amy Wong Yee Fei').
_FAMILY_FIRST = 0.05
_CHINESE_FAMILY_FIRST = 1.0
_CHINESE_SYLLABLES_FIRST = 3.0
_FAMILY_IN_MIDDLE = 0.3
_TENFOLD = log(10.0)
# From this share on a word that may be a syllable is taken for an English name: Ken, Ben, Kim.
_ENGLISH_SHARE = 5e-4


class Division(NamedTuple):
    """Positions of the family name's words, and those of a second reading about as likely."""

    family: tuple[int, ...]
    alternative: tuple[int, ...] | None = None


_LAST, _FIRST, _NONE = Division((1,)), Division((0,)), Division(())
_LAST_OR_FIRST, _FIRST_OR_LAST = Division((1,), (0,)), Division((0,), (1,))
_LOG_FAMILY_FIRST = log(_FAMILY_FIRST)


@lru_cache(maxsize=65536)
def is_chinese_surname(word: str) -> bool:
    """Whether a lower-case word is a spelling of a listed Chinese surname."""
    return chinese_rank(word) is not None


@lru_cache(maxsize=65536)
def chinese_rank(word: str) -> int | None:
    """The place of the most frequent Chinese surname with this spelling, None for no surname.

    Cantonese spellings that no list has (Dung, Gung) count by their sound, unless the word is
    a name of America: Gates is not a spelling of anything, nor is Jo.
    """
    listed = romanised_surnames().get(word)
    if listed is not None or not is_syllable(word) or shares("last").get(word, 0.0) > _RARE:
        return listed
    if shares("first").get(word, 0.0) > _ENGLISH_SHARE:
        return None
    return _sounded_surnames().get(cantonese_sound(word))


@lru_cache(maxsize=1)
def _sounded_surnames() -> dict[str, int]:
    ranks: dict[str, int] = {}
    for spelling, rank in romanised_surnames().items():
        sound = cantonese_sound(spelling)
        ranks[sound] = min(rank, ranks.get(sound, rank))
    return ranks


def is_english_given(word: str) -> bool:
    """Whether a lower-case word is a well-known English given name, syllable or not."""
    return given_share(word) >= _ENGLISH_SHARE


def divide(words: Sequence[str]) -> Division:
    """Which of two or more lower-case words without punctuation are the family name."""
    if len(words) == 2:
        return _divide_two(*words)
    if len(words[-1]) == 1 and all(map(_is_mostly_given, words[:-1])):
        return _NONE
    scores = _scores(tuple(words))
    best = max(scores, key=lambda family: (scores[family], family))
    # Within a factor of ten either reading may be meant, as in 'Siu Lau Ng'.
    close = [each for each in scores if each != best and scores[best] - scores[each] < _TENFOLD]
    for family in sorted(close, key=lambda each: -scores[each]):
        if is_chinese_surname(words[family[0]]):
            return Division(best, family)
    return Division(best)


def _is_mostly_given(word: str) -> bool:
    """'Maria G.' has the initial of the family name, 'Matthews E' that of the given name."""
    return given_share(word) > 3 * family_share(word)


def _divide_two(first: str, second: str) -> Division:
    """Nearly every name has two words, so they have a way without tables: three times as fast."""
    if len(second) == 1 and _is_mostly_given(first):
        return _NONE
    is_chinese = is_chinese_surname(first)
    western = _log_family(second) + _log_given(first)
    other = (0.0 if is_chinese else _LOG_FAMILY_FIRST) + _log_family(first) + _log_given(second)
    is_close = abs(western - other) < _TENFOLD
    if western >= other:
        return _LAST_OR_FIRST if is_close and is_chinese else _LAST
    return _FIRST_OR_LAST if is_close and is_chinese_surname(second) else _FIRST


def single(word: str) -> tuple[str, str]:
    """Given and family name of a lone word: whichever it is more often; given in doubt."""
    if given_share(word) * 20 >= family_share(word) or len(word) == 1:
        return word, ""
    return "", word


@lru_cache(maxsize=65536)
def given_share(word: str) -> float:
    """How usual an English given name is, as a share of bearers; 0 where it is unknown."""
    share = shares("first").get(word, 0.0)
    return max(share, _LISTED_GIVEN) if is_listed(word) else share


@lru_cache(maxsize=65536)
def family_share(word: str) -> float:
    """How usual a family name is, the larger of its American and Chinese shares."""
    rank = chinese_rank(word)
    chinese = 0.0 if rank is None else _CHINESE_FAMILY / (rank + 5)
    return max(shares("last").get(word, 0.0), chinese)


def _scores(words: tuple[str, ...]) -> dict[tuple[int, ...], float]:
    """Log share of each division of three words or more, by the positions of the family name's."""
    given = [_log_given(word) for word in words]
    last = len(words) - 1
    scores: dict[tuple[int, ...], float] = {
        (last,): _log_family(words[last]) + sum(given[:last]),
        (0,): log(_family_first(words)) + _log_family(words[0]) + sum(given[1:]),
    }
    first, second = words[0] + words[1], words[-2] + words[-1]
    if first in romanised_compounds():
        prior = log(_CHINESE_SYLLABLES_FIRST)
        scores[(0, 1)] = prior + _log_family(first) + sum(given[2:])
    if second in romanised_compounds():
        scores[(last - 1, last)] = _log_family(second) + sum(given[:-2])
    if _has_family_in_middle(words):
        others = given[:1] + given[2:]
        scores[(1,)] = log(_FAMILY_IN_MIDDLE) + _log_family(words[1]) + sum(others)
    return scores


def _family_first(words: tuple[str, ...]) -> float:
    if not is_chinese_surname(words[0]):
        return _FAMILY_FIRST
    if all(map(is_syllable, words[1:])):
        return _CHINESE_SYLLABLES_FIRST
    return _CHINESE_FAMILY_FIRST


def _has_family_in_middle(words: tuple[str, ...]) -> bool:
    """'Amy Wong Yee Fei': an English name, a Chinese surname, Chinese syllables."""
    return (
        is_english_given(words[0])
        # 柯 is O in Hong Kong, and O is an initial.
        and len(words[1]) > 1
        and is_chinese_surname(words[1])
        and all(map(is_given_name, words[2:]))
    )


@lru_cache(maxsize=65536)
def _log_given(word: str) -> float:
    if len(word) == 1:
        return log(_INITIAL_AS_GIVEN)
    if word in romanised_compounds():
        return log(_UNKNOWN)
    chinese = _CHINESE_GIVEN if is_given_name(word) else 0.0
    return log(max(given_share(word), chinese, _UNKNOWN))


@lru_cache(maxsize=65536)
def _log_family(word: str) -> float:
    if len(word) == 1:
        return log(_INITIAL_AS_FAMILY)
    return log(max(family_share(word), _UNKNOWN))
