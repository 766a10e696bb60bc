"""Names as text: what a file is called, in characters that can be printed and written.

Takes any name or message, gives text without lone surrogates, in which Python keeps what it could not read as
UTF-8. Changes nothing else, and never what a file is opened by.
"""

from __future__ import annotations

import re

# Python's "surrogateescape" (PEP 383): byte 0xE9 of a file name becomes U+DCE9, which no file and no screen takes.
_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")


def printable(text: str) -> str:
    r"""Write out the bytes of a name that are not UTF-8: a Latin-1 ``café`` as ``caf\xe9``."""
    written_out = _ESCAPED_BYTE.sub(lambda byte: f"\\x{ord(byte[0]) - 0xDC00:02x}", text)
    return written_out.encode("utf-8", "backslashreplace").decode("utf-8")
