"""The funnel page: where callers go in the menu and where they leave it, and what their sessions cost."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET

from analytics.exports import tidy
from analytics.few import FEW, LESS, few
from analytics.labels import label
from analytics.periods import day_of
from analytics.views import files
from campaigns.blasts import routes
from campaigns.editions.edition import Edition
from campaigns.editions.screens import BYE, LANGUAGES_AGAIN, SMS, SMS_SENT
from campaigns.press.announcing import Names
from campaigns.writing.titles import titled
from people import languages
from people.views.reader import whoever
from ussd import figures
from ussd.figures import Ended, Flow, Sessions
from ussd.forms import FunnelForm
from ussd.funnel import SENSITIVE
from ussd.models import Outcome
from ussd.tree import Branch, Tree, tree

guarded = permission_required("ussd.view_funnel", raise_exception=True)
NOT_TOLD = "–"
TABLES = {"screens": figures.screen_rows, "sessions": figures.session_rows}


@dataclass(frozen=True, slots=True)
class Row:
    """One screen. Bars in percent of the screen that most entered: who went on, who was lost there."""

    title: str
    page: int  # of a text or menu in several
    level: int
    entered: str
    left: str
    abandoned: str
    lost: str
    seconds: str
    width: int
    width_lost: int


@dataclass(frozen=True, slots=True)
class Line:
    """Sessions of one language or network, or all."""

    title: str
    sessions: str
    completed: str
    screens: str
    seconds: str
    costs: tuple[str, ...]


@require_GET
@guarded
def funnel(request: HttpRequest) -> HttpResponse:
    """Everything the page shows, for what its address asks."""
    names = Names({}, languages.known())
    form = _form(request, names)
    sieve = form.sieve()
    ended, flows = figures.ended(sieve), figures.flows(sieve)
    edition = _edition()
    menu = tree(edition, sieve.countries, sieve.language or "")
    places = {*flows, *(branch.place for branch in menu.branches)}
    title = _titles(places, edition, names)
    context = {
        "form": form,
        "sieve": sieve,
        "countries": form.countries,
        "counted": bool(flows or ended.all.sessions),
        "total": _line("", ended.all, told=not few(ended.all.sessions)),
        "outcomes": _outcomes(ended.all),
        "rows": _rows(flows, menu, title),
        "never": _never(flows, menu, title),
        "sensitive": _row(Branch(SENSITIVE, 0), flows.get(SENSITIVE, Flow()), "", _largest(flows)),
        "sensitive_screens": menu.sensitive,
        "tables": _tables(ended, names),
        "query": request.GET.urlencode(),
    }
    return render(request, "ussd/funnel.html", context)


@require_GET
@guarded
def download(request: HttpRequest, table: str) -> StreamingHttpResponse:
    """The counters themselves as CSV, row by row: they may be many."""
    sieve = _form(request, Names({}, languages.known())).sieve()
    name = f"ussd-{table}-{sieve.first}-{sieve.last}.csv"
    return files.long_csv(tidy.lines(TABLES[table](sieve)), name)


def _form(request: HttpRequest, names: Names) -> FunnelForm:
    today = day_of(timezone.now())
    return FunnelForm(
        request.GET.dict(), today=today, countries=whoever(request).countries, names=names
    )


def _edition() -> Edition | None:
    """What real phones are shown now, else what simulated ones are."""
    for simulated in (False, True):
        try:
            return routes.edition(simulated=simulated)
        except routes.NoRoute:
            continue
    return None


# --- screens ----------------------------------------------------------------------------------------


def _rows(flows: Mapping[str, Flow], menu: Tree, title: Callable[[str], str]) -> list[Row]:
    """The screens that were entered: the menu's in its order, then those that are in it no more or nowhere."""
    pages: dict[str, dict[int, str]] = {}
    for place in flows.keys() - {SENSITIVE}:
        pages.setdefault(_base(place), {})[_page(place)] = place
    levels = {branch.place: branch.level for branch in menu.branches}
    largest = _largest(flows)
    return [
        _row(
            Branch(place, levels.get(base, 0) + (number > 1)),
            flows[place],
            title(base),
            largest,
            page=number,
        )
        for base in (*levels, *sorted(pages.keys() - levels.keys()))
        for number, place in sorted(pages.get(base, {}).items())
    ]


def _never(flows: Mapping[str, Flow], menu: Tree, title: Callable[[str], str]) -> list[str]:
    """Titles of screens of the menu that nobody entered; of a quiz its questions alone."""
    places = (branch.place for branch in menu.branches)
    return [title(place) for place in places if place not in flows and "." not in place]


def _row(branch: Branch, flow: Flow, title: str, largest: int, *, page: int = 1) -> Row:
    entered, left, abandoned = figures.guarded(flow)
    exact = isinstance(abandoned, int)
    return Row(
        title=title,
        page=page,
        level=branch.level,
        entered=_number(entered),
        left=_number(left),
        abandoned=_number(abandoned),
        lost=_percent(flow.lost) if exact and flow.lost is not None else NOT_TOLD,
        seconds=_rounded(flow.average) if isinstance(left, int) else NOT_TOLD,
        width=round(100 * flow.entered / largest) if entered != LESS else 0,
        width_lost=round(100 * flow.abandoned / largest) if exact else 0,
    )


def _largest(flows: Mapping[str, Flow]) -> int:
    return max((flow.entered for flow in flows.values()), default=0) or 1


def _base(place: str) -> str:
    """ "faq-006" for its second page; other screens with a point in their name are screens of their own."""
    base, _point, rest = place.rpartition(".")
    return base if base and rest.isdecimal() else place


def _page(place: str) -> int:
    return 1 if _base(place) == place else int(place.rpartition(".")[2])


def _titles(places: Iterable[str], edition: Edition | None, names: Names) -> Callable[[str], str]:
    """What screens are called in the words of whoever reads; a question of the quiz is its own title."""
    language = get_language() or "en"
    called = titled({place.partition(".")[0] for place in places}, language)
    for code, title in called.items():
        item = edition.items.get(code) if edition else None
        if item and title == code:
            text = item.texts.get(language) or item.texts.get("en")
            called[code] = (text.title or text.body) if text else code
    return partial(_title, Names({**called, **_own()}, names.known))


def _own() -> dict[str, str]:
    return {
        LANGUAGES_AGAIN: gettext("list of languages, asked for again"),
        BYE: gettext("goodbye"),
        "none": gettext("nothing to show"),
        SMS: gettext("send it as an SMS?"),
        SMS_SENT: gettext("it comes as an SMS"),
    }


def _title(names: Names, place: str) -> str:
    """The screens around a question of the quiz go by the question."""
    parts = {
        "why": gettext("the answer that explains it"),
        "after": gettext("asked again"),
        "right": gettext("answered right"),
        "wrong": gettext("answered wrong"),
    }
    base, _point, part = place.partition(".")
    return f"{names.place(base)} · {parts[part]}" if part in parts else names.place(place)


# --- sessions ---------------------------------------------------------------------------------------


def _tables(ended: Ended, names: Names) -> list[tuple[str, str, list[Line]]]:
    """(name, heading, lines) of each breakdown, the largest line first."""
    language = {
        code: names.language(code) if code else gettext("no language chosen")
        for code in ended.by_language
    }
    network = {code: label("network", code or "unknown") for code in ended.by_network}
    return [
        ("language", gettext("By language"), _lines(ended.by_language, language)),
        ("network", gettext("By network"), _lines(ended.by_network, network)),
    ]


def _lines(parts: Mapping[str, Sessions], called: Mapping[str, str]) -> list[Line]:
    hidden = figures.withheld({name: part.sessions for name, part in parts.items()})
    order = sorted(parts, key=lambda name: (-parts[name].sessions, name))
    return [_line(called[name], parts[name], told=name not in hidden) for name in order]


def _line(title: str, part: Sessions, *, told: bool) -> Line:
    if not told or not part.sessions:
        shown = LESS if few(part.sessions) else None if part.sessions else 0
        return Line(title, _number(shown), NOT_TOLD, NOT_TOLD, NOT_TOLD, ())
    return Line(
        title=title,
        sessions=_number(part.sessions),
        completed=_percent(round(100 * part.completed / part.sessions)),
        screens=_rounded(part.screens / part.sessions, places=1),
        seconds=_rounded(part.seconds / part.sessions),
        costs=tuple(
            _money(cost / priced, currency)
            for currency, (priced, cost) in sorted(part.costs.items())
            if priced >= FEW
        ),
    )


def _outcomes(part: Sessions) -> list[tuple[str, str]]:
    """How sessions ended, in words; small ones are told as few."""
    told = [(str(Outcome(how).label), number) for how, number in part.how.most_common()]
    hidden = figures.withheld(dict(told))
    return [
        (label, _number(LESS if few(number) else None if label in hidden else number))
        for label, number in told
    ]


# --- in the reader's form ---------------------------------------------------------------------------


def _number(number: int | str | None) -> str:
    """ "<5" keeps its direction whatever the letters around it."""
    if number is None:
        return NOT_TOLD
    return f"\u2066{number}\u2069" if isinstance(number, str) else str(number_format(number))


def _rounded(number: float | None, *, places: int = 0) -> str:
    return NOT_TOLD if number is None else str(number_format(round(number, places), places))


def _percent(number: int) -> str:
    return gettext("%(number)s%%") % {"number": number_format(number)}


def _money(amount: Decimal, currency: str) -> str:
    return f"\u2066{number_format(amount, 4 if amount < 1 else 2)} {currency}\u2069"
