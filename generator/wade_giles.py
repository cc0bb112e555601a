"""Wade-Giles spelling, as passports in Taiwan have it (no apostrophes, no umlauts)."""

from __future__ import annotations

_WHOLE = {
    "zi": "tzu", "ci": "tzu", "si": "szu", "zhi": "chih", "chi": "chih", "shi": "shih",
    "ri": "jih", "er": "erh", "you": "yu", "yan": "yen", "ye": "yeh", "yong": "yung",
    "yi": "yi", "yue": "yueh", "ge": "ko", "ke": "ko", "he": "ho", "e": "o",
    "guo": "kuo", "kuo": "kuo", "huo": "huo", "shuo": "shuo",
}  # fmt: skip
_INITIALS = (
    ("zh", "ch"), ("ch", "ch"), ("sh", "sh"), ("b", "p"), ("p", "p"), ("d", "t"), ("t", "t"),
    ("g", "k"), ("k", "k"), ("j", "ch"), ("q", "ch"), ("x", "hs"), ("r", "j"), ("z", "ts"),
    ("c", "ts"), ("s", "s"), ("m", "m"), ("f", "f"), ("n", "n"), ("l", "l"), ("h", "h"),
    ("w", "w"), ("y", "y"),
)  # fmt: skip
_FINALS = {"ian": "ien", "ong": "ung", "iong": "iung", "ie": "ieh", "ue": "ueh", "uo": "o"}


def wade_giles(pinyin: str) -> str:
    """One toneless pinyin syllable in small letters -> its Wade-Giles spelling."""
    if pinyin in _WHOLE:
        return _WHOLE[pinyin]
    for initial, spelled in _INITIALS:
        if pinyin.startswith(initial):
            final = pinyin[len(initial) :]
            return spelled + _FINALS.get(final, final)
    return pinyin
