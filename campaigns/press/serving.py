"""What is served now and was before: the newest edition of each kind, to whom it goes, and every publication."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from campaigns.editions.edition import BadEdition, Edition, Kind
from campaigns.models import Edition as Row
from campaigns.models import Publication
from campaigns.press import publishing
from campaigns.press.shelf import Shelf
from gateways.base import Gateway

LISTED = 50  # publications on a page


@dataclass(frozen=True, slots=True)
class Serving:
    """An edition that new sessions get, and the gateways through which they do."""

    row: Row
    gateways: tuple[Gateway, ...]
    edition: Edition | None  # None: it cannot be read by this release
    before: Row | None  # what was served before it, to go back to

    @property
    def real(self) -> bool:
        """Whether it reaches real phones."""
        return any(not gateway.simulated for gateway in self.gateways)

    @property
    def spoken(self) -> dict[str, tuple[str, ...]]:
        """Language -> countries that have it."""
        return spoken(self.edition) if self.edition else {}


def serving(gateways: Iterable[Gateway], shelf: Shelf) -> list[Serving]:
    """What each gateway serves: a real one the newest live edition, a simulated one the newest of all (D5)."""
    newest = {kind: rows().filter(kind=kind).first() for kind in Kind}
    any_kind = max(filter(None, newest.values()), key=lambda row: row.published_at, default=None)
    through: dict[str, list[Gateway]] = {}
    chosen = {row.hash: row for row in newest.values() if row}
    for gateway in gateways:
        row = any_kind if gateway.simulated else newest[Kind.LIVE]
        if row:
            through.setdefault(row.hash, []).append(gateway)
    return [
        Serving(chosen[name], tuple(found), read(name, shelf), _before(chosen[name]))
        for name, found in through.items()
    ]


def rows() -> QuerySet[Row]:
    """Editions, newest first, without what is large; `kept`: whether one can be served again."""
    return (
        Row.objects.select_related("by")
        .defer("body", "source")
        .annotate(kept=ExpressionWrapper(~Q(source=""), output_field=BooleanField()))
    )


def history() -> list[Publication]:
    """The newest publications, with their editions."""
    large = ("edition__body", "edition__source", "edition__left_out")
    found = Publication.objects.select_related("edition", "by").defer(*large)
    return list(found[:LISTED])


def newest(kind: Kind) -> Row | None:
    """The edition of that kind that was published last."""
    return rows().filter(kind=kind).first()


def newest_for(*, simulated: bool) -> Row | None:
    """The edition that such a gateway has to serve now (D5)."""
    return rows().first() if simulated else newest(Kind.LIVE)


def read(name: str, shelf: Shelf) -> Edition | None:
    """The edition, wherever it is kept; None for one that was written by an older release in its own way."""
    try:
        return shelf.get(name) or publishing.stored(name)
    except BadEdition:
        return None


def spoken(edition: Edition) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for country, language in edition.menus:
        found.setdefault(language, []).append(country)
    return {language: tuple(countries) for language, countries in sorted(found.items())}


def _before(row: Row) -> Row | None:
    """The edition of its kind whose place it took."""
    earlier = Publication.objects.filter(edition__kind=row.kind).exclude(edition=row)
    taken = earlier.filter(at__lt=row.published_at).values_list("edition_id", flat=True).first()
    return rows().filter(pk=taken).first() if taken else None
