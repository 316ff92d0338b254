"""Staff: six roles, what each may do, and the accounts of a demonstration.

A role is a group of Django permissions. The upper floors' permissions stand here as words, because nothing
may import upward; a test holds that each word names a permission that exists.
"""

import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.countries import CODES
from people.models import Staff


@dataclass(frozen=True, slots=True)
class Role:
    """`permissions` as `app.codename`; `admin_site`: may enter the administration pages."""

    code: str
    name: str | Promise
    permissions: tuple[str, ...]
    admin_site: bool = False


def _each(app: str, verbs: str, models: str) -> tuple[str, ...]:
    return tuple(f"{app}.{verb}_{model}" for model in models.split() for verb in verbs.split())


SEE_CONTENT = _each("campaigns", "view", "contentitem text source fact referral edition")
SEE_BLASTS = _each("campaigns", "view", "campaign audience price blast chunk")
SEE_REACH = (
    "analytics.view_reach",
    *_each("analytics", "view", "indicator indicatortitle rule target baseline network"),
    *_each("analytics", "view", "closedperiod restatement foreignpack release"),
)
CLOSE_PERIODS = (  # one proposes, another closes (analytics.closing)
    "analytics.propose_closing",
    "analytics.close_period",
    "analytics.export_pack",
    "analytics.add_foreignpack",
    "analytics.add_release",
)
TELL_EVENTS = _each("analytics", "view add", "entry")  # with their evidence, which may show faces
AIM = _each("analytics", "add", "target baseline deviation")
SET_RULES = ("analytics.add_rule", "analytics.add_indicatortitle", "analytics.add_project")
EXPORT = _each("analytics", "view", "exportjob")  # files of figures, small numbers included
NAME_NETWORKS = _each("analytics", "add change", "network")
SEE_ANSWERS = ("campaigns.view_answer",)  # single SMS that were asked for, as counts
SET_LANGUAGES = _each("people", "view add change", "language")
SEE_DISTRICTS = ("people.view_district",)
SET_TAGS = _each("people", "view change", "tag")  # by which lists mark their people
SET_INQUIRY = (*SEE_DISTRICTS, "people.change_district", "people.set_inquiry")
SEE_FUNNEL = ("ussd.view_funnel",)
TRY = ("ussd.use_simulator",)
ANSWER_PEOPLE = ("people.answer_person", "people.view_purgerun")  # access, erasure, retention
CONFIRM = ("people.view_proposal", "people.confirm_proposal")  # the second person (people.accounts)
QUESTIONS = _each("bot", "view change", "question")  # asked and not answered: the editors' list
ANSWER = ("bot.view_wish", "bot.answer_wish", "bot.view_office")  # people who asked for a person

ROLES: Mapping[str, Role] = MappingProxyType(
    {
        role.code: role
        for role in (
            Role(
                "administrator",
                _("Administrator"),
                (
                    *_each("people", "view add change", "staff badge"),
                    *CONFIRM,
                    *ANSWER_PEOPLE,
                    *_each(
                        "people", "view", "person consent suppression importrun reveal auditentry"
                    ),
                    "people.add_person",
                    *SET_LANGUAGES,
                    *SET_INQUIRY,
                    *SET_TAGS,
                    "operations.view_trouble",
                    *SEE_CONTENT,
                    *_each("campaigns", "add change", "fact referral source price"),
                    "campaigns.publish_edition",
                    *SEE_BLASTS,
                    "campaigns.export_audience",
                    *SEE_ANSWERS,
                    *SEE_REACH,
                    *CLOSE_PERIODS,
                    *TELL_EVENTS,
                    *AIM,
                    *SET_RULES,
                    *EXPORT,
                    *NAME_NETWORKS,
                    "ussd.view_call",  # sessions one by one: to look into a bill, not for figures
                    *SEE_FUNNEL,
                    *TRY,
                    "demonstration.make_year",  # where nothing but a demonstration is
                ),
                admin_site=True,
            ),
            Role(
                "manager",
                _("Campaign manager"),
                (
                    *_each("people", "view", "person importrun"),
                    "people.add_person",
                    *SET_LANGUAGES,
                    *SET_INQUIRY,
                    *SET_TAGS,
                    *SEE_CONTENT,
                    *_each("campaigns", "add change", "contentitem text fact source"),
                    *SEE_BLASTS,
                    *_each("campaigns", "add change", "campaign"),
                    "campaigns.plan_blast",
                    *SEE_ANSWERS,
                    *SEE_REACH,
                    *TELL_EVENTS,
                    *AIM,
                    *EXPORT,
                    *NAME_NETWORKS,
                    *SEE_FUNNEL,
                    *QUESTIONS,
                    *ANSWER,
                    "bot.change_office",
                    *TRY,
                ),
                admin_site=True,
            ),
            Role(
                "approver",
                _("Approver"),
                (
                    *_each("people", "view", "importrun language district"),
                    *SEE_CONTENT,
                    "campaigns.approve_text",
                    "campaigns.publish_edition",
                    *SEE_BLASTS,
                    "campaigns.approve_blast",
                    *SEE_REACH,
                    *TRY,
                ),
            ),
            Role(
                "translator",
                _("Translator"),
                (
                    *_each("people", "view", "language district"),
                    *SEE_CONTENT,
                    *_each("campaigns", "add change", "text"),
                    *QUESTIONS,
                    *ANSWER,
                    *TRY,
                ),
            ),
            Role(
                "monitoring",
                _("Monitoring and evaluation"),
                (
                    *SEE_DISTRICTS,
                    *SEE_BLASTS,
                    *SEE_ANSWERS,
                    *SEE_REACH,
                    *SEE_FUNNEL,
                    *CLOSE_PERIODS,
                    *TELL_EVENTS,
                    *AIM,
                    *SET_RULES,
                    *EXPORT,
                ),
            ),
            Role(
                "protection",
                _("Protection officer"),
                (
                    *_each("people", "view", "person reveal district"),
                    "people.reveal_person",
                    *ANSWER_PEOPLE,
                    *CONFIRM,
                    *_each("bot", "view change", "case dangerrule"),
                    *SEE_CONTENT,
                    *_each("campaigns", "add change", "referral"),
                    *TRY,
                ),
            ),
        )
    }
)

# Roles that see numbers, approve or give roles: nobody gives them alone (people.accounts)
GUARDED = frozenset({"administrator", "approver", "protection"})
CONFIRMERS = tuple(role.code for role in ROLES.values() if CONFIRM[-1] in role.permissions)


@dataclass(frozen=True, slots=True)
class Installed:
    """The roles as they now stand; `missing` are permissions that no installed app has."""

    roles: tuple[str, ...]
    missing: tuple[str, ...]


def install_roles() -> Installed:
    """Make the groups, or set them right. Idempotent; other groups are left alone."""
    existing = _permissions({word for role in ROLES.values() for word in role.permissions})
    with transaction.atomic():
        for role in ROLES.values():
            group, _made = Group.objects.get_or_create(name=role.code)
            group.permissions.set(existing[word] for word in role.permissions if word in existing)
    wanted = {word for role in ROLES.values() for word in role.permissions}
    return Installed(tuple(ROLES), tuple(sorted(wanted - set(existing))))


def _permissions(words: Iterable[str]) -> dict[str, Permission]:
    name = Concat(F("content_type__app_label"), Value("."), F("codename"), output_field=CharField())
    found = Permission.objects.annotate(word=name).filter(word__in=list(words))
    return {permission.word: permission for permission in found}


def hire(
    username: str, role: str, *, countries: Iterable[str], password: str, email: str = ""
) -> Staff:
    """An account with one role; set right where the name exists. Administrators hold all eight countries.

    The caller has validated the password.
    """
    own = list(CODES) if role == "administrator" else sorted(set(countries))
    with transaction.atomic():
        staff, _made = Staff.objects.get_or_create(username=username)
        staff.countries, staff.email, staff.is_staff = own, email, ROLES[role].admin_site
        staff.set_password(password)
        staff.save()
        staff.groups.set([Group.objects.get(name=role)])
    return staff


def visible_to(staff: Staff) -> QuerySet[Staff]:
    """Colleagues an administrator may look after: those whose countries are all among the own ones."""
    return Staff.objects.filter(is_superuser=False, countries__contained_by=staff.countries)


# --- the accounts of a demonstration ----------------------------------------------------------------------


def accounts_file() -> Path:
    return Path(settings.DATA) / "accounts.txt"


def demonstration_accounts() -> str:
    """One account a role, passwords made here and kept 0600 under DATA; the file's text, to show it again."""
    file = accounts_file()
    names = Staff.objects.filter(username__in=ROLES).count()
    if names < len(ROLES) or not set(ROLES) <= _named_in(file):
        passwords = {role: secrets.token_urlsafe(9) for role in ROLES}
        for role, password in passwords.items():
            hire(role, role, countries=CODES, password=password)
        Staff.objects.filter(username__in=ROLES).update(demonstration=True)
        _keep(file, "".join(f"{role:<15} {password}\n" for role, password in passwords.items()))
    return file.read_text(encoding="utf-8")


def _named_in(file: Path) -> set[str]:
    """The names whose passwords the file holds; a lost or damaged one holds none."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return set()
    return {line.split()[0] for line in lines if len(line.split()) == 2}


def _keep(file: Path, text: str) -> None:
    draft = file.with_suffix(".draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    draft.replace(file)
