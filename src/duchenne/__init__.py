"""Duchenne reads facial expressions and action units from video: ``duchenne.analyze(path)`` gives an `Analysis`.

Its numbers estimate what a face shows; they do not say what a person feels, means or hides.
"""

from importlib.metadata import version as _version

from duchenne.analysis import Analysis
from duchenne.offline import OutputOptions, analyze
from duchenne.settings import (
    BaselineOptions,
    CalibrationOptions,
    Fallback,
    NeutralFace,
    OneEuroOptions,
    QualityOptions,
    RepresentativeOptions,
    Settings,
    TrackOptions,
)

__all__ = [
    "Analysis",
    "BaselineOptions",
    "CalibrationOptions",
    "Fallback",
    "NeutralFace",
    "OneEuroOptions",
    "OutputOptions",
    "QualityOptions",
    "RepresentativeOptions",
    "Settings",
    "TrackOptions",
    "analyze",
]

__version__ = _version("duchenne")
