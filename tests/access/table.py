"""Each address of the product, and the roles that may look (`get`) and act (`post`) there.

A letter a role: A administrator, M manager, P approver, T translator, V monitoring, O protection officer.
ANYBODY: without signing in. STAFF: whoever is signed in, with or without a role. "": nobody, by any method.
BADGE: a partner's program that shows its badge; nobody of staff, signed in or not.
`scoped`: the row belongs to a country, and nobody of another country finds it.
A new address gets its line here, or the tests fail.
"""

from dataclasses import dataclass

from people.staff import ROLES

ANYBODY, STAFF, BADGE = "anybody", "staff", "badge"
LETTERS = dict(zip("AMPTVO", ROLES, strict=True))


@dataclass(frozen=True, slots=True)
class Line:
    get: str = ""
    post: str = ""
    scoped: bool = False


def _look(get: str, *, scoped: bool = False) -> Line:
    return Line(get, "", scoped)


def _act(post: str, *, scoped: bool = False) -> Line:
    return Line("", post, scoped)


def _both(get: str, post: str | None = None, *, scoped: bool = False) -> Line:
    return Line(get, get if post is None else post, scoped)


SEE_CONTENT = "AMPTO"
SEE_BLASTS = SEE_REACH = "AMPV"
TABLE = {
    # the way in and the own account
    "home": _look(STAFF),
    "login": _both(ANYBODY),
    "logout": _act(STAFF),
    "set_language": _both(ANYBODY),
    "admin-login": _both(ANYBODY),
    "admin-password": _both(STAFF),
    "people:second": _both(ANYBODY),
    "people:accept": _both(ANYBODY),
    "people:invitation": _look(ANYBODY),
    "people:account": _look(STAFF),
    "people:password": _both(STAFF),
    "people:second-app": _both(STAFF),
    "people:second-passkey": _both(STAFF),
    "people:second-codes": _act(STAFF),
    "people:second-remove": _act(STAFF),
    "people:first-hour": _act(STAFF),
    "people:end-session": _act(STAFF),
    "people:end-others": _act(STAFF),
    # staff
    "people:staff": _look("A"),
    "people:invite": _both("A"),
    "people:account-of": _both("A", scoped=True),
    "people:account-step": _act("A", scoped=True),
    "people:badges": _look("A"),
    "people:badge-give": _both("A"),
    "people:badge-end": _act("A", scoped=True),
    "people:proposals": _look("AO"),
    "people:decide": _act("AO", scoped=True),
    # people
    "people:list": _look("AMO"),
    "people:reveal": _both("O", scoped=True),
    "people:import": _both("AM"),
    "people:import-run": _look("AM", scoped=True),
    "people:import-confirm": _act("AM", scoped=True),
    "people:purges": _look("AO"),
    "demonstration:year": _look("A"),
    "demonstration:make": _act("A"),
    "demonstration:remove": _act("A"),
    "campaigns:tags": _look("AM"),
    "campaigns:tag-add": _act("AM"),
    "campaigns:tag-step": _act("AM", scoped=True),
    "campaigns:person": _both("AO"),
    "campaigns:person-hand-out": _act("AO"),
    "campaigns:person-forget": _act("AO"),
    "people:audit": _look("A"),
    "people:audit-download": _look("A"),
    "people:audit-check": _act("A"),
    "people:languages": _look("AMPT"),
    "people:language-add": _both("AM"),
    "people:language-change": _both("AM"),
    "people:language-order": _both("AM", scoped=True),
    "people:inquiry": _both("AMPTVO", "AM", scoped=True),
    "people:district-names": _look("AMPTVO", scoped=True),
    "people:districts": _both("AMPTVO", "AM", scoped=True),
    # content
    "campaigns:contents": _look(SEE_CONTENT),
    "campaigns:item": _both(SEE_CONTENT, "MT"),
    "campaigns:item-new": _both("M"),
    "campaigns:item-judge": _act("P"),
    "campaigns:item-standing": _act("M"),
    "campaigns:wordings": _look(SEE_CONTENT),
    "campaigns:shown": _act(SEE_CONTENT),
    "campaigns:tokens": _look(SEE_CONTENT),
    "campaigns:notices": _look(SEE_CONTENT, scoped=True),
    "campaigns:translation": _look(SEE_CONTENT),
    "campaigns:translation-texts": _look(SEE_CONTENT),
    "campaigns:translation-text": _both(SEE_CONTENT, "MT"),
    "campaigns:translation-check": _act("MT"),
    "campaigns:translation-decide": _act("P"),
    "campaigns:translation-reading": _both("P"),
    "campaigns:translation-sheets": _both(SEE_CONTENT, "MT"),
    "campaigns:translation-bring-in": _act("MT"),
    "campaigns:translation-download": _look(SEE_CONTENT),
    "campaigns:editions": _look(SEE_CONTENT),
    "campaigns:edition": _look(SEE_CONTENT),
    "campaigns:edition-draft": _look(SEE_CONTENT),
    "campaigns:edition-compare": _look(SEE_CONTENT),
    "campaigns:edition-effect": _look(SEE_CONTENT),
    "campaigns:edition-publish": _act("AP"),
    "campaigns:edition-roll-back": _act("AP"),
    "campaigns:directory": _look(SEE_CONTENT),
    "campaigns:directory-new": _both("AO"),
    "campaigns:referral": _both(SEE_CONTENT, "AO", scoped=True),
    "campaigns:directory-step": _act("AO", scoped=True),
    "campaigns:expiring": _look(SEE_CONTENT),
    "campaigns:alert-seen": _act("AO", scoped=True),
    "campaigns:facts": _look(SEE_CONTENT),
    "campaigns:fact": _both(SEE_CONTENT, "AM"),
    "campaigns:fact-new": _both("AM"),
    "campaigns:fact-step": _act("AM"),
    # blasts
    "campaigns:blasts": _look(SEE_BLASTS),
    "campaigns:blast": _look(SEE_BLASTS, scoped=True),
    "campaigns:blast-plan": _both("M"),
    "campaigns:blast-plan-words": _act("M"),
    "campaigns:blast-dry-run": _look(SEE_BLASTS, scoped=True),
    "campaigns:blast-balances": _look(SEE_BLASTS, scoped=True),
    "campaigns:blast-trial": _both(SEE_BLASTS, "M", scoped=True),
    "campaigns:outcomes": _look(SEE_BLASTS, scoped=True),
    "campaigns:report": _look(SEE_BLASTS, scoped=True),
    "campaigns:report-file": _look(SEE_BLASTS, scoped=True),
    "campaigns:price-enter": _act("A", scoped=True),
    "campaigns:costs": _look(SEE_BLASTS),
    "campaigns:costs-file": _look(SEE_BLASTS),
    "campaigns:blast-step": _act(
        SEE_BLASTS, scoped=True
    ),  # the rule itself says who: tests of blasts
    "campaigns:series": _look(SEE_BLASTS),
    "campaigns:series-new": _both("M"),
    "campaigns:series-one": _look(SEE_BLASTS, scoped=True),
    "campaigns:series-step": _act(SEE_BLASTS, scoped=True),  # as above
    "campaigns:occasions": _both(SEE_BLASTS, "M"),
    "campaigns:stop-all": _act(SEE_BLASTS),  # as above
    "campaigns:audiences": _look(SEE_BLASTS),
    "campaigns:audience": _both(SEE_BLASTS, "M", scoped=True),
    "campaigns:audience-turnout": _look(SEE_BLASTS, scoped=True),
    "campaigns:audience-new": _both("M"),
    "campaigns:audience-count": _look("M"),
    "campaigns:audience-areas": _look("M"),
    "campaigns:audience-step": _act("M", scoped=True),
    # figures
    "analytics:reach": _look(SEE_REACH),
    "analytics:download": _look(SEE_REACH),
    "analytics:outside": _look(SEE_REACH),
    "analytics:outside-offers": _look(SEE_REACH),
    "analytics:outside-tables": _look(SEE_REACH, scoped=True),
    "analytics:outside-download": _look(SEE_REACH, scoped=True),
    "analytics:outside-release": _act("AV", scoped=True),
    "analytics:indicators": _look(SEE_REACH),
    "analytics:indicator": _look(SEE_REACH),
    "analytics:indicator-rule": _both("AV"),
    "analytics:indicator-title": _both("AV"),
    "analytics:indicator-describe": _both("AV"),
    "analytics:indicator-target": _both("AMV"),
    "analytics:indicator-baseline": _both("AMV"),
    "analytics:project": _both("AV"),
    "analytics:iptt": _look(SEE_REACH),
    "analytics:iptt-download": _look(SEE_REACH),
    "analytics:iptt-explain": _act("AMV"),
    "analytics:entries": _look("AMV"),
    "analytics:entry": _look("AMV", scoped=True),
    "analytics:entry-new": _both("AMV"),
    "analytics:entry-correct": _both("AMV", scoped=True),
    "analytics:entry-withdraw": _act("AMV", scoped=True),
    "analytics:entry-evidence": _look("AMV", scoped=True),
    "campaigns:tagged": _look(SEE_REACH),
    "analytics:trend": _look(SEE_REACH),
    "analytics:where": _look(SEE_REACH),
    "analytics:who": _look(SEE_REACH),
    "campaigns:reach-knowledge": _look(SEE_REACH),
    "campaigns:reach-how": _look(SEE_REACH),
    "campaigns:reach-waterfall": _look(SEE_REACH),
    "campaigns:reach-delivery": _look(SEE_REACH),
    "bot:reach-themes": _look(SEE_REACH),
    "ussd:reach-quality": _look(SEE_REACH),
    "analytics:periods": _look(SEE_REACH),
    "analytics:period-new": _both("AV"),
    "analytics:period": _look(SEE_REACH),
    "analytics:period-step": _act("AV"),
    "analytics:period-pack": _look("AV", scoped=True),
    "analytics:packs": _look(SEE_REACH),
    "analytics:pack-bring": _act("AV"),
    "analytics:exports": _both("AMV"),
    "analytics:exports-made": _look("AMV"),
    "analytics:export-cancel": _act("AMV", scoped=True),
    "analytics:export-file": _look("AMV", scoped=True),
    "analytics:networks": _look(SEE_REACH),
    "analytics:network-add": _both("AM"),
    "analytics:network-change": _both("AM", scoped=True),
    "analytics:network-put-back": _act("AM", scoped=True),
    "ussd:funnel": _look("AMV"),
    "ussd:funnel-screens": _look("AMV"),
    "ussd:funnel-sessions": _look("AMV"),
    "ussd:sent": _look("AMV"),
    "ussd:suspect": _look(SEE_REACH),
    # trying out
    "ussd:simulator": _look(SEE_CONTENT),
    "ussd:dial": _act(SEE_CONTENT),
    "ussd:inbox": _act(SEE_CONTENT),
    "ussd:news": _act(SEE_CONTENT),
    "ussd:preview": _both(SEE_CONTENT),
    "ussd:dialogue": _act(SEE_CONTENT),
    "ussd:screens": _look(SEE_CONTENT),
    # cases of danger
    "bot:inbox": _look("MT"),
    "bot:wish": _look("MT", scoped=True),
    "bot:wish-step": _act("MT", scoped=True),
    "bot:wish-preview": _act("MT", scoped=True),
    "bot:wish-answer": _act("MT", scoped=True),
    "bot:office": _look("MT"),
    "bot:office-change": _act("M", scoped=True),
    "bot:office-holiday": _act("M", scoped=True),
    "bot:cases": _look("O"),
    "bot:case": _look("O", scoped=True),
    "bot:case-number": _act("O", scoped=True),
    "bot:case-step": _act("O", scoped=True),
    "bot:duty": _both("O"),
    "bot:safeguarding": _look("O"),
    "bot:safeguarding-try": _act("O"),
    "bot:safeguarding-rule": _both("O"),
    # operations
    "operations:troubles": _look("A"),
    "operations:look": _act("A"),
    # questions without an answer
    "bot:questions": _look("MT"),
    "bot:question": _look("MT", scoped=True),
    "bot:question-decide": _act("MT", scoped=True),
    "bot:question-undo": _act("MT", scoped=True),
    "bot:question-effect": _act("MT", scoped=True),
    "bot:decided": _look("MT"),
    "bot:pairs": _look("MT"),
    "bot:candidates": _look("O"),
    "bot:candidate-step": _act("O", scoped=True),
    "bot:chat": _look(ANYBODY),
    "bot:say": _act(ANYBODY),
    "bot:chat-delete": _act(ANYBODY),
    "bot:chat-embed": _look(ANYBODY),
    "bot:answers": _act(ANYBODY),
    # partners' programs
    "api-document": _look(ANYBODY),
    "api-indicators": _look(BADGE),
    "api-figures": _look(BADGE),
    "api-edition": _look(BADGE),
    "api-texts": _look(BADGE),
    "api-numbers": _look(BADGE),
    "api-blasts": _look(BADGE),
    "api-blast": _look(BADGE),
}

# Tables of the administration: roles that look, add, change. Nothing can be deleted there by anybody.
ADMINISTRATION = {
    "people_staff": ("A", "", ""),
    "people_person": ("AM", "", ""),
    "people_language": ("AM", "", ""),
    "people_suppression": ("A", "", ""),
    "people_importrun": ("AM", "", ""),
    "people_consent": ("A", "", ""),
    "people_reveal": ("A", "", ""),
    "campaigns_campaign": ("AM", "M", "M"),
    "campaigns_source": ("AM", "AM", "AM"),
    "campaigns_price": ("AM", "A", "A"),
    "ussd_call": ("A", "", ""),
}
# Addresses of the administration besides its tables, for whoever enters it at all
FRAME = {"index", "app_list", "search", "autocomplete", "jsi18n", "logout", "view_on_site"}
# Those that lead elsewhere before they are reached (config.urls)
REPLACED = {"login", "password_change", "password_change_done"}
ENTERS = "AM"


def may(letters: str, role: str) -> bool:
    held = next((letter for letter, code in LETTERS.items() if code == role), "")
    return letters in (ANYBODY, STAFF) or bool(held and held in letters)
