"""All screens of an edition as one phone shows them: the tree of its menus, each screen measured."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from campaigns.editions.edition import Edition
from campaigns.editions.rendering import MORE
from campaigns.editions.screens import FOUND, MAIN, NOTHING, Budget, Page
from gateways import segments
from ussd.preview import Handset, pages, trails

TIGHT = 10  # units left, from which on the next change of words may not fit
PATH_MOST = 9  # keys that are shown of a way
APART = "more"  # the section of screens that no key of the main menu leads to
MADE_ON_THE_SPOT = (FOUND,)  # its lines are the answers that are found
WORDINGS: Mapping[str, str] = {NOTHING: "nothing"}  # whose words have another name than their place
Trail = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shot:
    """One screen. `keys`: from the main menu, None where none lead here. `units` of `most` in its encoding.

    `over`: it, or the same under "not a choice", is longer than the operator shows.
    """

    place: str
    text: str
    keys: Trail | None
    units: int
    most: int
    encoding: str
    over: bool

    @property
    def path(self) -> Trail:
        """The keys as they are shown: of a long way its two ends."""
        keys = self.keys or ()
        return keys if len(keys) <= PATH_MOST else (*keys[:4], "…", *keys[-2:])

    @property
    def left(self) -> int:
        return self.most - self.units

    @property
    def tight(self) -> bool:
        return not self.over and self.left < TIGHT


@dataclass(slots=True)
class Spot:
    """A menu, an answer or a notice: its screens, and what its keys lead to. `label`: the line that lists it."""

    place: str
    label: str
    item: str
    key: str
    shots: list[Shot] = field(default_factory=list)
    below: list["Spot"] = field(default_factory=list)

    def all(self) -> Iterator["Spot"]:
        """Itself and all below it."""
        yield self
        for one in self.below:
            yield from one.all()

    def codes(self) -> tuple[str, ...]:
        """Content that may be what it says, the likeliest first."""
        name = WORDINGS.get(self.place, self.place)
        done = f"{name.removesuffix('.yes')}_done"
        last = name.rpartition(".")[2]
        wordings = (name, f"{name}_ask", done, f"who_{last}")
        return tuple(filter(None, (self.item, self.place, *(f"ui.ussd.{one}" for one in wordings))))


@dataclass(frozen=True, slots=True)
class Section:
    """What one key of the main menu opens; `name` is that key, or `more`."""

    name: str
    label: str
    spots: tuple[Spot, ...]

    @property
    def count(self) -> "Count":
        return counted(self.spots)


@dataclass(frozen=True, slots=True)
class Count:
    """Screens in all, those that are too long, and those that are nearly."""

    screens: int
    over: int
    tight: int


@dataclass(frozen=True, slots=True)
class Atlas:
    """The main menu, and what each of its keys opens."""

    main: Spot
    sections: tuple[Section, ...]

    @property
    def count(self) -> Count:
        apart = (spot for one in self.sections if one.name == APART for spot in one.spots)
        return counted((self.main, *apart))


def counted(spots: Iterable[Spot]) -> Count:
    """Of these spots and all below them."""
    shots = [shot for spot in spots for one in spot.all() for shot in one.shots]
    return Count(len(shots), sum(one.over for one in shots), sum(one.tight for one in shots))


def atlas(edition: Edition, handset: Handset) -> Atlas | None:
    """Every screen of this phone; None where the edition has none for it."""
    shown = pages(edition, handset)
    if MAIN not in shown:
        return None
    budget = handset.start.budget
    found = trails(shown)
    spots = _spots(shown, found, budget, edition.mark)
    main = spots[MAIN]
    sections = [Section(one.key, one.label, (one,)) for one in main.below]
    apart = _apart(shown, found, budget)
    return Atlas(main, (*sections, *([Section(APART, "", apart)] if apart else [])))


def _apart(
    shown: Mapping[str, Page], found: Mapping[str, Trail], budget: Budget
) -> tuple[Spot, ...]:
    """Screens that come by themselves, not by a key: the first list of languages, "not found", questions."""
    return tuple(
        Spot(place, place, page.item, "", [shot(page, None, budget)])
        for place, page in shown.items()
        if place not in found and place not in MADE_ON_THE_SPOT
    )


def _spots(
    shown: Mapping[str, Page], found: Mapping[str, Trail], budget: Budget, mark: str
) -> dict[str, Spot]:
    """Spots by the places of their screens; a screen behind "more" is of the spot that it goes on with."""
    named = {keys: place for place, keys in found.items()}
    spots: dict[str, Spot] = {}
    listing: list[tuple[Spot, Spot]] = []
    homes: dict[str, Spot] = {}
    for place, keys in found.items():  # nearest first, so what lists a screen is there before it
        page = shown[place]
        above = spots[named[keys[:-1]]] if keys else None
        if above and keys[-1] == MORE:
            spot = above
        else:
            spot = Spot(place, place, page.item, keys[-1] if keys else "")
            if above:
                listing.append((spot, above))
                homes[place] = home = _home(place, above, spots, homes, shown)
                home.below.append(spot)
        spot.shots.append(shot(page, keys, budget))
        spots[place] = spot
    for spot, above in listing:
        spot.label = _label(above.shots, spot.key, mark) or spot.place
    return spots


def _home(
    place: str,
    above: Spot,
    spots: Mapping[str, Spot],
    homes: Mapping[str, Spot],
    shown: Mapping[str, Page],
) -> Spot:
    """Under which spot one is drawn: what follows a question beside it, the next question where the first is."""
    stem = place.partition(".")[0]
    if stem != place and stem in spots:
        return spots[stem]
    while shown[above.place.partition(".")[0]].quiz and shown[place].quiz:
        above = homes[above.place]
    return above


def _label(shots: Sequence[Shot], key: str, mark: str) -> str:
    """The words behind the key on the screens that list it; before the first line may stand a `mark`."""
    begin = f"{key} "
    lines = (line for one in shots for line in one.text.removeprefix(mark).split("\n"))
    return next((line.removeprefix(begin) for line in lines if line.startswith(begin)), "")


def shot(page: Page, keys: Trail | None, budget: Budget) -> Shot:
    """One screen, measured."""
    counted = segments.count(page.text)
    return Shot(
        place=page.place,
        text=page.text,
        keys=keys,
        units=counted.units,
        most=budget.most(counted.encoding),
        encoding=counted.encoding,
        over=not budget.holds(page.text, page.wrong),
    )
