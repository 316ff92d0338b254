"""A small hand-made edition for tests of whatever reads editions.

Kenya speaks English and Swahili, Ethiopia English and Amharic (Ethiopic and Latin letters). It has one
danger topic with a two-page answer, a safe way, help, a question, stop and forget. Numbers invented.
"""

from datetime import UTC, datetime

from campaigns.editions.edition import Edition, Item, Kind, Rendered, make
from campaigns.editions.screens import (
    ASK,
    BYE,
    CHOICES_MARK,
    FOUND,
    HELP,
    LANGUAGES,
    LANGUAGES_AGAIN,
    MAIN,
    NOTHING,
    Menu,
    Page,
)
from campaigns.editions.tokens import Number, Option
from campaigns.editions.tongues import carried
from people import languages

MADE = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)
DANGER, SAFE, HELP_ITEM = "faq-006", "faq-038", "get-help"
ENGLISH = {
    "mark": "DEMO ",
    "wrong": "Try again.",
    "title": "Njia Salama",
    "dangers": "Dangers",
    "safe": "Safe ways",
    "ask": "Ask a question",
    "stop": "Stop / forget me",
    "help": "Get help now",
    "one": "Many people die on the road.",
    "two": "Ask someone who came back.",
    "paper": "Use a passport and a work visa.",
    "call": "Call free: 0000 111",
    "bye": "The weather is fine today. Goodbye.",
}
SWAHILI = {
    **ENGLISH,
    "wrong": "Jaribu tena.",
    "dangers": "Hatari",
    "safe": "Njia salama",
    "one": "Watu wengi hufa njiani.",
    "two": "Muulize aliyerudi.",
    "paper": "Tumia pasipoti na viza ya kazi.",
}
AMHARIC = {
    **ENGLISH,
    "mark": "",
    "title": "መረጃ",
    "dangers": "አደጋ",
    "safe": "ህጋዊ",
    "ask": "ጥያቄ",
    "stop": "አቁም",
    "help": "እርዳታ",
    "wrong": "እንደገና",
    "one": "ብዙ ሰዎች በመንገድ ይሞታሉ።",
    "two": "የተመለሰ ሰው ጠይቅ።",
    "paper": "ፓስፖርትና ቪዛ ያዝ።",
}
AMHARIC_LATIN = {**ENGLISH, "dangers": "Adega", "one": "Bizu sewoch yimotalu."}


def edition(
    *, kind: Kind = Kind.DEMONSTRATION, made_at: datetime = MADE, mark: str = ""
) -> Edition:
    """The edition; `mark` makes its content, and so its id, differ."""
    texts = {"en": ENGLISH, "sw": SWAHILI, "am": AMHARIC, "am-Latn": AMHARIC_LATIN}
    return make(
        kind=kind,
        made_at=made_at,
        items=_items(texts),
        menus=[
            _menu("KE", "en", ENGLISH),
            _menu("KE", "sw", SWAHILI),
            _menu("ET", "en", ENGLISH),
            _menu("ET", "am", AMHARIC),
            _menu("ET", "am-Latn", AMHARIC_LATIN),
        ],
        lists={
            (country, script): _list(country, order)
            for script in ("full", "latin")
            for country, order in (("KE", ("sw", "en")), ("ET", ("am", "en")))
        },
        phrasings={
            "en": {
                DANGER: ("is the road to saudi dangerous", "dangers of the boat"),
                SAFE: ("how do i get a passport", "work visa"),
            },
            "sw": {DANGER: ("je njia ya saudi ni hatari",), SAFE: ("napataje pasipoti",)},
            "am": {DANGER: ("የሳውዲ መንገድ አደገኛ ነው",), SAFE: ("ፓስፖርት እንዴት አገኛለሁ",)},
        },
        words={
            language: {
                "number.none": "(no number for your country yet)",
                "bot.route": "For {label}: reply {key}.",
                "number.nothing": "There is no help number for your country yet.",
                "number.hotline": "Help line",
                "mark": mark,
                **({"bot.busy": "Subiri kidogo."} if language == "sw" else {}),
            }
            for language in texts
        },
        numbers=[Number("KE", "hotline", "0000 111", "Help line", ("en", "sw"))],
        languages=carried(texts, languages.seeded()),
        orders=languages.seeded_orders(),
    )


def _items(texts: dict[str, dict[str, str]]) -> list[Item]:
    def item(name: str, component: str, sensitive: bool, *parts: str) -> Item:
        rendered = {
            language: Rendered(
                title=words[parts[0]],
                body=" ".join(words[part] for part in parts),
                sms=" ".join(words[part] for part in parts),
                short=words[parts[0]][:20],
            )
            for language, words in texts.items()
        }
        indicators = ("3.3",)
        return Item(
            name, "faq", "test", indicators, sensitive, ("*",), component, "S", "2026", rendered
        )

    return [
        item(DANGER, "risk", False, "one", "two"),
        item(SAFE, "safe", False, "paper"),
        item(HELP_ITEM, "help", True, "call"),
    ]


def _menu(country: str, language: str, words: dict[str, str]) -> Menu:
    options = [("1", "dangers"), ("3", "safe"), ("6", "ask"), ("7", "stop"), ("8", "help")]
    lines = "\n".join(f"{key} {words[name]}" for key, name in options)
    pages = [
        _page(
            words,
            MAIN,
            f"{words['title']}\n{lines}\n9 Language\n0 Exit",
            {"1": "dangers", "3": SAFE, "6": ASK, "7": "mine"},
        ),
        _page(
            words, "dangers", f"{words['dangers']}\n1 {words['one'][:20]}\n0 Back", {"1": DANGER}
        ),
        _page(
            words, DANGER, f"{words['one']}\n0 Back\n98 More", {"98": f"{DANGER}.2"}, item=DANGER
        ),
        _page(words, f"{DANGER}.2", f"{words['two']}\n0 Back\n8 Help", item=DANGER),
        _page(words, SAFE, f"{words['paper']}\n0 Back", item=SAFE),
        _page(words, HELP, f"{words['call']}\n0 Back\n99 Exit", item=HELP_ITEM),
        _page(words, ASK, f"{words['ask']}?\n0 Back"),
        _page(words, FOUND, f"Choose:\n{CHOICES_MARK}\n0 Back"),
        _page(words, NOTHING, "Not found.\n1 Again\n8 Help\n0 Back", {"1": ASK}),
        _page(words, "mine", "1 Stop\n2 Forget me\n0 Back", {"1": "stop", "2": "forget"}),
        _page(words, "stop", "Stop all messages?\n1 Yes\n0 Back", {"1": "stop.yes"}),
        _page(words, "stop.yes", "Done.", ends=True, wish="stop"),
        _page(words, "forget", "Forget this number?\n1 Yes\n0 Back", {"1": "forget.yes"}),
        _page(words, "forget.yes", "Done.", ends=True, wish="forget"),
        _page(words, BYE, words["bye"], ends=True),
    ]
    return Menu(
        country=country,
        language=language,
        base=language.partition("-")[0],
        unicode=language == "am",
        pages={page.place: page for page in pages},
        main=(Option("1", "dangers", words["dangers"]), Option("3", "safe-ways", words["safe"])),
        labels={DANGER: words["one"][:20], SAFE: words["safe"]},
    )


def _page(
    words: dict[str, str],
    place: str,
    text: str,
    moves: dict[str, str] | None = None,
    *,
    item: str = "",
    ends: bool = False,
    wish: str = "",
) -> Page:
    shown, wrong = f"{words['mark']}{text}", f"{words['mark']}{words['wrong']}\n{text}"
    return Page(place, shown, wrong, item, moves or {}, ends, wish)


def _list(country: str, order: tuple[str, ...]) -> Menu:
    names = {"sw": "Kiswahili", "en": "English", "am": "Amarinya"}
    lines = "\n".join(f"{n} {names[code]}" for n, code in enumerate(order, 1))
    moves = {str(n): f"={code}" for n, code in enumerate(order, 1)}
    pages = [
        _page(ENGLISH, LANGUAGES, f"{lines}\n0 Exit", moves),
        _page(ENGLISH, LANGUAGES_AGAIN, f"{lines}\n0 Back", moves),
    ]
    return Menu(country, "", "", False, {page.place: page for page in pages})
