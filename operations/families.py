"""Every metric there is: its name, what kind it is, what it tells; and how they are written down for Prometheus.

The text format: https://prometheus.io/docs/instrumenting/exposition_formats/. Labels are words of closed lists,
names of the gateways file and currencies: never a number, a token or a text of a person.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
Labels = tuple[tuple[str, str], ...]

_GAUGES = {
    "njia_journal_backlog_bytes": "Journal of this process that the database has not taken over, in bytes",
    "njia_journal_failing": "1 while the disk does not take lines",
    "njia_edition_made_timestamp_seconds": "When the edition that this process serves was made, by kind of gateway",
    "njia_process_resident_bytes": "Memory of this process",
    "njia_process_started_timestamp_seconds": "When this process began to count",
    "njia_database_up": "1 when PostgreSQL answers",
    "njia_broker_up": "1 when Redis answers",
    "njia_beat_seconds": "Since a worker last looked into the journal",
    "njia_queue_tasks": "Tasks that no worker has taken, by queue",
    "njia_queue_oldest_seconds": "How long the oldest of them waits",
    "njia_journal_waiting_entries": "Entries that are not folded, by kind, 100000 at most",
    "njia_journal_waiting_seconds": "How long the oldest of them waits",
    "njia_journal_dead_lines": "Lines that could not be taken up",
    "njia_blasts": "Blasts by state",
    "njia_deliveries": "Deliveries by account and state, as counted last; unsure is one of the states",
    "njia_cost": "What providers charged for blasts, by account and currency, as added up last",
    "njia_balance": "What is left on an account, as its provider said last",
    "njia_balance_asked_timestamp_seconds": "When it said so",
    "njia_cases_untaken": "Cases of danger that are with nobody",
    "njia_troubles": "What stands on the page Operations, wrong or worth a look",
    "njia_opt_outs_last_hour": "People who ended messages",
    "njia_held_back_last_hour": "Phones and minutes, or addresses and minutes, that doors held back, by what",
}
_COUNTERS = {
    "njia_door_requests_total": "Requests of a hook, by door",
    "njia_door_failures_total": "Requests that ended in an error of ours, by door",
    "njia_journal_unwritten_total": "Entries that the disk did not take",
    "njia_journal_torn_total": "Half lines left out after a crash",
}
_HISTOGRAMS = {
    "njia_door_seconds": "Every eighth request of a hook by duration and door",
    "njia_pages_seconds": "Requests of pages by duration",
}
METRICS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **{name: ("gauge", told) for name, told in _GAUGES.items()},
        **{name: ("counter", told) for name, told in _COUNTERS.items()},
        **{name: ("histogram", told) for name, told in _HISTOGRAMS.items()},
    }
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of a metric of METRICS. `suffix`: of a histogram's parts, "" else."""

    name: str
    value: float
    labels: Labels = ()
    suffix: str = ""

    def line(self) -> str:
        labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in self.labels)
        return f"{self.name}{self.suffix}{{{labels}}} {self.value:.16g}\n"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def text(samples: Iterable[Sample]) -> str:
    """All samples, each metric's together behind what it is. Raises KeyError for one that is not of METRICS."""
    return "".join(_lines(samples))


def _lines(samples: Iterable[Sample]) -> Iterator[str]:
    by_name: dict[str, list[Sample]] = {}
    for sample in samples:
        by_name.setdefault(sample.name, []).append(sample)
    for name, found in by_name.items():
        kind, told = METRICS[name]
        yield f"# HELP {name} {told}\n# TYPE {name} {kind}\n"
        yield from (sample.line() for sample in found)
