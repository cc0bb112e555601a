"""What keeps anything from being written: a full disk, a quota, a permission, a lost mount.

The error comes from Python, from Rust (delta-rs), from C++ (DuckDB) or out of a Spark task, each in
a type of its own; what they share are the words or the number of the operating system.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

_CAUSES = (
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO,
    errno.ESTALE,
)  # fmt: skip


def storage_fault(error: BaseException) -> str | None:
    """What the operating system refused, in its words; None for an error of another kind."""
    for one in _chain(error):
        for number in _CAUSES:
            if _is(one, number):
                path = one.filename if isinstance(one, OSError) else None
                return os.strerror(number) + (f" ({path})" if path else "")
    return None


def _is(error: BaseException, number: int) -> bool:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno == number
    words = os.strerror(number)
    told = (f"(os error {number})", f"[Errno {number}]", f": {words}", f"({words})")
    return any(form in str(error) for form in told)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was raised from or while handling; Dagster's chains may be cycles."""
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or following.__context__
