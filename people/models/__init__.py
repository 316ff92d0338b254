"""The tables of people: who we speak with and who staff are, languages and districts, the audit."""

from people.models.audit import (
    AuditEntry,
    Kind,
)
from people.models.languages import (
    CountryMenu,
    District,
    Language,
    Question,
    every_question,
)
from people.models.people import (
    TOKEN,
    AgeBand,
    Basis,
    Consent,
    Erasure,
    ImportRun,
    Person,
    Purpose,
    Reveal,
    Sex,
    Staff,
    Subject,
    Suppression,
    token_field,
)

__all__ = [
    "TOKEN",
    "AgeBand",
    "AuditEntry",
    "Basis",
    "Consent",
    "CountryMenu",
    "District",
    "Erasure",
    "ImportRun",
    "Kind",
    "Language",
    "Person",
    "Purpose",
    "Question",
    "Reveal",
    "Sex",
    "Staff",
    "Subject",
    "Suppression",
    "every_question",
    "token_field",
]
