"""The workbench: all that a text is checked against and shown with, read once for a page or a whole sheet.

The content is what is newest, approved or not; the numbers and figures are those of the house: invented
ones in a demonstration, else those that hold today.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop

from campaigns.editions import menus, rendering
from campaigns.editions.compiling import SMS_PARTS
from campaigns.editions.content import (
    HELP_ITEM,
    MENU,
    QUIZ,
    SOURCE,
    WORDING,
    Content,
    Node,
    Words,
    lacking,
)
from campaigns.editions.edition import MARKS, Kind
from campaigns.editions.figures import Figures
from campaigns.editions.measuring import GLUE
from campaigns.editions.problems import About, Problem, nowhere
from campaigns.editions.screens import HELP, STANDARD
from campaigns.editions.tokens import Number, Option, Tokens, choose, fill
from campaigns.editions.wording import Known, all_tokens, faults, known, wording_faults
from campaigns.press import directory
from campaigns.press.drafts import UI, gather
from campaigns.press.facts import figures
from gateways import segments
from people import languages
from people.countries import CODES


def house_kind() -> Kind:
    """What this installation serves."""
    return Kind.DEMONSTRATION if settings.DEMONSTRATION else Kind.LIVE


@dataclass(frozen=True)
class Workbench:
    """Content and what fills its tokens. `mark` stands before each message of a demonstration.

    `orders`: country -> languages of its menu.
    """

    content: Content
    numbers: tuple[Number, ...]
    figures: Figures
    mark: str = ""
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=languages.seeded_orders)

    @cached_property
    def known(self) -> Known:
        return known(self.content, self.figures.words)

    def tokens(
        self, country: str, language: str, *, route: str = "bot.route", space: str = " "
    ) -> Tokens:
        """What the tokens become there. A language not yet complete borrows wordings from English."""
        return Tokens(
            words=self.ui(language),
            numbers=choose(self.numbers, country, language),
            main=self._main(country, language),
            route=route,
            space=space,
            figures=self.figures.words,
        )

    def countries(self, node: Node, language: str) -> tuple[str, ...]:
        """Where the item is shown in that language; all it serves where nobody's menu has the language."""
        serves = [country for country in CODES if node.serves(country)]
        base = languages.base(language)
        spoken = [country for country in serves if base in self.orders.get(country, ())]
        return tuple(spoken or serves)

    def ui(self, language: str) -> dict[str, str]:
        """The wordings of the screens, the English ones where the language lacks its own."""
        wordings = self.content.wordings
        return {**wordings.get(SOURCE, {}), **wordings.get(language, {})}

    def _main(self, country: str, language: str) -> tuple[Option, ...]:
        """The lines of the main menu, the English ones where the language lacks its own."""
        found = self._mains.get((country, language))
        if found is None:
            own = self.content.main(country, language) if language in self.content.texts else ()
            lines = {line.topic: line for line in (*self.content.main(country, SOURCE), *own)}
            found = self._mains[country, language] = tuple(lines.values())
        return found

    @cached_property
    def _mains(self) -> dict[tuple[str, str], tuple[Option, ...]]:
        return {}

    def sms(self, words: Words, country: str, language: str) -> str:
        """The text as one SMS. Raises KeyError for a token nobody knows, or that leads nowhere there."""
        return self.mark + fill(words.sms or words.body, self.tokens(country, language))

    def screens(self, words: Words, node: Node, country: str, language: str) -> rendering.Screens:
        """The text as USSD screens, as the country's phones show them. Raises KeyError as `sms`."""
        if node.kind == MENU:
            return self._menu(words, node, country, language)
        ui = self.ui(language)
        screens = rendering.Screens(self.mark, ui["ussd.wrong"], ui["ussd.more"], STANDARD)
        tokens = self.tokens(country, language, route="ussd.route", space=GLUE)
        place = HELP if node.code == HELP_ITEM else node.code
        menus.tell(screens, node, place, fill(words.ussd or words.body, tokens), ui)
        return screens

    def _menu(self, words: Words, node: Node, country: str, language: str) -> rendering.Screens:
        own, english = self.content.texts.get(language, {}), self.content.texts.get(SOURCE, {})
        texts = own if not lacking(self.content, language) else {**english, **own}
        content = Content(
            {**self.content.nodes, node.code: node},
            {language: {**texts, node.code: words}},
            {language: self.ui(language), SOURCE: self.ui(SOURCE)},
        )
        place = menus.Place(country, language, languages.base(language), self.mark)
        return menus.screens_of(node, content, place, menus.Filling(self.numbers))

    def faults(self, node: Node, words: Words, language: str) -> list[Problem]:
        """Everything that stands against the text: what it names, what it lost, what it costs."""
        if node.kind == WORDING:
            return wording_faults(node.code.removeprefix(UI), words.body, self.known, language)
        found = faults(node, words, self.known, language) + self._lost(node, words, language)
        if found or node.kind in (MENU, QUIZ):
            return found
        return list({str(one): one for one in self._over(node, words, language)}.values())

    def _lost(self, node: Node, words: Words, language: str) -> list[Problem]:
        """Tokens of the English text that the translation does not have."""
        english = self.content.texts.get(SOURCE, {}).get(node.code)
        if language == SOURCE or english is None:
            return []
        lost = sorted(all_tokens(english) - all_tokens(words))
        said = gettext_noop("it lost the token {token} of the English text.")
        values = [{"token": f"{{{token}}}"} for token in lost]
        return [Problem(said, About.TEXT, node.code, language, one) for one in values]

    def _over(self, node: Node, words: Words, language: str) -> Iterator[Problem]:
        for country in self.countries(node, language):
            try:
                counted = segments.count(self.sms(words, country, language))
                screens = self.screens(words, node, country, language)
            except KeyError as error:
                yield nowhere(node.code, language, country, error)
                continue
            if counted.parts > (most := SMS_PARTS[counted.encoding]):
                said = gettext_noop(
                    "as an SMS it takes {parts} parts ({encoding}); {most} at most."
                )
                values = {"parts": str(counted.parts), "encoding": counted.encoding}
                yield Problem(said, About.TEXT, node.code, language, {**values, "most": str(most)})
            for problem in screens.problems:
                yield Problem(problem.said, About.TEXT, node.code, language, problem.values)


def workbench(at: datetime, *, only: Collection[str] = ()) -> Workbench:
    """The workbench of this moment: five queries, whatever the number of texts.

    `only`: languages that will be looked at, English among them; a page that needs one or two is quicker.
    """
    kind, on = house_kind(), timezone.localdate(at)
    shown = figures(Kind.DEMONSTRATION, on=on)  # what a figure says; whether it holds is told apart
    content, _ = gather(Kind.DEMONSTRATION, shown, only=only)
    numbers, _ = directory.numbers(kind, on=on)
    return Workbench(content, tuple(numbers), shown, MARKS[kind], languages.orders())
