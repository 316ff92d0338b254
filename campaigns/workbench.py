"""The workbench: all that a text is checked against and shown with, read once for a page or a whole sheet.

The content is what is newest, approved or not; the numbers and figures are those of the house: invented
ones in a demonstration, else those that hold today.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop

from campaigns import directory, rendering
from campaigns.compiling import SMS_PARTS
from campaigns.content import MENU, QUIZ, SOURCE, WORDING, Content, Node, Words
from campaigns.drafts import UI, gather
from campaigns.edition import MARKS, STANDARD, Kind
from campaigns.figures import Figures, figures
from campaigns.measuring import GLUE
from campaigns.problems import About, Problem
from campaigns.tokens import Number, Tokens, choose, fill
from campaigns.wording import Known, all_tokens, faults, known, wording_faults
from gateways import segments
from people import languages
from people.countries import CODES


def house_kind() -> Kind:
    """What this installation serves."""
    return Kind.DEMONSTRATION if settings.DEMONSTRATION else Kind.LIVE


@dataclass(frozen=True)
class Workbench:
    """Content and what fills its tokens. `mark` stands before each message of a demonstration."""

    content: Content
    numbers: tuple[Number, ...]
    figures: Figures
    mark: str = ""

    @cached_property
    def known(self) -> Known:
        return known(self.content, self.figures.words)

    def tokens(
        self, country: str, language: str, *, route: str = "bot.route", space: str = " "
    ) -> Tokens:
        """What the tokens become there. A language not yet complete borrows wordings from English."""
        wordings = self.content.wordings
        has_menus = language in self.content.texts
        return Tokens(
            words={**wordings.get(SOURCE, {}), **wordings.get(language, {})},
            numbers=choose(self.numbers, country, language),
            main=self.content.main(country, language if has_menus else SOURCE),
            route=route,
            space=space,
            figures=self.figures.words,
        )

    def countries(self, node: Node, language: str) -> tuple[str, ...]:
        """Where the item is shown in that language; all it serves where nobody's menu has the language."""
        serves = [country for country in CODES if node.serves(country)]
        base = languages.base(language)
        spoken = [country for country in serves if base in languages.order(country)]
        return tuple(spoken or serves)

    def sms(self, words: Words, country: str, language: str) -> str:
        """The text as one SMS. Raises KeyError for a token nobody knows."""
        return self.mark + fill(words.sms or words.body, self.tokens(country, language))

    def screens(self, words: Words, node: Node, country: str, language: str) -> rendering.Screens:
        """The text as USSD screens, as the country's phones show them. Raises KeyError as `sms`."""
        ui = {**self.content.wordings[SOURCE], **self.content.wordings.get(language, {})}
        screens = rendering.Screens(self.mark, ui["ussd.wrong"], ui["ussd.more"], STANDARD)
        leave = [rendering.Line("99", ui["ussd.leave"])] if node.sensitive else []
        back = rendering.Line("0", ui["ussd.back"])
        tokens = self.tokens(country, language, route="ussd.route", space=GLUE)
        last = [rendering.Line("8", ui["ussd.help_short"])]
        text = fill(words.ussd or words.body, tokens)
        screens.story(node.code, text, [*leave, back], last=last, item=node.code)
        return screens

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
            counted = segments.count(self.sms(words, country, language))
            if counted.parts > (most := SMS_PARTS[counted.encoding]):
                said = gettext_noop(
                    "as an SMS it takes {parts} parts ({encoding}); {most} at most."
                )
                values = {"parts": str(counted.parts), "encoding": counted.encoding}
                yield Problem(said, About.TEXT, node.code, language, {**values, "most": str(most)})
            for problem in self.screens(words, node, country, language).problems:
                yield Problem(problem.said, About.TEXT, node.code, language, problem.values)


def workbench(at: datetime) -> Workbench:
    """The workbench of this moment: four queries, whatever the number of texts."""
    kind, on = house_kind(), timezone.localdate(at)
    shown = figures(Kind.DEMONSTRATION, on=on)  # what a figure says; whether it holds is told apart
    content, _ = gather(Kind.DEMONSTRATION, shown)
    numbers, _ = directory.numbers(kind, on=on)
    return Workbench(content, tuple(numbers), shown, MARKS[kind])
