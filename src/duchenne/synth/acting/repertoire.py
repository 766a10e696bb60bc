"""Scripts of every kind, drawn at random: what a face shows, when it comes and goes, blinks, head and eyes.

Takes a generator and a duration, gives a `Script`. Units of one expression begin and end a little apart, each with
an onset, apex and offset of its own; how far apart is ours. Every script drawn here shows only units that one face
can show at once (`duchenne.synth.acting.cooccurrence`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from duchenne.errors import SettingsError
from duchenne.facs import BASIC_EMOTIONS, column
from duchenne.synth.acting import expressions
from duchenne.synth.acting.cooccurrence import conflicts
from duchenne.synth.acting.expressions import Expression
from duchenne.synth.acting.motion import Gaze, HeadMotion
from duchenne.synth.acting.script import BLINK, EYES_CLOSED, Event, Script, ScriptKind
from duchenne.synth.acting.timing import Pace, Phases, draw_blinks, draw_phases
from duchenne.synth.head.action_units import RENDERABLE

SHARES: Final[Mapping[ScriptKind, float]] = MappingProxyType(
    {
        ScriptKind.SINGLE_UNIT: 0.24,
        ScriptKind.MIXTURE: 0.28,
        ScriptKind.EMOTION: 0.22,
        ScriptKind.POSED_SMILE: 0.08,
        ScriptKind.MICRO_EXPRESSION: 0.05,
        ScriptKind.ASYMMETRIC: 0.08,
        ScriptKind.NEUTRAL: 0.05,
    }
)
"""How often `sample` draws each kind. Ours: mixtures and single units teach units apart from emotions."""

# Between the expressions of a drill, so that rounding never lets one run into the next.
_DRILL_PAUSE_S = 0.01
# Share of onset and offset by which the units of one expression may come and go apart.
_LOOSE = 0.3


@dataclass(frozen=True, slots=True)
class Turn:
    """One expression in a longer script.

    Attributes:
        expression: What is shown.
        start_s: When its first unit may begin.
        phases: Durations; all its units are at their peak throughout the apex, and gone at the end.
    """

    expression: Expression
    start_s: float
    phases: Phases

    @property
    def end_s(self) -> float:
        """When nothing is left of it."""
        return self.start_s + self.phases.total_s


def single_unit(
    rng: np.random.Generator,
    unit: int,
    seconds: float,
    *,
    strength: float | None = None,
    side: str | None = None,
) -> Script:
    """One unit that comes and goes once; arguments and errors as in `duchenne.synth.acting.expressions.single`."""
    shown = expressions.single(rng, unit, strength=strength, side=side)
    return _once(rng, ScriptKind.SINGLE_UNIT, shown, _pace(unit), seconds)


def mixture(rng: np.random.Generator, seconds: float, *, n_units: int | None = None) -> Script:
    """Two to five units that go together; see `duchenne.synth.acting.expressions.mixture`."""
    shown = expressions.mixture(rng, n_units=n_units)
    return _once(rng, ScriptKind.MIXTURE, shown, Pace.EXPRESSION, seconds)


def emotion(rng: np.random.Generator, name: str, seconds: float, *, strength: float | None = None) -> Script:
    """A posed emotion; arguments and errors as in `duchenne.synth.acting.expressions.emotion`."""
    shown = expressions.emotion(rng, name, strength=strength)
    return _once(rng, ScriptKind.EMOTION, shown, Pace.EXPRESSION, seconds)


def posed_smile(
    rng: np.random.Generator, seconds: float, strength: float, *, has_cheeks: bool | None = None
) -> Script:
    """A smile on request, quick and symmetric; arguments as in `duchenne.synth.acting.expressions.smile`."""
    shown = expressions.smile(rng, strength, has_cheeks=has_cheeks)
    return _once(rng, ScriptKind.POSED_SMILE, shown, Pace.POSED, seconds)


def neutral(rng: np.random.Generator, seconds: float) -> Script:
    """A face that does nothing but blink, look around and move with the head."""
    return sequence(rng, seconds, (), kind=ScriptKind.NEUTRAL, label="neutral")


def recording(
    rng: np.random.Generator, seconds: float, *, pause_s: tuple[float, float] = (0.5, 5.0)
) -> Script:
    """A longer take: expressions of every kind, one after the other, with pauses between.

    Args:
        rng: Where the numbers come from.
        seconds: Duration of the script, often minutes.
        pause_s: Shortest and longest pause; ours.
    """
    shown_kinds = [kind for kind in SHARES if kind is not ScriptKind.NEUTRAL]
    turns: list[Turn] = []
    time_s = float(rng.uniform(*pause_s))
    while True:
        shown, pace = _expression(rng, _any_kind(rng, shown_kinds))
        phases = draw_phases(rng, pace, seconds)
        if time_s + phases.total_s > seconds:
            return sequence(rng, seconds, turns, label=f"{len(turns)} expressions")
        turns.append(Turn(shown, time_s, phases))
        time_s = turns[-1].end_s + float(rng.uniform(*pause_s))


def drill(rng: np.random.Generator, seconds: float) -> Script:
    """Mixtures of units one after the other without rest, each at its peak for a quarter of a second.

    In scripts that people could act, most frames show no unit or one: a network that learns from them sees some
    units in one frame of a hundred. Here each mixture has two to seven.
    """
    turns: list[Turn] = []
    time_s = 0.0
    while True:
        phases = draw_phases(rng, Pace.DRILL, seconds)
        if time_s + phases.total_s > seconds:
            return sequence(rng, seconds, turns, kind=ScriptKind.DRILL, label=f"{len(turns)} mixtures")
        shown = expressions.mixture(rng, n_units=int(rng.integers(2, 8)))
        turns.append(Turn(shown, time_s, phases))
        time_s = turns[-1].end_s + _DRILL_PAUSE_S


def sample(rng: np.random.Generator, seconds: float, kind: ScriptKind | None = None) -> Script:
    """A script of some kind.

    Args:
        rng: Where the numbers come from.
        seconds: Duration of the script.
        kind: Drawn by `SHARES` if not given.
    """
    if kind is None:
        kind = _any_kind(rng, tuple(SHARES))
    if kind is ScriptKind.NEUTRAL:
        return neutral(rng, seconds)
    if kind is ScriptKind.RECORDING:
        return recording(rng, seconds)
    if kind is ScriptKind.DRILL:
        return drill(rng, seconds)
    return _once(rng, kind, *_expression(rng, kind), seconds)


def sequence(
    rng: np.random.Generator,
    seconds: float,
    turns: Sequence[Turn],
    *,
    label: str,
    kind: ScriptKind = ScriptKind.RECORDING,
    blinks_per_min: float | None = None,
) -> Script:
    """A script in which given expressions come at given times; blinks, head motion and gaze are drawn.

    Args:
        rng: Where the numbers come from.
        seconds: Duration of the script.
        turns: What is shown when. Turns may overlap if their units do not exclude each other.
        label: Of the script.
        kind: Of the script.
        blinks_per_min: Drawn around the published rates if not given, 0 for none.

    Raises:
        SettingsError: if units that exclude each other would be active together.
        ValueError: if a turn lies outside the script.
    """
    events = [event for turn in turns for event in events_of(rng, turn)]
    found = clashes(events)
    if found:
        one, other = found[0]
        raise SettingsError(
            f"{column(one.unit)} at {one.start_s:.2f} s and {column(other.unit)} at {other.start_s:.2f} s exclude "
            "each other",
            remedy="Let one end before the other begins; "
            "duchenne.synth.acting.cooccurrence.EXCLUDED has the reasons",
        )
    busy = tuple((e.start_s, e.end_s) for e in events if e.unit in (EYES_CLOSED, BLINK))
    blinks = draw_blinks(rng, seconds, per_min=blinks_per_min, busy=busy)
    ordered = sorted([*events, *blinks], key=lambda event: (event.start_s, event.unit))
    motion, gaze = HeadMotion.sample(rng, seconds), Gaze.sample(rng, seconds)
    return Script(kind, label, seconds, tuple(ordered), motion, gaze)


def events_of(rng: np.random.Generator, turn: Turn) -> tuple[Event, ...]:
    """The events of one turn, in ascending order of their units.

    All lie within the turn and are at their peak throughout its apex; around it each has durations of its own.
    """
    onset, offset = turn.phases.onset_s, turn.phases.offset_s
    events = []
    for unit in sorted(turn.expression.peaks):
        late, early = rng.uniform(0.0, _LOOSE, 2).tolist()
        quick, held = rng.uniform(0.0, _LOOSE, 2).tolist()
        rise, fall = onset * (1 - late) * (1 - quick), offset * (1 - early) * (1 - held)
        apex = turn.phases.total_s - late * onset - early * offset - rise - fall
        events.append(Event(unit, turn.expression.peaks[unit], turn.start_s + late * onset, rise, apex, fall))
    return tuple(events)


def clashes(events: Iterable[Event]) -> list[tuple[Event, Event]]:
    """Pairs of events that overlap in time and whose units exclude each other, the earlier one first."""
    ordered = sorted(events, key=lambda event: event.start_s)
    found = []
    for number, later in enumerate(ordered):
        for earlier in ordered[:number]:
            if earlier.end_s > later.start_s and conflicts((earlier.unit, later.unit)):
                found.append((earlier, later))
    return found


def _once(
    rng: np.random.Generator, kind: ScriptKind, shown: Expression, pace: Pace, seconds: float
) -> Script:
    phases = draw_phases(rng, pace, seconds)
    start_s = float(rng.uniform(0.0, max(seconds - phases.total_s, 0.0)))
    return sequence(rng, seconds, (Turn(shown, start_s, phases),), kind=kind, label=shown.label)


def _any_kind(rng: np.random.Generator, kinds: Sequence[ScriptKind]) -> ScriptKind:
    shares = np.array([SHARES[kind] for kind in kinds])
    return kinds[int(rng.choice(len(kinds), p=shares / shares.sum()))]


def _any_emotion(rng: np.random.Generator) -> str:
    """A basic one in half of the cases, since there are fewer of them."""
    names = BASIC_EMOTIONS if rng.random() < 0.5 else tuple(expressions.EMOTIONS)
    return str(rng.choice(names))


def _expression(rng: np.random.Generator, kind: ScriptKind) -> tuple[Expression, Pace]:
    """What a script of some kind shows, and how quickly."""
    match kind:
        case ScriptKind.SINGLE_UNIT:
            unit = int(rng.choice(RENDERABLE))
            return expressions.single(rng, unit), _pace(unit)
        case ScriptKind.MIXTURE:
            return expressions.mixture(rng), Pace.EXPRESSION
        case ScriptKind.EMOTION:
            return expressions.emotion(rng, _any_emotion(rng)), Pace.EXPRESSION
        case ScriptKind.POSED_SMILE:
            return expressions.smile(rng, float(rng.uniform(0.3, 1.0))), Pace.POSED
        case ScriptKind.MICRO_EXPRESSION:
            name = str(rng.choice(BASIC_EMOTIONS))
            return expressions.emotion(rng, name, strength=float(rng.uniform(0.2, 0.6))), Pace.MICRO
        case ScriptKind.ASYMMETRIC:
            return expressions.lopsided(rng), Pace.EXPRESSION
        case _:
            raise AssertionError(f"{kind} is more than one expression")


def _pace(unit: int) -> Pace:
    return Pace.BLINK if unit == BLINK else Pace.EXPRESSION
