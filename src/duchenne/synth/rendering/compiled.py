"""Loops over pixels and triangles, compiled to machine code by numba.

Gives `kernel`, the one decorator through which the package uses numba. It keeps the type of the function for the
type checker and the plain function for tests (``py_func``), because neither a debugger nor coverage sees inside
compiled code.

A kernel runs on the thread that calls it and starts none: a clip is one job, and jobs run in processes. Sums are
taken in a fixed order, so the same input gives the same bytes on the same kind of processor.

The first call compiles (seconds) and keeps the machine code beside the module, in ``__pycache__``; where that
folder cannot be written, numba takes the user's own cache folder, and ``NUMBA_CACHE_DIR`` names another; with no
folder to write to, it refuses. The code
is made for one processor type and one version of numba, and is compiled again when either changes or any file of
this package that holds kernels.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, ParamSpec, Protocol, TypeVar, cast

import numba

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)
R = TypeVar("R")


class Kernel(Protocol[P, R_co]):
    """A compiled function that still knows what it was compiled from."""

    @property
    def py_func(self) -> Callable[P, R_co]:
        """The function as written, run by the interpreter."""
        ...

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Run the machine code."""
        ...


def kernel(function: Callable[P, R]) -> Kernel[P, R]:
    """Compile a function of numbers and arrays on its first call.

    A kernel may call others: they become part of it, so a picture's loop passes its arrays on for free. It cannot
    make an array, only fill those that it is given; one that tries does not compile.

    Floating-point rules are relaxed: sums may be regrouped and a kernel may assume that it meets neither NaN nor
    infinity. Dividing by zero gives infinity, as in numpy, instead of an exception.
    """
    compile_: Any = numba.njit  # its stubs know neither the options together nor that it keeps the signature
    compiled = compile_(**_OPTIONS)(function)
    # numba looks only at the file of the kernel itself, not at those of the kernels that became part of it.
    files = compiled._cache._cache_file
    files._source_stamp = (files._source_stamp, _sources())
    return cast("Kernel[P, R]", compiled)


@functools.cache
def _sources() -> str:
    """A digest of all files beside this one that hold kernels."""
    texts = (path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return hashlib.sha256(b"".join(text for text in texts if b"@kernel" in text)).hexdigest()


# forceinline: a helper called for every pixel would be handed some 200 words of array descriptions each time.
# _nrt=False: without arrays to free there is no need to count who uses them, atomically and at every access. The
# shading of a bald head's 256-pixel frame takes 26.9 ms without the two, 16.8 ms with the first alone, 2.7 ms with
# both. numba promises neither this option nor the attributes used above; tried with 0.61.0 and 0.68.1.
_OPTIONS: Final[dict[str, bool | str]] = {
    "cache": True,
    "fastmath": True,
    "error_model": "numpy",
    "forceinline": True,
    "_nrt": False,
}
