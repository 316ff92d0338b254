"""The tables of people: who we speak with and who staff are, languages and districts, the audit."""

from people.models.audit import (
    AuditCheck,
    AuditEntry,
    Kind,
)
from people.models.badges import Badge
from people.models.columns import (
    TOKEN,
    LineField,
    SealField,
    TokenField,
    token_field,
)
from people.models.languages import (
    CountryMenu,
    District,
    Language,
    Question,
    every_question,
)
from people.models.people import (
    AgeBand,
    Basis,
    Consent,
    Erasure,
    ImportRun,
    Person,
    PurgeRun,
    Purpose,
    Reveal,
    Sex,
    Staff,
    Subject,
    Successor,
    Suppression,
)
from people.models.rushes import Rush
from people.models.staff import (
    Invitation,
    PageSession,
    Proposal,
)
from people.models.tags import Tag

__all__ = [
    "TOKEN",
    "AgeBand",
    "AuditCheck",
    "AuditEntry",
    "Badge",
    "Basis",
    "Consent",
    "CountryMenu",
    "District",
    "Erasure",
    "ImportRun",
    "Invitation",
    "Kind",
    "Language",
    "LineField",
    "PageSession",
    "Person",
    "Proposal",
    "PurgeRun",
    "Purpose",
    "Question",
    "Reveal",
    "Rush",
    "SealField",
    "Sex",
    "Staff",
    "Subject",
    "Successor",
    "Suppression",
    "Tag",
    "TokenField",
    "every_question",
    "token_field",
]
