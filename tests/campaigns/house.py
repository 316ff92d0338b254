"""A small house of content for tests of translation: one item of each kind in English, and its staff. Invented."""

from dataclasses import dataclass
from datetime import UTC, datetime

from campaigns.editions.content import SOURCE, Words
from campaigns.models import ContentItem, Fact, Status, Text
from campaigns.writing import drafting
from campaigns.writing.workbench import Workbench, workbench
from people import staff
from people.models import Staff

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
UI = {
    "ussd.wrong": "Try again.",
    "ussd.more": "More",
    "ussd.back": "Back",
    "ussd.leave": "Leave now",
    "ussd.help": "Get help now",
    "ussd.help_short": "Help",
    "ussd.route": "{label}: press 00, then {key}.",
    "bot.route": "{label}: reply {key}.",
    "number.none": "(no number yet)",
    "number.thousands": ",",
    "number.nothing": "No help number yet.",
    "number.hotline": "Help line",
}
ROAD = Words(
    "How dangerous is the road?",
    "Danger",
    "In {year:F01} {figure:F01} people died. {menu:safe-ways} Call {hotline}.",
    phrasings=("is the road safe", "what can happen on the way"),
)
DOOR = Words(
    "Barabara ina hatari gani?",
    "Hatari",
    "Mwaka {year:F01} watu {figure:F01} walikufa. {menu:safe-ways} Piga {hotline}.",
    phrasings=("njia ni salama", "nini kinaweza kutokea"),
)


@dataclass
class House:
    manager: Staff
    translator: Staff
    approver: Staff

    def item(self, code: str) -> ContentItem:
        return ContentItem.objects.get(code=code)

    def bench(self) -> Workbench:
        return workbench(AT)

    def write(self, code: str, language: str, said: Words, *, back: str = "") -> Text:
        by = self.manager if language == SOURCE else self.translator
        return drafting.write(
            self.item(code), language, said, back=back, bench=self.bench(), by=by, at=AT
        )[0]

    def approve(self, text: Text) -> Text:
        drafting.approve(text, bench=self.bench(), by=self.approver, at=AT)
        return text


def build() -> House:
    """Menus, an answer about dangers, a help screen, a quiz question, wordings: all in English, as drafts."""
    staff.install_roles()
    people = {
        role: staff.hire(role, role, countries=["KE"], password="x")
        for role in ("manager", "translator", "approver")
    }
    Fact.objects.create(code="F01", theme="road", claim="many", figures=["1200"], years=["2025"])
    _items()
    house = House(**people)
    _english("main", Words("Njia Salama", "Njia Salama"))
    _english("dangers", Words("Dangers", "Dangers"))
    _english("safe-ways", Words("Safe ways", "Safe ways"))
    _english("faq-001", ROAD)
    _english("faq-002", Words("Which papers do I need?", "Papers", "A passport and a work visa."))
    _english("get-help", Words("Get help now", "Get help now", "{numbers}\nGo to a safe place."))
    _english("quiz-01", Words("", "", "Is Yemen at war?", options=("Yes", "No")))
    for key, wording in UI.items():
        _english(f"ui.{key}", Words("", "", wording))
    return house


def _items() -> None:
    for order, code in enumerate(("main", "dangers", "safe-ways")):
        parent = "main" if order else ""
        topic = code
        ContentItem.objects.create(code=code, kind="menu", parent=parent, order=order, topic=topic)
    faq = {"kind": "faq", "component": "safe", "order": 1}
    danger = {**faq, "component": "risk", "core": True}
    ContentItem.objects.create(code="faq-001", parent="dangers", topic="dangers", **danger)
    ContentItem.objects.create(code="faq-002", parent="safe-ways", topic="safe-ways", **faq)
    ContentItem.objects.create(code="get-help", kind="help", core=True)
    ContentItem.objects.create(code="quiz-01", kind="quiz", correct=0, explains="faq-001")
    for key in UI:
        ContentItem.objects.create(code=f"ui.{key}", kind="wording")


def _english(code: str, said: Words) -> Text:
    row = drafting.compose_row(ContentItem.objects.get(code=code), SOURCE, said)
    drafting.prepare(row, by=Staff.objects.get(username="manager"), at=AT)
    row.save()
    return row


def change_english(code: str, said: Words) -> Text:
    return _english(code, said)


def returned(text: Text) -> Text:
    text.status = Status.RETURNED
    text.save()
    return text
