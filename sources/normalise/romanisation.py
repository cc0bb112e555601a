"""Latin spellings of Chinese syllables: recognising them, and Pinyin as Wade-Giles.

Pure Python. Pinyin is what the mainland writes, Wade-Giles what Taiwanese passports derive
from; Hong Kong's spellings follow no rule and come from a list.
"""

from __future__ import annotations

import re
from functools import lru_cache

from sources.normalise.data import read_rows

# Which finals Pinyin has after which initial (ü as v).
_FINALS_AFTER = {
    "": "a o e ai ei ao ou an en ang er",
    "b": "a o ai ei ao an en ang eng i ie iao ian in ing u",
    "p": "a o ai ei ao ou an en ang eng i ie iao ian in ing u",
    "m": "a o e ai ei ao ou an en ang eng i ie iao iu ian in ing u",
    "f": "a o ei ou an en ang eng u",
    "d": "a e ai ei ao ou an en ang eng ong i ia ie iao iu ian ing u uo ui uan un",
    "t": "a e ai ao ou an ang eng ong i ie iao ian ing u uo ui uan un",
    "n": "a e ai ei ao ou an en ang eng ong i ie iao iu ian in iang ing u uo uan v ve",
    "l": "a e ai ei ao ou an ang eng ong i ia ie iao iu ian in iang ing u uo uan un v ve",
    "g": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "k": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "h": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "j": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "q": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "x": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "zh": "a e ai ei ao ou an en ang eng ong i u ua uo uai ui uan un uang",
    "ch": "a e ai ao ou an en ang eng ong i u ua uo uai ui uan un uang",
    "sh": "a e ai ei ao ou an en ang eng i u ua uo uai ui uan un uang",
    "r": "e ao ou an en ang eng ong i u ua uo ui uan un",
    "z": "a e ai ei ao ou an en ang eng ong i u uo ui uan un",
    "c": "a e ai ao ou an en ang eng ong i u uo ui uan un",
    "s": "a e ai ao ou an en ang eng ong i u uo ui uan un",
    "y": "a o e ao ou an ang i in ing ong u ue uan un",
    "w": "a o ai ei an en ang eng u",
}
_WADE_GILES_INITIALS = {
    "b": "p",
    "d": "t",
    "g": "k",
    "j": "ch",
    "q": "ch",
    "x": "hs",
    "zh": "ch",
    "r": "j",
    "z": "ts",
    "c": "ts",
}
_WADE_GILES_FINALS = {
    "ian": "ien",
    "ie": "ieh",
    "ue": "ueh",
    "ve": "ueh",
    "ong": "ung",
    "iong": "iung",
    "v": "u",
}
_WADE_GILES_WHOLE = {
    "er": "erh",
    "yan": "yen",
    "ye": "yeh",
    "yue": "yueh",
    "you": "yu",
    "yong": "yung",
    "zhi": "chih",
    "chi": "chih",
    "shi": "shih",
    "ri": "jih",
    "zi": "tzu",
    "ci": "tzu",
    "si": "szu",
    "ge": "ko",
    "ke": "ko",
    "he": "ho",
    "gui": "kuei",
    "kui": "kuei",
    "duo": "to",
    "tuo": "to",
    "nuo": "no",
    "luo": "lo",
    "ruo": "jo",
    "zuo": "tso",
    "cuo": "tso",
    "zhuo": "cho",
    "chuo": "cho",
    "suo": "so",
}
_LONGEST_PINYIN = 24
# Of passports: ü as yu, and what Wade-Giles has beside its usual spellings.
_OTHER_SPELLINGS = frozenset({"lyu", "nyu", "ssu", "szu", "tzu"})
# In this order, on a word whose 'ng' are put aside.
_CANTONESE_SOUNDS = (
    ("tsz", "chi"),
    ("tz", "ch"),
    ("dz", "ch"),
    ("ts", "ch"),
    ("j", "ch"),
    ("z", "ch"),
    ("sh", "s"),
    ("g", "k"),
    ("b", "p"),
    ("d", "t"),
    ("aa", "a"),
    ("oe", "eu"),
    ("eoi", "ui"),
    ("ee", "i"),
    ("ei", "i"),
    ("oo", "u"),
    ("ou", "o"),
    ("ow", "au"),
    ("ao", "au"),
    ("yue", "yu"),
    ("sze", "si"),
    ("szu", "si"),
    ("yi", "i"),
    ("ar", "a"),
)
# Wah is Wa, and wahing is Wa Hing.
_SILENT_H = re.compile("(?<=a)h(?![aeiou])")
# Any Cantonese or Mandarin syllable in any usual spelling; wider than the lists on purpose,
# and asked only about names that have a Chinese surname.
_ANY_SYLLABLE = re.compile(
    r"(?:b|p|m|f|d|t|n|l|g|k|ng|h|gw|kw|w|z|c|s|j|ts|tz|dz|ch|sh|zh|hs|x|q|r|y)?"
    r"(?:a|aa|ah|ai|aai|au|ao|aau|am|aam|an|aan|ang|aang|ap|aap|at|aat|ak|aak|ar|"
    r"e|ee|eh|ei|eng|ek|eu|eung|euk|en|em|er|i|ia|ie|ieh|iao|iu|im|in|ing|ip|it|ik|ian|iang|ien|"
    r"iong|ih|o|oi|ou|on|ong|ot|ok|oe|oeng|oek|oh|oo|oon|or|u|ua|uo|uai|ue|ueh|uei|uen|uet|ui|uk|"
    r"un|ung|ut|uan|uang|v|yu|yun|yut|eoi|eon|eot)"
)


@lru_cache(maxsize=65536)
def is_syllable(word: str) -> bool:
    """Whether a lower-case word may be one Chinese syllable in some romanisation."""
    return _ANY_SYLLABLE.fullmatch(word) is not None or word in _spellings()


@lru_cache(maxsize=65536)
def is_given_name(word: str) -> bool:
    """Whether a lower-case word may be a romanised Chinese given name: one to three syllables.

    Longer words are taken apart with exact lists only: 'marina' would be three syllables of
    some romanisation, and 'dawen' is two of Pinyin.
    """
    return is_syllable(word) or _divides(word, 3, _spellings())


@lru_cache(maxsize=65536)
def cantonese_sound(word: str) -> str:
    """One spelling for the spellings of Cantonese: Gwai is Kwai, Jeung is Cheung, Daai is Tai.

    Lossy on purpose. Works on a word of several syllables too: only a final 'ng' must not be
    taken apart.
    """
    sound = word.replace("ng", "@")
    for spelling, plain in _CANTONESE_SOUNDS:
        sound = sound.replace(spelling, plain)
    if "ah" in sound:
        sound = _SILENT_H.sub("", sound)
    return sound.replace("@", "ng")


@lru_cache(maxsize=65536)
def is_pinyin(word: str) -> bool:
    """Whether a word is made of Pinyin syllables only."""
    return bool(pinyin_syllables(word))


@lru_cache(maxsize=65536)
def pinyin_syllables(word: str) -> tuple[str, ...]:
    """A Pinyin word's syllables, the longest first ones; empty where it is none."""
    if word in _pinyin():
        return (word,)
    if len(word) > _LONGEST_PINYIN:
        return ()
    for length in range(min(len(word) - 1, 6), 0, -1):
        rest = pinyin_syllables(word[length:]) if word[:length] in _pinyin() else ()
        if rest:
            return (word[:length], *rest)
    return ()


@lru_cache(maxsize=1024)
def wade_giles(syllable: str) -> str:
    """A Pinyin syllable (ü as v) in Wade-Giles without apostrophes, as passports write it."""
    if syllable in _WADE_GILES_WHOLE:
        return _WADE_GILES_WHOLE[syllable]
    initial = next((each for each in (syllable[:2], syllable[:1]) if each in _FINALS_AFTER), "")
    final = syllable[len(initial) :]
    return _WADE_GILES_INITIALS.get(initial, initial) + _WADE_GILES_FINALS.get(final, final)


def _divides(word: str, most: int, syllables: frozenset[str]) -> bool:
    if word in syllables:
        return True
    return most > 1 and any(
        word[:length] in syllables and _divides(word[length:], most - 1, syllables)
        for length in range(1, min(len(word), 7))
    )


@lru_cache(maxsize=1)
def _pinyin() -> frozenset[str]:
    return frozenset(
        initial + final for initial, finals in _FINALS_AFTER.items() for final in finals.split()
    )


@lru_cache(maxsize=1)
def _spellings() -> frozenset[str]:
    """Every Pinyin, Wade-Giles and listed Hong Kong syllable."""
    hong_kong = set()
    for syllable, others, _ in read_rows("hongkong_syllables.csv"):
        hong_kong.update([syllable, *others.split()])
    return frozenset(
        _pinyin() | {wade_giles(each) for each in _pinyin()} | hong_kong | _OTHER_SPELLINGS
    )
