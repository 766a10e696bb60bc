from __future__ import annotations

from dataclasses import replace

from audit_tables import audited, blind_when_turned, perfect, weak_on_dark_skin
from duchenne.evaluation import audit_words
from duchenne.evaluation.audit_record import ALL, Estimate
from duchenne.evaluation.conditions import BASELINE
from duchenne.evaluation.tool_tables import Layout

NAN = float("nan")


def test_the_lede_names_what_is_weak_and_what_costs_most() -> None:
    text = audit_words.lede(audited(weak_on_dark_skin))
    assert "median r of 1.00 over 8 action units; the weakest: AU28" in text
    assert "Of all changes, skin dark costs most: r falls by" in text
    assert "It saw the face in 100 % of the baseline's frames, and in no fewer under any change." in text


def test_the_lede_names_where_faces_are_missed() -> None:
    text = audit_words.lede(audited(blind_when_turned))
    assert "least often under yaw −40 (0 %)" in text
    assert "costs most" not in text


def test_the_lede_says_when_nothing_was_measured() -> None:
    own = audited(perfect, layout=Layout.DUCHENNE, units=False)
    assert "Duchenne measured no action units here" in audit_words.lede(own)
    assert "and how its head was turned. It saw" in audit_words.lede(own)
    assert audit_words.lede(own).endswith("off by 0.0° in yaw, 0.0° in pitch and 0.0° in roll.")
    assert "saw the face. It saw" in audit_words.lede(replace(own, pose=()))


def test_the_lede_says_when_no_unit_could_be_scored() -> None:
    audit = audited(perfect)
    nothing = {name: Estimate(NAN, NAN, NAN) for name in audit.units[0].measures}
    units = tuple(replace(score, measures=nothing, differences={}) for score in audit.units)
    assert audit_words.lede(replace(audit, units=units)).startswith(
        "No unit could be scored at the baseline."
    )


def test_the_lede_without_any_face_has_no_rate() -> None:
    audit = audited(perfect)
    nothing = Estimate(NAN, NAN, NAN)
    detection = tuple(replace(score, rate=nothing) for score in audit.detection)
    assert "It saw the face in – of the baseline's frames" in audit_words.lede(
        replace(audit, detection=detection)
    )


def test_the_lede_says_what_is_missing_of_the_set() -> None:
    audit = audited(perfect)
    alone = tuple(s for s in audit.detection if s.factor in (ALL, BASELINE))
    alone = tuple(replace(s, n_failed=audit.n_frames // 2) if s.factor == ALL else s for s in alone)
    text = audit_words.lede(replace(audit, detection=alone))
    assert "in 100 % of the baseline's frames. At" in text
    assert text.endswith("The tool gave no answer on 50 % of the set: they count neither way.")
    assert "no answer" not in audit_words.lede(audit)


def test_a_unit_suffers_most_only_where_the_fall_is_beyond_doubt() -> None:
    worst = audit_words.suffers_most(audited(weak_on_dark_skin), 12)
    assert worst is not None
    assert (worst.factor, worst.level) == ("skin", "dark")
    audit = audited(weak_on_dark_skin)
    unsure = tuple(
        replace(s, differences={name: replace(e, low=-1, high=1) for name, e in s.differences.items()})
        for s in audit.units
    )
    assert audit_words.suffers_most(replace(audit, units=unsure), 12) is None


def test_conditions_and_units_in_words() -> None:
    assert audit_words.condition(BASELINE, "") == "baseline"
    assert audit_words.condition(ALL, "") == "all conditions"
    assert audit_words.condition("yaw", "-40") == "yaw −40"
    assert audit_words.level_title("cover", "x-y") == "x-y"
    assert audit_words.units((11, 13)) == "AU11 (nasolabial deepener) and AU13 (sharp lip puller)"
    assert "skin middle" in audit_words.baseline_words()
    meanings = dict(audit_words.meanings())
    assert meanings["Head turned"].startswith("\N{MINUS SIGN}40, \N{MINUS SIGN}20, 0, 20, 40: degrees")
    assert all(meanings.values())


def test_a_tool_without_a_name_of_its_own_keeps_the_one_given() -> None:
    audit = audited(perfect)
    ran_here = replace(audit, origin=replace(audit.origin, tool="duchenne", source=""))
    assert audit_words.title(ran_here) == "Duchenne on synthetic faces"
    assert audit_words.title(audit) == "openface.csv (columns of OpenFace 2) on synthetic faces"
    renamed = replace(audit, origin=replace(audit.origin, tool="my tool"))
    assert audit_words.title(renamed) == "openface.csv (columns of my tool) on synthetic faces"
