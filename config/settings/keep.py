"""How long what may say something of a person is kept: days, each changeable for a deployment.

Defaults: docs/privacy.md. What is kept for minutes or hours alone, because a conversation needs it, cannot be changed.
"""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from config.settings import env

YEAR = 365

KEEP: Mapping[str, timedelta] = MappingProxyType(
    {
        "numbers": env.days("NJIA_KEEP_NUMBERS", YEAR),
        "after-campaign": env.days("NJIA_KEEP_AFTER_CAMPAIGN", 30),
        "subjects": env.days("NJIA_KEEP_SUBJECTS", 7 * YEAR),
        "consents": env.days("NJIA_KEEP_CONSENTS", 2 * YEAR),
        "lifted": env.days("NJIA_KEEP_LIFTED", 2 * YEAR),
        "reveals": env.days("NJIA_KEEP_REVEALS", 2 * YEAR),
        "texts": env.days("NJIA_KEEP_TEXTS", 90),
        "threads": env.days("NJIA_KEEP_THREADS", 14),
        "cases": env.days("NJIA_KEEP_CASES", 30),
        "problems": env.days("NJIA_KEEP_PROBLEMS", 90),
        "calls": env.days("NJIA_KEEP_CALLS", 90),
        "references": env.days("NJIA_KEEP_REFERENCES", 30),
        # its lines hold sealed texts: never longer than these
        "journal": env.days("NJIA_KEEP_JOURNAL", 7, most=30),
        "exports": env.days("NJIA_KEEP_EXPORTS", 7, most=90),
        "sign-ins": env.days("NJIA_KEEP_SIGN_INS", 30),
        "changes": env.days("NJIA_KEEP_CHANGES", 2 * YEAR),
    }
)
