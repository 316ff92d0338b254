"""How an edition is kept: JSON of one line for each part, read when somebody first asks for that part.

A process takes a large edition up by its hash and its first line alone; a country's menu costs its few
milliseconds when the first call comes from there. What is read is kept, so it costs them once.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

BETWEEN, END = b",\n", b"\n]}"  # JSON of one line has no line feed inside
K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")


class Leaves(Mapping[K, V], Generic[K, V, T]):
    """Values made from their sources one by one, when first asked for.

    Two threads may make the same value at the same time; both are equal, and one of them stays.
    """

    __slots__ = ("_made", "_make", "_sources")

    def __init__(self, sources: Mapping[K, T], make: Callable[[T], V]) -> None:
        self._sources, self._make = sources, make
        self._made: dict[K, V] = {}

    def __getitem__(self, key: K) -> V:
        if key not in self._made:
            self._made[key] = self._make(self._sources[key])
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self._sources

    def __iter__(self) -> Iterator[K]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)


class Later(Mapping[K, V]):
    """A mapping made as a whole when first looked into."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], dict[K, V]]) -> None:
        self._make = make
        self._made: dict[K, V] | None = None

    def whole(self) -> dict[K, V]:
        if self._made is None:
            self._made = self._make()
        return self._made

    def __getitem__(self, key: K) -> V:
        return self.whole()[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self.whole())

    def __len__(self) -> int:
        return len(self.whole())


class Sheets:
    """Equal values written once, each known by its place: what menus of one language share."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._met: dict[int, int] = {}  # id() of a value -> its place: many are the very same

    def place(self, value: object) -> int:
        place = self._met.get(id(value))
        if place is None:
            written = write(value, ordered=True)
            place = self._met[id(value)] = self._places.setdefault(written, len(self._places))
        return place

    def line(self) -> str:
        """All values in their order."""
        return f"[{','.join(self._places)}]"


def bind(title: Mapping[str, Any], lines: Iterable[bytes]) -> bytes:
    """One JSON text: the title, then the lines as its content."""
    head = write(title, ordered=True)[:-1] + ',"content":[\n'
    return b"".join((head.encode(), BETWEEN.join(lines), END))


def unbind(stored: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The title and the lines, none of them read yet. Raises ValueError for anything else."""
    first, *lines = stored.split(BETWEEN)  # the only copy: an edition has megabytes
    head, _, rest = first.partition(b"\n")
    lines = [rest, *lines]
    title = json.loads(head + END)
    if not isinstance(title, dict) or title.get("content") != [] or not lines[-1].endswith(END):
        raise ValueError("it is not bound as an edition")
    return title, [*lines[:-1], lines[-1].removesuffix(END)]


def digest(lines: Iterable[bytes]) -> str:
    """The name of a content: the first 16 hex digits of its SHA-256, line feeds included."""
    found = hashlib.sha256()
    for line in lines:
        found.update(line)
        found.update(BETWEEN)
    return found.hexdigest()[:16]


def write(value: object, *, ordered: bool = False) -> str:
    """One line of JSON. `ordered`: the order of the mappings says something and is kept."""
    return json.dumps(
        value, ensure_ascii=False, separators=(",", ":"), sort_keys=not ordered, default=plain
    )


def plain(value: object) -> dict[str, Any]:
    """A dataclass without what is as by default, or another mapping, as a dict."""
    if is_dataclass(value):
        pairs = ((name, getattr(value, name), usual) for name, usual in _usual(value.__class__))
        return {name: one for name, one, usual in pairs if one != usual}
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no place in an edition")


def read(sort: type[T], raw: Mapping[str, Any], /, **others: object) -> T:
    """A value from its fields, lists as tuples. Names that this release does not know are passed over."""
    known = getattr(sort, "__dataclass_fields__")  # noqa: B009 - the type checker asks for an instance
    given = {name: tuples(one) for name, one in raw.items() if name in known}
    return sort(**{**given, **others})


def tuples(raw: Any) -> Any:  # noqa: ANN401 - what JSON holds
    """Lists become tuples, however deep."""
    if isinstance(raw, dict):
        return {name: tuples(one) for name, one in raw.items()}
    return tuple(map(tuples, raw)) if isinstance(raw, list) else raw


@lru_cache(maxsize=64)
def _usual(sort: Any) -> tuple[tuple[str, Any], ...]:  # noqa: ANN401 - a class of values
    """Each field and its default; MISSING, equal to nothing, where it has none."""
    return tuple(
        (one.name, one.default_factory() if one.default_factory is not MISSING else one.default)
        for one in fields(sort)
    )
