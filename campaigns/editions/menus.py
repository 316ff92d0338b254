"""The menus of an edition: all screens of one country in one language, and the list of languages (D6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_noop

from campaigns.editions.content import (
    HELP_ITEM,
    MENU,
    MINE,
    ROOT,
    SHOWN,
    SOURCE,
    Content,
    Node,
    labels,
)
from campaigns.editions.inquiry import ask_who
from campaigns.editions.measuring import GLUE
from campaigns.editions.problems import About, Problem, nowhere
from campaigns.editions.quizzes import ask, free_key, quizzes, topic
from campaigns.editions.rendering import Known, Line, Screens
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
    SMS,
    SMS_SENT,
    STANDARD,
    SWITCH,
    Budget,
    Menu,
    Page,
)
from campaigns.editions.tokens import Number, Tokens, choose, fill
from gateways import segments

WITH_HELP = {"risk", "rights"}  # answers that end with the way to help
LIST_KEYS = 7
WANTED = {
    "rights": gettext_noop("has no content about rights."),
    "safe": gettext_noop("has no content about safe ways."),
    "risk": gettext_noop("has no content about risks."),
}


@dataclass(frozen=True, slots=True)
class Place:
    """For whom the screens are made. `mark` stands before each; `base` is "am" for "am-Latn"."""

    country: str
    language: str
    base: str
    mark: str = ""
    budget: Budget = STANDARD


@dataclass(frozen=True, slots=True)
class Filling:
    """What the tokens of all menus are filled with, and the lists to choose from."""

    numbers: Sequence[Number] = ()
    figures: Mapping[str, str] = field(default_factory=dict)
    districts: Mapping[str, Sequence[str]] = field(default_factory=dict)  # by country


class _Menus:
    """The making of one menu; `menu` is what comes out."""

    def __init__(self, content: Content, place: Place, filling: Filling, known: Known) -> None:
        self.content, self.place = content, place
        self.districts = filling.districts.get(place.country, ())
        self.texts = content.texts[place.language]
        self.words = content.wordings[place.language]
        self.main = content.main(place.country, place.language)
        self.tokens = Tokens(
            words=self.words,
            numbers=choose(filling.numbers, place.country, place.language),
            main=self.main,
            route="ussd.route",
            space=GLUE,
            figures=filling.figures,
        )
        self.screens = Screens(
            place.mark, self.word("wrong"), self.word("more"), place.budget, known
        )
        self.back = Line("0", self.word("back"))
        self.asked = quizzes(content, place.country, place.language)

    def word(self, key: str) -> str:
        return self.words[f"ussd.{key}"]

    def line(self, key: str, word: str, place: str = "") -> Line:
        return Line(key, self.word(word), place)

    def children(self, menu: str) -> list[Node]:
        return self.content.listed(menu, self.place.country, self.place.language)

    def make(self) -> Menu:
        self.root()
        for node in self.content.nodes.values():
            if node.code in self.texts and node.serves(self.place.country):
                if node.kind == MENU and node.code not in (ROOT, MINE):
                    self.menu(node)
                elif node.kind in SHOWN:
                    self.item(node, node.code)
        self.item(self.content.nodes[HELP_ITEM], HELP)
        self.own()
        self.question()
        self.quizzes()
        self.parcel()
        ask_who(self.screens, self.words, self.tokens, self.districts)
        self.screens.notice(BYE, self.word("bye"))
        pages = self.screens.pages
        return Menu(
            country=self.place.country,
            language=self.place.language,
            base=self.place.base,
            unicode=not all(segments.GSM.issuperset(page.text) for page in pages.values()),
            pages=pages,
            main=self.main,
            labels={
                code: label
                for code, label in labels(self.content, self.place.language).items()
                if code in pages
            },
        )

    def options(self, menu: str) -> list[Line]:
        return [Line(n.key, self.texts[n.code].short, n.code) for n in self.children(menu)]

    def root(self) -> None:
        """The main menu; on phones that need several pages help and language come first."""
        always = [self.line("8", "help"), self.line("9", "language")]
        topics = sorted(
            [*self.options(ROOT), self.line("6", "ask_label", ASK)], key=lambda line: line.key
        )
        title, leave = self.texts[ROOT].title, self.line("0", "exit")
        self.screens.menu(MAIN, title, [*topics, *always], leave, self.back)
        if f"{MAIN}.2" in self.screens.pages:
            self.screens.menu(MAIN, title, [*always, *topics], leave, self.back)

    def menu(self, node: Node) -> None:
        options = self.options(node.code)
        if options:
            options += self.quiz(node.code)
            self.screens.menu(node.code, self.texts[node.code].title, options, self.back, self.back)

    def quiz(self, menu: str) -> list[Line]:
        """The line that leads to the topic's quiz; none where all keys are taken.

        Its key is the same in every language, whatever a language lacks.
        """
        key = free_key([n.key for n in self.content.children(menu, self.place.country)])
        first = next((q.code for q in self.asked if topic(q, self.content) == menu), "")
        return [self.line(key, "quiz", first)] if key and first else []

    def quizzes(self) -> None:
        """Every question leads on to the next, so that a topic without a free key has its turn too."""
        places = [node.code for node in self.asked]
        for node, following in zip(self.asked, [*places[1:], *places[:1]], strict=True):
            ask(self.screens, node, self.content, self.place.language, following)
            why = self.content.nodes[node.explains]
            again = self.line("1", "quiz_again", f"{node.code}.after")
            place, last = f"{node.code}.why", [again, *_help(why, self.words)]
            tell(self.screens, why, place, self.said(why), self.words, last)

    def item(self, node: Node, place: str) -> None:
        tell(self.screens, node, place, self.said(node), self.words)

    def parcel(self) -> None:
        """The warning before an answer goes out as an SMS, and what is said when it does (S2)."""
        if offers_sms(self.words):
            yes = self.line("1", "yes", SMS_SENT)
            self.screens.story(SMS, self.word("sms_ask"), [self.back], last=[yes])
            self.screens.story(SMS_SENT, self.word("sms_done"), [self.back])
            pages = self.screens.pages
            pages[SMS_SENT] = replace(pages[SMS_SENT], wish=SMS)

    def said(self, node: Node) -> str:
        """The text with its tokens filled; as it is, and a problem, where one leads nowhere here."""
        words = self.texts[node.code]
        text = words.ussd or words.body
        try:
            return fill(text, self.tokens)
        except KeyError as error:
            place = self.place
            self.screens.problems.append(nowhere(node.code, place.language, place.country, error))
            return text

    def one(self, node: Node) -> None:
        """The screens of one line of a menu alone."""
        if node.code == ROOT:
            self.root()
        elif node.code == MINE:
            self.own()
        elif node.kind == MENU:
            self.menu(node)

    def own(self) -> None:
        """Stop and forget: each asks once more, then ends the call with a wish."""
        lines = [self.line("1", "stop", "stop"), self.line("2", "forget", "forget")]
        title = self.texts[MINE].title
        self.screens.menu(MINE, title, [*lines, *self.options(MINE)], self.back, self.back)
        for wish in ("stop", "forget"):
            yes = self.line("1", "yes", f"{wish}.yes")
            self.screens.story(wish, self.word(f"{wish}_ask"), [self.back], last=[yes])
            self.screens.notice(f"{wish}.yes", self.word(f"{wish}_done"), wish=wish)

    def question(self) -> None:
        """The free question: the screen that asks, the frame of the choices, and "not found"."""
        self.screens.story(ASK, self.word("ask"), [self.back])
        frame = f"{self.word('choose')}\n{CHOICES_MARK}"
        widest = max((text.short for text in self.texts.values()), key=segments.units)
        trial = Screens(self.place.mark, self.screens.wrong, self.screens.more, self.place.budget)
        trial.story(FOUND, f"{self.word('choose')}\n1 {widest}".replace(" ", GLUE), [self.back])
        self.screens.problems += trial.problems
        roomy = Screens(self.place.mark, self.screens.wrong, self.screens.more, Budget(999, 999))
        roomy.story(FOUND, frame, [self.back])
        found = roomy.pages[FOUND]  # "not a choice" takes the place of the words: room for choices
        wrong = found.wrong.replace(f"{self.word('choose')}\n", "", 1)
        self.screens.pages[FOUND] = replace(found, wrong=wrong)
        again = [self.line("1", "again", ASK), self.line("8", "help_short")]
        self.screens.story(NOTHING, self.word("nothing"), [self.back], last=again)


def tell(
    screens: Screens,
    node: Node,
    place: str,
    text: str,
    words: Mapping[str, str],
    last: Sequence[Line] | None = None,
) -> None:
    """The screens of an answer, its tokens filled, with the keys of its kind; `last`: others at its end."""
    leave = [Line("99", words["ussd.leave"])] if node.sensitive else []
    last = _at_the_end(node, words) if last is None else last
    screens.story(place, text, [*leave, Line("0", words["ussd.back"])], last=last, item=node.code)


def _at_the_end(node: Node, words: Mapping[str, str]) -> list[Line]:
    """What an answer offers at its end: to have it as an SMS, and the way to help."""
    sms = [Line("7", words["ussd.sms"], SMS)] if offers_sms(words) else []
    return sms + _help(node, words)


def _help(node: Node, words: Mapping[str, str]) -> list[Line]:
    return [Line("8", words["ussd.help_short"])] if node.component in WITH_HELP else []


def offers_sms(words: Mapping[str, str]) -> bool:
    """Whether the language has the words to warn before it sends one (S2)."""
    return all(words.get(f"ussd.{key}") for key in ("sms", "sms_ask", "sms_done"))


def screens_of(node: Node, content: Content, place: Place, filling: Filling) -> Screens:
    """The screens of one topic menu, as the whole menu would have them."""
    making = _Menus(content, place, filling, {})
    making.one(node)
    return making.screens


def menu(
    content: Content, place: Place, filling: Filling, known: Known | None = None
) -> tuple[Menu, list[Problem]]:
    """The menu and what is wrong with it. The language must stand (`content.lacking`).

    `known`: the screens of menus made before; the menus of one edition share them.
    """
    making = _Menus(content, place, filling, {} if known is None else known)
    made = making.make()
    told = [_placed(one, place, content) for one in making.screens.problems]
    return made, told + _ways_out(content, made)


def _placed(problem: Problem, place: Place, content: Content) -> Problem:
    """The problem of a screen as one of the text on it, or of a wording where the screen is ours."""
    if problem.code in content.nodes:
        return replace(problem, language=place.language)
    return replace(problem, about=About.LANGUAGE, language=place.language)


def _ways_out(content: Content, menu: Menu) -> list[Problem]:
    """Danger never stands alone: help, rights and safe ways must be there, help with words to read."""
    shown = {page.item for page in menu.pages.values() if page.item}
    components = {content.nodes[item].component for item in shown}
    said = []
    if "risk" in components and (HELP not in menu.pages or "help" not in components):
        said.append(gettext_noop("tells of dangers but has no help screen."))
    said += [sentence for component, sentence in WANTED.items() if component not in components]
    return [Problem(one, About.COUNTRY, menu.country, menu.language) for one in said]


def languages(
    country: str, offered: Iterable[tuple[str, str]], content: Content, *, mark: str, budget: Budget
) -> tuple[Menu, list[Problem]]:
    """The list of languages in plain Latin letters: (language, name) in the country's order."""
    words = content.wordings[SOURCE]
    screens = Screens(mark, words["ussd.wrong"], words["ussd.more"], budget)
    title = content.texts[SOURCE][ROOT].title
    lines = [
        Line(str(n), name, f"{SWITCH}{code}")
        for n, (code, name) in enumerate(offered, 1)
        if n <= LIST_KEYS
    ]
    leave, back = Line("0", words["ussd.exit"]), Line("0", words["ussd.back"])
    screens.menu(LANGUAGES, title, lines, leave, back)
    screens.menu(LANGUAGES_AGAIN, title, lines, back, back)
    told = [replace(one, about=About.COUNTRY, code=country) for one in screens.problems]
    return Menu(country, "", "", False, screens.pages), [*told, *_not_plain(screens.pages.values())]


def _not_plain(pages: Iterable[Page]) -> list[Problem]:
    """The first screen comes before anybody knows what the phone can show: plain ASCII (D6)."""
    shown = "".join(page.text + page.wrong for page in pages)
    odd = dict.fromkeys(letter for letter in shown if not letter.isascii())
    if not odd:
        return []
    said = gettext_noop("every phone must show the first screen: write it without {letters}.")
    return [Problem(said, About.LANGUAGE, "", SOURCE, {"letters": " ".join(odd)})]
