"""How the program uses the C library's heap: one for all threads, and trimmed after loading.

glibc gives every thread a heap of its own, and what is freed in one is of no use to the others. Decoding,
measuring and encoding go on in several threads; at 1280x720 their heaps together take 11 MB more than one heap
does, and one is as fast (measured with and without the drawn video). It is a setting of the whole process, so it
is the program's to make and not the library's.
"""

from __future__ import annotations

import ctypes
import sys

# M_ARENA_MAX in glibc's malloc.h.
_ARENA_MAX = -8


def give_back_free_memory() -> bool:
    """Return what is free in the heap to the system, as after loading networks, which leaves garbage behind.

    Returns:
        Whether the C library can do that.
    """
    return _ask_glibc("malloc_trim", 0) is not None


def share_one_heap() -> bool:
    """Let threads that are started from now on use the main thread's heap.

    Returns:
        Whether the C library has such a setting; others than glibc do not, and nothing is lost but the saving.
    """
    return _ask_glibc("mallopt", _ARENA_MAX, 1) == 1


def _ask_glibc(name: str, *arguments: int) -> int | None:
    """What a function of the C library answers; None where there is none of that name."""
    if sys.platform != "linux":
        return None
    function = getattr(ctypes.CDLL(None), name, None)
    return None if function is None else int(function(*arguments))
