"""This tool as the one that is audited: run it over a set's videos.

Takes a set and loaded networks, gives `Readings`. Nothing is written. A clip that cannot be read is a failure of
its frames, not of the audit.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from duchenne.errors import InputError
from duchenne.evaluation.tool_tables import Layout, Readings, tabulate
from duchenne.evaluation.truth_tables import Truth
from duchenne.offline import OutputOptions, analyze
from duchenne.pipeline import Networks


def read_with_duchenne(
    truth: Truth,
    networks: Networks,
    *,
    on_progress: Callable[[int, int], None] = lambda n_done, n_total: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Readings | None:
    """Analyze every clip of a set.

    Args:
        truth: The set.
        networks: Loaded once, used for every clip.
        on_progress: Told how many clips are done, of how many.
        stopped: Asked after every frame; once true, reading ends.

    Returns:
        What was read; None if it was stopped, because frames that nobody looked at are not faces that were missed.

    Raises:
        InputError: if not one clip can be read.
    """
    clips = truth.clips["clip"].astype(str).tolist()
    options = OutputOptions(annotated=False, report=False, thumbnails=False)
    pieces, first_failure = [], None
    for number, clip in enumerate(clips):
        on_progress(number, len(clips))
        try:
            analysis = analyze(truth.video(clip), networks=networks, options=options, stopped=stopped)
        except InputError as error:
            first_failure = first_failure or error
            continue
        if not analysis.run.complete:
            return None
        pieces.append(analysis.frames.assign(clip=clip))
    on_progress(len(clips), len(clips))
    if first_failure is not None and not pieces:
        raise InputError(
            f"none of the {len(clips)} videos in {truth.folder} can be read",
            got=str(first_failure),
            remedy="Make the set again, or name the folder that its videos lie in",
        ) from first_failure
    return tabulate(Layout.DUCHENNE, pd.concat(pieces, ignore_index=True), "this tool's own reading")
