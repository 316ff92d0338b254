"""An audience in words: its filters, and how many it means, for whoever reads the pages."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics import networks
from analytics.few import FEW
from campaigns.blasts import reasons
from campaigns.blasts.audiences import Turnout
from campaigns.models import Audience, Campaign
from people import languages
from people.countries import COUNTRIES
from people.languages import Language
from people.models import AgeBand, Sex

LINES = 200  # of the table


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the preview; `people` None: fewer than FEW."""

    country: str
    language: str
    network: str
    people: int | None


def told(among: Iterable[Audience]) -> dict[int, list[tuple[str, str]]]:
    """Audience id -> (filter, what it lets through) of those that are set; two queries for all."""
    every = list(among)
    tongues = languages.known()
    codes = {code for one in every for code in (*one.had_campaigns, *one.not_had_campaigns)}
    names = dict(Campaign.objects.filter(code__in=codes).values_list("code", "name"))
    return {
        one.pk: [(name, words) for name, words in _filters(one, tongues, names) if words]
        for one in every
    }


def _filters(
    audience: Audience, tongues: Mapping[str, Language], campaigns: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    names = [str(COUNTRIES[code].name) for code in audience.countries if code in COUNTRIES]
    spoken = [tongues[code].autonym if code in tongues else code for code in audience.languages]
    yield _("Countries"), ", ".join(names)
    yield _("Languages"), ", ".join(spoken)
    yield _("Districts"), ", ".join(audience.districts)
    yield _("Sex"), ", ".join(_label(Sex, word) for word in audience.sexes)
    yield _("Age"), ", ".join(_label(AgeBand, word) for word in audience.age_bands)
    yield _("Tags"), ", ".join(audience.tags)
    yield from _history(audience, campaigns)
    if (audience.share_from, audience.share_to) != (0, 100):
        said = _("%(first)d to %(last)d per cent of draw %(seed)d")
        places = {"first": audience.share_from, "last": audience.share_to, "seed": audience.seed}
        yield _("By lot"), said % places
    if audience.explicit:
        yield _("List"), _("only people of its own list")


def _label(words: type[Sex] | type[AgeBand], word: str) -> str:
    return str(words(word).label) if word in words else word


def _history(audience: Audience, campaigns: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield _("Got a message"), _days(audience.sent_days)
    yield _("Got no message"), _days(audience.not_sent_days)
    had = ", ".join(campaigns.get(code, code) for code in audience.had_campaigns)
    missed = ", ".join(campaigns.get(code, code) for code in audience.not_had_campaigns)
    yield _("Got a campaign"), had
    yield _("Did not get a campaign"), missed


def _days(days: int | None) -> str:
    if not days:
        return ""
    return ngettext("in the last %(n)d day", "in the last %(n)d days", days) % {"n": days}


def lines(turnout: Turnout) -> list[Line]:
    """Country, language and network, the largest first; what the table of numbers shows."""
    tongues = languages.known()
    ordered = sorted(turnout.groups.items(), key=lambda group: (-group[1], group[0]))
    return [
        Line(
            str(COUNTRIES[country].name) if country in COUNTRIES else country,
            tongues[language].autonym if language in tongues else _("not known"),
            networks.label(network) or _("not known"),
            people if people >= FEW else None,
        )
        for (country, language, network), people in ordered[:LINES]
    ]


def left_out(turnout: Turnout) -> list[tuple[str, int | None]]:
    """(why, people who may not be sent to), the largest first; None: fewer than FEW."""
    counted = reasons.counts(reasons.REASONS, turnout.left_out)
    return [(why, people if people >= FEW else None) for why, people in counted]
