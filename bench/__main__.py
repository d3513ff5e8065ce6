"""`python -m bench [NAME...]`: measures, prints one line a figure, and writes build/bench.json.

A NAME is a figure or the beginning of its name. A selection replaces its own figures in the file and leaves the rest.
"""

import json
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from bench.figure import Figure
from bench.programme import PARTS, parts
from bench.stage import Stage, stage

RESULTS = Path(__file__).parents[1] / "build" / "bench.json"


def main(wanted: Sequence[str]) -> int:
    chosen = parts(wanted)
    if not chosen:
        names = ", ".join(name for part in PARTS for name in part.names)
        print(f"no figure begins with {' or '.join(wanted)}; there are {names}", file=sys.stderr)
        return 2
    known: dict[str, Any] = _known() if wanted else {}
    failed = False
    with stage() as place:
        for part in chosen:
            began, used = perf_counter(), process_time()
            try:
                for figure in _measured(place, part.run(place)):
                    known[figure.name] = figure.as_data()
            except Exception:  # noqa: BLE001 - told, and the run fails at its end
                traceback.print_exc()
                failed = True
            spent = f"{perf_counter() - began:.1f} s, {process_time() - used:.1f} s of it at work here"
            print(f"  {', '.join(part.names)}: {spent}", file=sys.stderr)
    _write(known)
    return int(failed)


def _measured(_: Stage, figures: Iterator[Figure]) -> Iterator[Figure]:
    for figure in figures:
        print(figure.line(), flush=True)
        yield figure


def _known() -> dict[str, Any]:
    return dict(json.loads(RESULTS.read_text())) if RESULTS.exists() else {}


def _write(known: dict[str, Any]) -> None:
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(known, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
