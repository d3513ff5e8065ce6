"""HEROES with every key of the schedule at once: no trial, but whatever the language can say meets whatever else."""

import tomllib

from pro_service.core.protocol import Protocol, extend, parse_protocol, resolve
from tests.core.course_factory import DOCUMENTS

OVERLAY = """
[course.fields.unscheduled_assessment]
reason = { values = ["worse", "other"], required = true }
bundle = { values = ["core", "psychological"] }

[course.words.fr]
unscheduled_assessment = "hors calendrier"
[course.words.en]
unscheduled_assessment = "outside the calendar"

[anchors]
sample = { event = "ctdna_resulted", enters = "MOLECULAR_RELAPSE", day = "on" }
imaging = { event = "imaging_done", occurrences = "each" }
own_choice = { event = "treatment_resumed", when = { reason = "patient_choice" } }
unscheduled = { event = "unscheduled_assessment", occurrences = "each" }

[bundles]
short = ["eq-5d-5l"]

[[rules]]
id = "grid"
restart = { on = "resumption", prefix = "A{n}-" }
bundles_in = { NEW_THERAPY = ["psychological", "core"] }
stops = [
  { after = "progression", instruments = ["qlq-br23"] },
  { after = "own_choice", more = 1, instruments = ["eq-5d-5l"] },
  { after = "inclusion", months = 20 },
]

[[rules]]
id = "after-imaging"
anchor = "imaging"
max = 2
restart = { on = "imaging" }
series = [{ key = "I{n}-W{weeks}", unit = "weeks", first = 1, every = 2, last = 9 }]
window = [0, 6]
opens_from = "stop"
closes_by = { anchor = "progression", days = -1 }
bundles = ["short"]

[[rules]]
id = "sampled"
anchor = "sample"
timepoints = [{ key = "S1", weeks = 1 }, { key = "S2", months = 1, days = 3, bundles = ["psychological"] }]
window = [-2, 4]
bundles = ["core"]

[[rules]]
id = "unscheduled"
anchor = "unscheduled"
timepoints = [{ key = "U{n}" }]
window = [0, 7]
event_bundle = true
bundles = ["core"]

[minimum_gap]
days = 10
precedence = ["resume", "pd", "conv", "grid", "sampled", "after-imaging"]
"""


HEROES = resolve("heroes-1", DOCUMENTS)
_RECORDED = {"course": {"recorded_only": [*HEROES["course"]["recorded_only"], "unscheduled_assessment"]}}
DOCUMENT = extend(extend(HEROES, _RECORDED), tomllib.loads(OVERLAY))


def crowded(overlay: str = "") -> Protocol:
    """The crowded protocol, with something more laid over it."""
    return parse_protocol(extend(DOCUMENT, tomllib.loads(overlay)), source="crowded.toml")


CROWDED = crowded()
