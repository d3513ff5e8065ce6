"""The programme: which figures there are, and which part measures them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from bench import amending, answering, auditing, desk, planning, rehearsal, scoring, sending
from bench.figure import SQLITE, Figure
from bench.stage import Stage


@dataclass(frozen=True, kw_only=True)
class Part:
    """Figures measured together; `names` are the beginnings of their names."""

    names: tuple[str, ...]
    run: Callable[[Stage], Iterator[Figure]]

    def is_wanted(self, wanted: Sequence[str]) -> bool:
        """Does one of the names asked for begin one of ours, or is it one?"""
        return not wanted or any(
            name.startswith(asked) or asked.startswith(name) for asked in wanted for name in self.names
        )


_OnEngine = Callable[[str, Stage], Iterator[Figure]]


def _on_postgres(names: Sequence[str], run: _OnEngine) -> Part:
    return Part(names=tuple(names), run=partial(run, "postgresql"))


def _on_both(names: Sequence[str], run: _OnEngine) -> tuple[Part, Part]:
    """PostgreSQL, which goals are about, and SQLite."""
    names_here = tuple(f"{SQLITE}{name}" for name in names)
    return _on_postgres(names, run), Part(names=names_here, run=partial(run, "sqlite"))


PARTS: tuple[Part, ...] = (
    Part(names=("score.qlqc30", "score.eq5d", "score.proctcae"), run=scoring.columns),
    Part(names=("score.response_us",), run=scoring.response),
    Part(names=("score.csv.cpu_s", "startup"), run=scoring.file),
    Part(names=("plan.pure_ms",), run=planning.pure),
    *_on_both(("protocol.amendment_preview",), amending.previewed),
    Part(names=("dialogue.turn_us",), run=answering.turn),
    _on_postgres(("plan.first_stored", "replan.unchanged"), planning.stored),
    _on_postgres(("record.event",), planning.recorded),
    *_on_both(("send.claim_settle", "receipt", "inbound"), sending.messages),
    *_on_both(("submit",), answering.submitted),
    *_on_both(("worklist.", "patient_page", "export"), desk.pages),
    Part(names=("audit.writes_ratio",), run=auditing.writes),
    Part(names=("tick.idle", "worklist_of_100k."), run=desk.crowded),
    Part(names=("simulate",), run=rehearsal.simulate),
)


def parts(wanted: Sequence[str]) -> tuple[Part, ...]:
    """The parts that measure figures whose names begin so; all without a wish."""
    return tuple(part for part in PARTS if part.is_wanted(wanted))
