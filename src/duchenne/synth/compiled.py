"""Loops over pixels and triangles, compiled to machine code by numba.

Gives `kernel`, the one decorator through which the package uses numba. It keeps the type of the function for the
type checker and the plain function for tests (``py_func``), because neither a debugger nor coverage sees inside
compiled code.

A kernel runs on the thread that calls it and starts none: a clip is one job, and jobs run in processes. Sums are
taken in a fixed order, so the same input gives the same bytes on the same kind of processor.

The first call compiles (seconds) and keeps the machine code beside the module, in ``__pycache__``; where that
folder cannot be written, numba takes the user's own cache folder, and ``NUMBA_CACHE_DIR`` names another. The code
is made for one processor type and one version of numba and is compiled again when either or the source changes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar, cast

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

    Floating-point rules are relaxed: sums may be regrouped and a kernel may assume that it meets neither NaN nor
    infinity. Dividing by zero gives infinity, as in numpy, instead of an exception.
    """
    return cast(
        "Kernel[P, R]", numba.njit(cache=True, fastmath=True, error_model="numpy", parallel=False)(function)
    )
