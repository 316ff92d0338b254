"""The content files as translators leave them: the rules of locales/TRANSLATE.md, without a database."""

import csv
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz import fuzz, process

from campaigns.editions.tokens import KINDS
from gateways import segments

ROOT = Path(__file__).parents[2]
SEED = ROOT / "campaigns" / "seed"
FULL = ("en", "am", "om", "ti", "so", "sw", "ar", "fr")
VARIANTS = ("am-Latn", "ti-Latn", "ar-Latn")  # Latin letters, the core answers and their quiz alone
LANGUAGES = (*FULL, *VARIANTS)
OWN_SCRIPT = ("am", "ti", "ar")
COUNTRIES = ("DJ", "ET", "KE", "SO", "SS", "SD", "UG", "ER")
WAYS_OUT = frozenset(
    [
        "menu:safe-ways",
        "menu:check-a-job",
        "menu:asylum",
        "menu:going-home",
        "hotline",
        "police",
        "child",
        "gbv",
        "asylum",
    ]
)
TOKEN = re.compile(r"\{([^{}]*)\}")
# Three digits or more, thousands grouped or not, or the Ethiopic signs for hundred and ten thousand.
TYPED_FIGURE = re.compile(r"\d(?:[., \u00a0\u202f]?\d){2,}|[\u137b\u137c]")
GSM_BUDGET, UCS_BUDGET = 306, 260
MENU, NUMBER = 30, 14  # characters that the way to a menu and a phone number are counted as
SHORT, OPTION = 20, 20
QUESTION, QUESTION_UCS = 64, 48  # characters of a quiz question
WHO_ASKED = ("who_notice", "who_age", "who_sex", "who_status", "who_district", "who_child")
PHRASINGS, NEAR = 20, 80
LAWS = {"F21", "F26", "F30"}  # 14 days, 30 days, 6 months: they hold until the law changes


def _rows(name: str) -> dict[str, dict[str, str]]:
    with (SEED / name).open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


ITEMS = _rows("items.csv")
FACTS = _rows("facts.csv")
DANGERS = [code for code, row in ITEMS.items() if row["parent"] == "dangers"]
FILES: dict[str, dict[str, Any]] = {
    path.parent.name: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "locales").glob("*/content.toml"))
}


def _items(language: str, kind: str = "") -> dict[str, dict[str, Any]]:
    items: dict[str, dict[str, Any]] = FILES[language]["items"]
    return {code: item for code, item in items.items() if not kind or ITEMS[code]["kind"] == kind}


def _tokens(item: dict[str, Any]) -> set[str]:
    return set(TOKEN.findall(item["body"] + item.get("sms", "")))


def _sent(item: dict[str, Any]) -> Iterator[str]:
    """All of an item that goes on the air."""
    yield from (item[field] for field in ("body", "sms") if field in item)
    yield from item.get("options", ())


def _value(column: str, reference: str) -> str:
    """The figure or year a token stands for: F17.2 is the second one of the fact F17."""
    code, _, place = reference.partition(".")
    return FACTS[code][column].split(";")[int(place or 1) - 1]


def _shown(match: re.Match[str]) -> str:
    """Something as long as what a token becomes."""
    kind, _, reference = match[1].partition(":")
    if kind == "figure":
        return f"{int(_value('figures', reference)):,}"
    if kind == "year":
        return _value("years", reference)
    if kind == "numbers":  # a list of its own length, one line each
        return ""
    return "0" * (MENU if kind == "menu" else NUMBER)


def _keys(table: dict[str, Any], above: str = "") -> set[str]:
    """The keys of nested tables, joined by dots."""
    found: set[str] = set()
    for key, value in table.items():
        found |= _keys(value, f"{above}{key}.") if isinstance(value, dict) else {above + key}
    return found


def _facts(item: dict[str, Any], kind: str) -> set[str]:
    """The facts that an item takes figures or years from."""
    found = (token.partition(":") for token in _tokens(item))
    return {reference.partition(".")[0] for name, _, reference in found if name == kind}


def test_languages_are_the_known_ones() -> None:
    assert sorted(FILES) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_belongs_to_an_item(language: str) -> None:
    codes = {*FILES[language]["menus"], *FILES[language]["items"]}

    assert codes - set(ITEMS) == set()


@pytest.mark.parametrize("language", FULL)
def test_full_language_has_every_item(language: str) -> None:
    assert {*FILES[language]["menus"], *FILES[language]["items"]} == set(ITEMS)


@pytest.mark.parametrize("language", FULL)
def test_every_question_is_asked_in_twenty_ways(language: str) -> None:
    asked = {code: len(item["phrasings"]) for code, item in _items(language, "faq").items()}

    assert {code: number for code, number in asked.items() if number < PHRASINGS} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrasings_are_no_near_copies(language: str) -> None:
    phrasings = [
        phrasing for item in _items(language, "faq").values() for phrasing in item["phrasings"]
    ]
    plain = [phrasing.casefold() for phrasing in phrasings]

    likeness = process.cdist(plain, plain, scorer=fuzz.ratio, score_cutoff=NEAR)

    near = [
        (phrasings[one], phrasings[other])
        for one, other in zip(*likeness.nonzero(), strict=True)
        if one < other and likeness[one, other] > NEAR
    ]
    assert near == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translation_has_the_tokens_of_english(language: str) -> None:
    english = _items("en")

    lost = {
        code: sorted(_tokens(item) ^ _tokens(english[code]))
        for code, item in _items(language).items()
        if _tokens(item) != _tokens(english[code])
    }

    assert lost == {}


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("2,108 people", True),
        ("2 108 personnes", True),
        ("18.500", True),
        ("en 2025", True),
        ("100 of them", True),
        ("፲፱፻፹፯", True),
        ("72 hours, 2 numbers", False),
        ("at 10:00 or 4", False),
        ("30, 14 and 6", False),
        ("lmis.gov.et", False),
    ],
)
def test_typed_figure_is_seen(text: str, typed: bool) -> None:
    assert bool(TYPED_FIGURE.search(text)) == typed


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_figure_is_typed(language: str) -> None:
    typed = {
        code: text
        for code, item in _items(language).items()
        for text in _sent(item)
        if TYPED_FIGURE.search(TOKEN.sub("", text))
    }

    assert typed == {}


@pytest.mark.parametrize("code", sorted(FACTS))
def test_fact_holds_plain_figures_and_years(code: str) -> None:
    figures = [figure for figure in FACTS[code]["figures"].split(";") if figure]
    years = [year for year in FACTS[code]["years"].split(";") if year]

    assert [figure for figure in figures if not re.fullmatch(r"[1-9]\d*", figure)] == []
    assert [year for year in years if not re.fullmatch(r"20\d\d(-20\d\d)?", year)] == []


@pytest.mark.parametrize("code", sorted(FACTS))
def test_figures_of_a_fact_stand_in_its_claim(code: str) -> None:
    """As they are, or rounded to hundreds as people say them: about 18,500 for 18,530."""
    claim = FACTS[code]["claim"].replace("six", "6").replace(",", "")
    claimed = {int(number) for number in re.findall(r"\d+", claim)}
    figures = {int(figure) for figure in FACTS[code]["figures"].split(";") if figure}

    assert figures - claimed - {round(number, -2) for number in claimed} == set()


def test_every_figure_and_year_is_in_its_fact() -> None:
    missing = set()
    for item in _items("en").values():
        for kind, _, reference in (token.partition(":") for token in _tokens(item)):
            if kind in ("figure", "year"):
                code, _, place = reference.partition(".")
                held = [value for value in FACTS[code][f"{kind}s"].split(";") if value]
                if int(place or 1) > len(held):
                    missing.add(f"{kind}:{reference}")

    assert missing == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_figure_stands_with_its_year(language: str) -> None:
    alone = {
        code: lonely
        for code, item in _items(language).items()
        if (lonely := _facts(item, "figure") - _facts(item, "year") - LAWS)
    }

    assert alone == {}


def test_only_laws_have_figures_without_a_year() -> None:
    undated = {code for code, fact in FACTS.items() if fact["figures"] and not fact["years"]}

    assert undated == LAWS


@pytest.mark.parametrize("language", LANGUAGES)
def test_risk_is_told_with_a_way_out(language: str) -> None:
    dead_ends = [
        code
        for code, item in _items(language).items()
        if ITEMS[code]["component"] == "risk" and not _tokens(item) & WAYS_OUT
    ]

    assert dead_ends == []


@pytest.mark.parametrize("menu", DANGERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_menu_leads_to_asylum_in_every_country(language: str, menu: str) -> None:
    """A country that sees a danger in the menu sees an answer with the way to asylum in it."""
    seen, led = set(), set()
    for code, item in _items(language, "faq").items():
        if ITEMS[code]["parent"] == menu:
            countries = ITEMS[code]["countries"].split()
            here = set(COUNTRIES if countries == ["*"] else countries)
            seen |= here if ITEMS[code]["component"] == "risk" else set()
            led |= here if "menu:asylum" in _tokens(item) else set()

    assert seen - led == set()


@pytest.mark.parametrize("language", FULL)
def test_quiz_has_the_options_of_english(language: str) -> None:
    options = {code: len(item["options"]) for code, item in _items(language, "quiz").items()}

    assert options == {code: len(item["options"]) for code, item in _items("en", "quiz").items()}
    assert len(options) == 16


@pytest.mark.parametrize("language", VARIANTS)
def test_quiz_of_a_variant_asks_what_its_answers_explain(language: str) -> None:
    english, own = _items("en", "quiz"), _items(language, "quiz")

    explained = {code for code in english if ITEMS[code]["explains"] in _items(language)}

    assert set(own) == explained
    assert [len(item["options"]) for item in own.values()] == [
        len(english[code]["options"]) for code in own
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_quiz_questions_are_short(language: str) -> None:
    longest = QUESTION_UCS if language in OWN_SCRIPT else QUESTION

    bodies = [item["body"] for item in _items(language, "quiz").values()]

    assert [body for body in bodies if len(body) > longest] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_quiz_options_are_short_and_differ(language: str) -> None:
    for item in _items(language, "quiz").values():
        options = item["options"]
        assert len(options) in (2, 3)
        assert len(set(options)) == len(options)
        assert [option for option in options if not 0 < len(option) <= OPTION] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_question_about_the_caller_fits_a_screen_with_its_notice(language: str) -> None:
    said = FILES[language]["ui"]["ussd"]
    asked = [said[f"who_{one}"] for one in ("age", "sex", "status", "district")]
    answers = [said[key] for key in said if key.startswith("who_") and key not in WHO_ASKED]
    longest, option = (45, 14) if language in OWN_SCRIPT else (110, 25)

    assert [one for one in asked if len(f"{said['who_notice']} {one}") > longest] == []
    assert [one for one in answers if len(one) > option] == []


def test_quiz_knows_its_answer_and_what_explains_it() -> None:
    for code, item in _items("en", "quiz").items():
        row = ITEMS[code]
        explaining = ITEMS[row["explains"]]
        assert int(row["correct"]) in range(len(item["options"]))
        assert explaining["kind"] == "faq"
        assert row["sources"] == explaining["sources"]
        if row["countries"] != "*":
            assert row["countries"] == explaining["countries"]


def test_only_quiz_items_have_an_answer() -> None:
    others = [row for row in ITEMS.values() if row["kind"] != "quiz"]

    assert {(row["correct"], row["explains"]) for row in others} == {("", "")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_are_short(language: str) -> None:
    tables = {**FILES[language]["menus"], **_items(language, "faq"), **_items(language, "help")}

    labels = [table["short"] for table in tables.values()]

    assert [label for label in labels if not 0 < len(label) <= SHORT] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_have_labels_of_their_own(language: str) -> None:
    """Countries see few of them together, but lists of staff show them side by side."""
    labels = [item["short"] for item in _items(language, "faq").values()]

    assert sorted(labels) == sorted(set(labels))


@pytest.mark.parametrize("language", LANGUAGES)
def test_body_stays_within_its_budget(language: str) -> None:
    budget = UCS_BUDGET if language in OWN_SCRIPT else GSM_BUDGET

    lengths = {
        code: segments.units(TOKEN.sub(_shown, item["body"]))
        for code, item in _items(language).items()
    }

    assert {code: length for code, length in lengths.items() if length > budget} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_body_fits_its_sms_where_a_country_has_no_number(language: str) -> None:
    """The words for a number that is missing are longer than a number; marked, as a demonstration."""
    ui, most = FILES[language]["ui"], {"GSM-7": 2, "UCS-2": 4}

    def said(token: re.Match[str]) -> str:
        kind, _, menu = token[1].partition(":")
        if kind in KINDS:
            return str(ui["number"]["none"])
        if kind != "menu":
            return _shown(token)
        return str(ui["bot"]["route"]).format(label=FILES[language]["menus"][menu]["short"], key=1)

    counted = {
        code: segments.count(f"DEMO {TOKEN.sub(said, item['body'])}")
        for code, item in _items(language).items()
    }

    assert {code: one for code, one in counted.items() if one.parts > most[one.encoding]} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_wordings_are_those_of_english(language: str) -> None:
    assert _keys(FILES[language]["ui"]) == _keys(FILES["en"]["ui"])


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - set(OWN_SCRIPT)))
def test_latin_letters_stay_in_the_gsm_alphabet(language: str) -> None:
    odd = {
        code: segments.count(text).odd
        for code, item in _items(language).items()
        for text in _sent(item)
        if segments.count(text).odd
    }

    assert odd == {}
