"""The walk: every address, by every role, at rows of the own and of another country."""

import re
from collections.abc import Callable, Iterator
from copy import copy
from functools import cache
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import (
    URLPattern,
    URLResolver,
    get_resolver,
    reverse,
)

from people.models import Staff
from tests.access import world
from tests.access.offers import allowed, offers
from tests.access.table import (
    ADMINISTRATION,
    ANYBODY,
    BADGE,
    ENTERS,
    FRAME,
    LETTERS,
    REPLACED,
    TABLE,
    Line,
    may,
)
from tests.access.world import AWAY, HOME, Rows
from tests.campaigns.scene import number

pytestmark = pytest.mark.django_db
REFUSED, NOT_HERE, NO_METHOD, TO_SIGN_IN, NO_BADGE = 403, 404, 405, 302, 401
# What stands in an address: kind of row, or the word itself
PLACES: dict[str, dict[str, str]] = {
    "campaigns:edition": {"name": "edition"},
    "campaigns:edition-roll-back": {"name": "edition"},
    "campaigns:notices": {"country": "country"},
    "campaigns:item": {"code": "=faq-021"},
    "campaigns:item-judge": {"code": "=faq-021"},
    "campaigns:item-standing": {"code": "=faq-021", "name": "=retire"},
    "campaigns:blast": {"pk": "blast"},
    "campaigns:blast-dry-run": {"pk": "blast"},
    "campaigns:blast-balances": {"pk": "blast"},
    "campaigns:blast-trial": {"pk": "blast"},
    "campaigns:outcomes": {"pk": "blast"},
    "campaigns:audience": {"pk": "campaigns_audience"},
    "campaigns:audience-turnout": {"pk": "campaigns_audience"},
    "campaigns:audience-step": {"pk": "campaigns_audience", "name": "=put-back"},
    "campaigns:series-one": {"pk": "series"},
    "campaigns:series-step": {"pk": "series", "name": "=pause"},
    "campaigns:report": {"pk": "blast"},
    "campaigns:report-file": {"pk": "blast", "kind": "=csv"},
    "campaigns:price-enter": {"pk": "blast"},
    "campaigns:blast-step": {"pk": "blast", "name": "=pause"},
    "campaigns:translation-texts": {"language": "=so"},
    "campaigns:translation-text": {"language": "=so", "code": "=faq-021"},
    "campaigns:translation-check": {"language": "=so", "code": "=faq-021"},
    "campaigns:translation-decide": {"language": "=so", "code": "=faq-021"},
    "campaigns:translation-reading": {"language": "=en"},
    "campaigns:translation-sheets": {"language": "=so"},
    "campaigns:translation-bring-in": {"language": "=so"},
    "campaigns:translation-download": {"language": "=so", "name": "=open.po"},
    "campaigns:referral": {"code": "referral"},
    "campaigns:directory-step": {"code": "referral", "name": "=dead"},
    "campaigns:alert-seen": {"pk": "alert"},
    "campaigns:fact": {"code": "fact"},
    "campaigns:fact-step": {"code": "fact", "name": "=contradicted"},
    "people:reveal": {"pk": "people_person"},
    "campaigns:tag-step": {"pk": "tag", "name": "=retire"},
    "bot:case": {"pk": "case"},
    "bot:wish": {"pk": "wish"},
    "bot:wish-step": {"pk": "wish", "name": "=take"},
    "bot:wish-preview": {"pk": "wish"},
    "bot:wish-answer": {"pk": "wish"},
    "bot:office-change": {"country": "country"},
    "bot:office-holiday": {"country": "country", "name": "=add"},
    "bot:case-number": {"pk": "open_case"},
    "bot:safeguarding-rule": {"language": "=en"},
    "bot:case-step": {"pk": "case", "name": "=take"},
    "bot:question": {"pk": "question"},
    "bot:question-decide": {"pk": "question"},
    "bot:question-undo": {"pk": "decided"},
    "bot:question-effect": {"pk": "question"},
    "bot:candidate-step": {"pk": "candidate", "name": "=none"},
    "people:import-run": {"pk": "people_importrun"},
    "people:import-confirm": {"pk": "people_importrun"},
    "people:language-change": {"code": "=din"},
    "people:language-order": {"country": "country"},
    "people:inquiry": {"country": "country"},
    "people:districts": {"country": "country"},
    "people:invitation": {"token": "=nothing"},
    "people:second-remove": {"pk": "=1"},
    "people:end-session": {"mark": "=nothing"},
    "people:badge-end": {"pk": "badge"},
    "api-blast": {"pk": "blast"},
    "people:decide": {"pk": "proposal", "name": "=decline"},
    "people:account-of": {"pk": "people_staff"},
    "people:account-step": {"pk": "people_staff", "name": "=link"},
    "analytics:outside-tables": {"indicator": "=3.3", "code": "month"},
    "analytics:outside-download": {"indicator": "=3.3", "code": "month"},
    "analytics:outside-release": {"indicator": "=3.3", "code": "month"},
    **{
        f"analytics:indicator{name}": {"code": "=3.3"}
        for name in ("", "-rule", "-title", "-describe", "-target", "-baseline")
    },
    **{
        f"analytics:entry{name}": {"pk": "entry"}
        for name in ("", "-correct", "-withdraw", "-evidence")
    },
    "analytics:period": {"pk": "closing"},
    "analytics:period-step": {"pk": "closing", "name": "=withdraw"},
    "analytics:period-pack": {"digest": "pack"},
    "analytics:export-cancel": {"pk": "export"},
    "analytics:export-file": {"pk": "export"},
    "analytics:network-change": {"code": "network"},
    "analytics:network-put-back": {"code": "network"},
}
# What must be sent for the answer to be about who asks, not about what is missing
SENT: dict[str, dict[str, str]] = {
    "campaigns:shown": {"code": "=faq-021"},
    "campaigns:item-judge": {"text": "text_en"},
    "campaigns:translation-decide": {"text": "text_so"},
    "people:reveal": {"reason": "=asked to be called back"},
    "bot:case-number": {"reason": "=asked to be called back"},
    "analytics:iptt-explain": {"indicator": "=3.3", "period": "=2025", "reason": "=a long rain"},
}
ASKED = {
    "campaigns:edition-compare": {"old": "edition", "new": "edition"},
    "people:district-names": {"country": "country"},
}
NUMBER_FIRST = {"campaigns:person-hand-out", "campaigns:person-forget"}  # found on the page before
FIXED = {  # the three accounts that every change of access is held against
    "manager for Kenya": ("manager", (HOME,)),
    "monitoring officer for Ethiopia": ("monitoring", (AWAY,)),
    "nobody's account": ("", (HOME,)),
}


def names(among: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    for one in among:
        if isinstance(one, URLResolver):
            yield from names(
                one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space
            )
        else:
            yield f"{space}{one.name or ''}"


EVERY = sorted(set(names(get_resolver().url_patterns)))
PAGES = [name for name in EVERY if not name.startswith("admin:")]


@pytest.fixture(scope="module", autouse=True)
def rows(django_db_setup, django_db_blocker) -> Iterator[Rows]:
    """Made once; what each request changes is rolled back."""
    with django_db_blocker.unblock(), world.deployment() as made:
        yield made


def address(name: str, rows: Rows, country: str) -> str:
    return reverse(name, kwargs=filled(PLACES.get(name, {}), rows, country))


def filled(given: dict[str, str], rows: Rows, country: str) -> dict[str, Any]:
    own = {"country": country, **rows[country]}
    return {key: kind[1:] if kind[0] == "=" else own[kind] for key, kind in given.items()}


def walked(client: Client, method: str, name: str, rows: Rows, country: str) -> int:
    """The answer's status at this address."""
    told = filled((SENT if method == "post" else ASKED).get(name, {}), rows, country)
    if method == "post" and name in NUMBER_FIRST:
        told["held"] = held(client)
    return status(client, method, address(name, rows, country), told)


def held(client: Client) -> str:
    """The sealed number that the page before hands over; "" for whoever may not see that page."""
    asked = {"number": number(1), "country": HOME}
    page = client.post(reverse("campaigns:person"), asked).content.decode()
    found = re.search(r'name="held" value="([^"]*)"', page)
    return found[1] if found else ""


def status(client: Client, method: str, path: str, told: dict[str, Any] | None = None) -> int:
    """Of one request, whose effects are taken back, on the browser too."""
    before = copy(client.cookies)
    with transaction.atomic():
        code: int = getattr(client, method)(path, told or {}).status_code
        transaction.set_rollback(True)
    client.cookies = before
    return code


def expected(line: Line, method: str, role: str, *, foreign: bool) -> str:
    letters = line.get if method == "get" else line.post
    if not letters:
        return "no method"
    if letters == BADGE:
        return "no badge"
    if not may(letters, role):
        return "hidden" if line.scoped else "refused"
    return "hidden" if foreign and line.scoped else "open"


def found(code: int, wanted: str) -> bool:
    """Whether the answer is what the table says. What cannot be done may be refused before it is looked at."""
    if wanted == "no method":
        return code in (NO_METHOD, REFUSED, NOT_HERE)
    if wanted in ("refused", "no badge"):
        return code == (REFUSED if wanted == "refused" else NO_BADGE)
    if wanted == "hidden":
        return code in (NOT_HERE, REFUSED)
    return code not in (REFUSED, NO_METHOD, NOT_HERE) and code < 500


def at_stake(*, foreign: bool) -> dict[str, Line]:
    """At rows of another country only the addresses that have rows of a country."""
    return {name: line for name, line in TABLE.items() if line.scoped or not foreign}


def somebody(role: str, *countries: str) -> Staff:
    if role:
        return world.hire(role, *countries)
    return Staff.objects.get_or_create(username="nobody", countries=list(countries))[0]


# --- the table is whole ---------------------------------------------------------------------------------


def test_every_address_stands_in_the_table():
    assert sorted(set(PAGES) ^ set(TABLE)) == []


def test_every_table_of_the_administration_stands_in_the_table():
    here = {name.removeprefix("admin:") for name in EVERY if name.startswith("admin:")}
    tables = {name.removesuffix("_changelist") for name in here if name.endswith("_changelist")}
    frame = here - {""}
    others = {name for name in frame if not any(name.startswith(table) for table in tables)}

    assert (tables, others) == (set(ADMINISTRATION), FRAME | REPLACED)


# --- the walk -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [*LETTERS.values(), ""])
@pytest.mark.parametrize("country", [HOME, AWAY])
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_address_by_role(rows, role, country, method):
    account = somebody(role, HOME)
    client, answers = world.browser(account), {}
    for name, line in at_stake(foreign=country != HOME).items():
        wanted = expected(line, method, role, foreign=country != HOME)
        code = walked(client, method, name, rows, country)
        if not found(code, wanted):
            answers[name] = (wanted, code)

    assert answers == {}


@pytest.mark.parametrize("who", FIXED)
@pytest.mark.parametrize("country", [HOME, AWAY])
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_address_by_the_three_fixed_accounts(rows, who, country, method):
    role, own = FIXED[who]
    account = somebody(role, *own)
    client, answers = world.browser(account), {}
    for name, line in at_stake(foreign=country not in own).items():
        wanted = expected(line, method, role, foreign=country not in own)
        code = walked(client, method, name, rows, country)
        if not found(code, wanted):
            answers[name] = (wanted, code)

    assert answers == {}


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_gets_in_without_signing_in(rows, method):
    open_to_anybody = {name for name, line in TABLE.items() if ANYBODY in (line.get, line.post)}
    answers = {
        name: status(Client(), method, address(name, rows, HOME))
        for name in TABLE
        if name not in open_to_anybody
    }

    assert {
        name: code
        for name, code in answers.items()
        if code not in (NO_METHOD, NO_BADGE if TABLE[name].get == BADGE else TO_SIGN_IN)
    } == {}


# --- the administration ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [*LETTERS.values(), ""])
@pytest.mark.parametrize("table", ADMINISTRATION)
def test_administration_by_role(rows, role, table):
    client = world.browser(somebody(role, HOME))
    see, add, change = ADMINISTRATION[table]
    row = rows[HOME][table]
    changes = reverse(f"admin:{table}_change", args=[row])
    answers = {
        "see": status(client, "get", reverse(f"admin:{table}_changelist")),
        "add": status(client, "get", reverse(f"admin:{table}_add")),
        "look": status(client, "get", changes),
        "change": status(client, "post", changes),
        "delete": status(client, "post", reverse(f"admin:{table}_delete", args=[row])),
    }

    enters = may(ENTERS, role)
    wanted = {"see": see, "look": see, "add": add, "change": change, "delete": ""}
    assert answers == {
        deed: (200 if may(letters, role) else REFUSED) if enters else TO_SIGN_IN
        for deed, letters in wanted.items()
    }


@pytest.mark.parametrize(
    "table", sorted(set(ADMINISTRATION) - {"people_language", "campaigns_source"})
)
def test_administration_hides_rows_of_other_countries(rows, table):
    client = world.browser(somebody("administrator", HOME))

    code = status(client, "get", reverse(f"admin:{table}_change", args=[rows[AWAY][table]]))

    assert code in (TO_SIGN_IN, NOT_HERE)


# --- what pages show ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pages(rows: Rows) -> Callable[[str], dict[str, str]]:
    """Every page that a role may open at rows of its own country: address -> content."""
    return cache(lambda role: dict(_pages(rows, role)))


def _pages(rows: Rows, role: str) -> Iterator[tuple[str, str]]:
    client = world.browser(somebody(role, HOME))
    for name, line in TABLE.items():
        if line.get and line.get != ANYBODY and may(line.get, role):
            path = address(name, rows, HOME)
            answer = client.get(path)
            if answer.status_code == 200 and "html" in answer["Content-Type"]:
                yield path, answer.content.decode()
    for table, (see, _add, _change) in ADMINISTRATION.items() if may(ENTERS, role) else ():
        if may(see, role):
            path = reverse(f"admin:{table}_changelist")
            yield path, client.get(path).content.decode()


@pytest.mark.parametrize("role", LETTERS.values())
def test_no_page_shows_a_row_of_another_country(rows, pages, role):
    signs = world.marks(AWAY, rows[AWAY])

    shown = {path: [sign for sign in signs if sign in page] for path, page in pages(role).items()}

    assert {path: signs for path, signs in shown.items() if signs} == {}


@pytest.mark.parametrize("role", [*LETTERS.values(), ""])
def test_no_page_offers_what_the_role_may_not_do(pages, role):
    offered = {
        (path, method, target)
        for path, page in pages(role).items()
        for method, target in offers(page)
        if not allowed(method, target, role)
    }

    assert offered == set()
