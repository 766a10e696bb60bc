"""Where a person's neutral face is looked for: in the recording, where the user says, or in another recording.

Takes what the user wrote (``auto``, ``none``, ``2.5-4`` or a file), gives frozen `CalibrationOptions`. Refuses a
stretch that ends before it begins, and words that are neither of these nor a file.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, Self

from duchenne.errors import SettingsError
from duchenne.temporal.baseline import BaselineOptions

_STRETCH: Final = re.compile(r"(\d+(?:\.\d*)?|\.\d+)-(\d+(?:\.\d*)?|\.\d+)")
_EXPECTED: Final = "auto, none, two times in seconds such as 2.5-4, or the frame table of a neutral recording"


class NeutralFace(StrEnum):
    """Where the neutral face is.

    Attributes:
        AUTO: In the quietest stretch of the recording, if one is long enough.
        NONE: Nowhere: nothing is calibrated.
        STRETCH: Between two times that the user named.
        RECORDING: In another recording of the same person, all of which is neutral.
    """

    AUTO = "auto"
    NONE = "none"
    STRETCH = "stretch"
    RECORDING = "recording"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationOptions:
    """How the ``_cal`` columns come about; the default finds the neutral face by itself.

    Attributes:
        neutral_face: Where it is.
        begin_s: Of a named stretch, in seconds; else None.
        end_s: Its end, not before ``begin_s``; else None.
        recording: Path of the other recording's frame table or result folder; else empty.
        stretch: What counts as a neutral stretch, for ``auto``.
    """

    neutral_face: NeutralFace = NeutralFace.AUTO
    begin_s: float | None = None
    end_s: float | None = None
    recording: str = ""
    stretch: BaselineOptions = field(default_factory=BaselineOptions)

    def __post_init__(self) -> None:
        times = (self.begin_s, self.end_s)
        if self.neutral_face is NeutralFace.STRETCH:
            begin_s, end_s = (math.nan if value is None else value for value in times)
            if not (0 <= begin_s <= end_s < math.inf):
                raise SettingsError(
                    "the neutral stretch is outside its range",
                    got=f"from {self.begin_s} s to {self.end_s} s",
                    expected="two times of at least 0 s, the later one last",
                )
        elif times != (None, None):
            raise SettingsError(
                "times go with a neutral stretch only", got=f"neutral_face {self.neutral_face.value}"
            )
        if (self.neutral_face is NeutralFace.RECORDING) != bool(self.recording):
            raise SettingsError(
                "a neutral recording and its path go together",
                got=f"neutral_face {self.neutral_face.value}, recording '{self.recording}'",
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """From what a user writes behind ``--baseline``.

        Raises:
            SettingsError: if it is none of the words, no stretch and no file or folder that exists.
        """
        if text in (NeutralFace.AUTO, NeutralFace.NONE):
            return cls(neutral_face=NeutralFace(text))
        if Path(text).exists() and text:
            return cls(neutral_face=NeutralFace.RECORDING, recording=text)
        stretch = _STRETCH.fullmatch(text)
        if stretch is None:
            raise SettingsError("the baseline cannot be understood", got=f"'{text}'", expected=_EXPECTED)
        begin_s, end_s = map(float, stretch.groups())
        return cls(neutral_face=NeutralFace.STRETCH, begin_s=begin_s, end_s=end_s)
