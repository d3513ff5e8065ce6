"""Can times of answers be told apart? `python -m bench.timing`: the area under the ROC curve of each pair, best of 3.

0.5 is no difference at all; 0.6 is the most we accept. Each pair is two requests that must not be told apart: something
that is there and something that is not. Interleaved, so that a busy machine slows both alike.
"""

import sys
from collections.abc import Callable
from time import perf_counter

from tests.security.live import attacked

MOST = 0.6
RUNS = 3
TRIES = 1_000

Ask = Callable[[], object]


def auc(first: list[float], second: list[float]) -> float:
    """How often a time of one kind is longer than one of the other, folded to 0.5-1 (Mann-Whitney)."""
    ranked = sorted([(time, 0) for time in first] + [(time, 1) for time in second])
    ranks = sum(rank for rank, (_, kind) in enumerate(ranked, start=1) if kind)
    wins = ranks - len(second) * (len(second) + 1) / 2
    share = wins / (len(first) * len(second))
    return max(share, 1 - share)


def measure(there: Ask, absent: Ask, *, tries: int) -> float:
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(2 * tries):
        kind = (number + number // 2) % 2  # 0 1 1 0 0 1 1 0: neither kind always comes first
        began = perf_counter()
        (there, absent)[kind]()
        times[kind].append(perf_counter() - began)
    return auc(*times)


def main(tries: int) -> int:
    worst = 0.0
    with attacked() as (heroes, nurse):
        heroes.enrol("04-001", site="04", phone="+33639980004")
        client = heroes.client()

        def log_in(login: str) -> Ask:
            return lambda: client.post("/login", data={"login": login, "password": "wrong", "code": "000000"})

        def patient(code: str) -> Ask:
            return lambda: nurse.get(f"/patients/{code}")

        pairs = {
            "patient of another site / none": (patient("04-001"), patient("04-999")),
            "log-in that exists / none": (log_in("nurse"), log_in("nobody")),
        }
        for name, (there, absent) in pairs.items():
            few = tries if "log-in" not in name else max(20, tries // 10)
            best = min(measure(there, absent, tries=few) for _ in range(RUNS))
            worst = max(worst, best)
            print(f"timing {name}: AUC {best:.3f} over {few} tries, best of {RUNS}", flush=True)
    return 1 if worst > MOST else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else TRIES))
