"""How often and how long the doors of this process work: counts by duration, in memory, for `/metrics`.

Adding up is not locked: of two threads at the same nanosecond one may lose its count. It is for whoever watches,
no figure that is reported. Reading the clock costs up to half a microsecond where the kernel is asked for it, so
that doors time one request of several; each is counted.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

from gateways.wire import Environ, StartResponse, Wsgi

# seconds, upper bounds: a hop takes a tenth of a millisecond, a page some dozen
BOUNDS: Final = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5)


HOT: Final = 8  # one of so many requests of a hook is timed


@dataclass(slots=True)
class Meter:
    """Requests of one door. `counts`: the timed ones by duration, the last of them beyond every bound."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0  # of the timed ones together
    requests: int = 0
    failures: int = 0

    def buckets(self) -> Iterator[tuple[str, int]]:
        """Upper bound and how many took at most so long, as Prometheus wants them."""
        total = 0
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), list(self.counts), strict=True):
            total += count
            yield bound, total

    def note(self, seconds: float) -> None:
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds


def metered(
    door: Wsgi, meter: Meter, *, every: int = 1, clock: Callable[[], float] = perf_counter
) -> Wsgi:
    """The door, its requests counted and the first of `every` so many timed, until its answer begins."""

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        count = meter.requests
        meter.requests = count + 1
        try:
            if count % every:
                return door(environ, start_response)
            began = clock()
            parts = door(environ, start_response)
            meter.note(clock() - began)
        except Exception:
            meter.failures += 1
            raise
        return parts

    return application
