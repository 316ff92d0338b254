"""Which numbers of the outside tables are withheld, so that no small one can be worked out.

A number below 10 is withheld (primary), 0 too: else a withheld number would be known not to be 0. Others are
withheld with it (complements) until nothing that was ever released narrows a number from 1 to 9 down: with all relations of `analytics.linking`, and everything released before,
it could still be any number from 1 to 9. That is not estimated but shown, number by number, by finding changes
of withheld numbers that keep every relation (`analytics.bounds`). What cannot be shown counts as exposed, so that
a doubt withholds more, never less; at worst the whole of the new tables.

What was released stays released and is never counted again: only the fresh cells can be withheld.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from analytics.bounds import Row, Space
from analytics.linking import TOTAL, Cell, Relation

SMALLEST = 10  # the smallest number that may leave
REACH = (15, 50, 150)  # withheld cells that may move along with one: more only when fewer do not do


def small(value: int) -> bool:
    """Whether the number is one of those that nobody outside may work out."""
    return 0 < value < SMALLEST


@dataclass(frozen=True)
class Tables:
    """All cells: released ones, withheld ones, and the fresh ones to be decided."""

    values: Mapping[Cell, int]
    fresh: AbstractSet[Cell]
    withheld: AbstractSet[
        Cell
    ]  # of earlier releases, and of periods that are over and still to be released
    relations: Sequence[Relation]

    @cached_property
    def touching(self) -> Mapping[Cell, Sequence[int]]:
        """The places of the relations that a cell is in."""
        found: dict[Cell, list[int]] = defaultdict(list)
        for place, relation in enumerate(self.relations):
            for cell in relation.factors:
                found[cell].append(place)
        return found


def protect(tables: Tables) -> frozenset[Cell]:
    """The fresh cells that are withheld."""
    hidden = {cell for cell in tables.fresh if tables.values[cell] < SMALLEST} | set(
        tables.withheld
    )
    doubtful = _at_stake(tables, hidden)
    while doubtful := [cell for cell in doubtful if not hides(tables, hidden, cell)]:
        more = {one for cell in doubtful for one in _complements(tables, hidden, cell)}
        if not more:
            return frozenset(tables.fresh)
        hidden |= more
    return frozenset(hidden & tables.fresh)


def _at_stake(tables: Tables, hidden: AbstractSet[Cell]) -> list[Cell]:
    """Small withheld cells about which the fresh cells may say something."""
    seen: set[Cell] = set()
    reached = [cell for cell in tables.fresh if cell in hidden]
    for relation in tables.relations:
        if not tables.fresh.isdisjoint(relation.factors):
            reached += [cell for cell in relation.factors if cell in hidden]
    for start in reached:
        if start not in seen:
            seen.update(_near(tables, hidden, start, seen))
    return sorted(cell for cell in seen if small(tables.values[cell]))


def _near(
    tables: Tables, hidden: AbstractSet[Cell], start: Cell, seen: AbstractSet[Cell] = frozenset()
) -> Iterator[Cell]:
    """The withheld cells that hang together with this one, nearest first."""
    known, queue = {start, *seen}, deque([start])
    while queue:
        yield (cell := queue.popleft())
        for place in tables.touching.get(cell, ()):
            for other in tables.relations[place].factors:
                if other in hidden and other not in known:
                    known.add(other)
                    queue.append(other)


def hides(tables: Tables, hidden: AbstractSet[Cell], cell: Cell) -> bool:
    """Whether this withheld small cell could be any number from 1 to 9, for whoever sees what is not hidden.

    The withheld cells that are not near enough to move are taken as known, which can only make it harder.
    """
    near = list(islice(_near(tables, hidden, cell), REACH[-1]))
    tries = [limit for limit in REACH if limit < len(near)]
    return any(_moves(tables, near[:limit]) for limit in [*tries, len(near)])


def _moves(tables: Tables, near: Sequence[Cell]) -> bool:
    """Whether the first of these cells can fall to 1 and rise to 9 while only these move."""
    places = {cell: place for place, cell in enumerate(near)}
    values = [tables.values[cell] for cell in near]
    space = Space.of(list(_rows(tables, places)), values)
    return space.moves(0, 1 - values[0]) and space.moves(0, SMALLEST - 1 - values[0])


def _rows(tables: Tables, places: Mapping[Cell, int]) -> Iterator[Row]:
    for number in sorted({place for cell in places for place in tables.touching.get(cell, ())}):
        relation = tables.relations[number]
        factors = {places[one]: by for one, by in relation.factors.items() if one in places}
        surplus = sum(by * tables.values[cell] for cell, by in relation.factors.items())
        slack = 0 if relation.equal else max(0, -surplus)
        yield Row(factors, slack, relation.equal)


def _complements(tables: Tables, hidden: AbstractSet[Cell], exposed: Cell) -> set[Cell]:
    """What to withhold next for the sake of this cell: the least costly fresh cell tied to what hides it.

    Near ones first: tied to the nearest withheld cells, else to any that hangs together with them.
    """
    near = _near(tables, hidden, exposed)
    while nearest := list(islice(near, REACH[0])):
        found = {
            other
            for one in nearest
            for place in tables.touching.get(one, ())
            for other in tables.relations[place].factors
            if other in tables.fresh and other not in hidden
        }
        if found:
            return {min(found, key=lambda cell: _cost(tables, exposed, cell))}
    return set()


def _cost(tables: Tables, exposed: Cell, cell: Cell) -> tuple[bool, bool, bool, int, Cell]:
    """The total last; of the same table and measure first, small ones before large ones."""
    other_table, other_measure = cell.table != exposed.table, cell.measure != exposed.measure
    return cell.table == TOTAL, other_table, other_measure, tables.values[cell], cell


def exposed(tables: Tables, hidden: Iterable[Cell]) -> list[Cell]:
    """The small withheld cells that others give away."""
    withheld = {*hidden, *tables.withheld}
    return [cell for cell in _at_stake(tables, withheld) if not hides(tables, withheld, cell)]
