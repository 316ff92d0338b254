"""What a category or a dimension is called on a page."""

from django.utils.functional import Promise
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from analytics import networks
from analytics.definitions import COUNTRIES

DIMENSIONS: dict[str, Promise] = {
    "country": gettext_lazy("Country"),
    "channel": gettext_lazy("Channel"),
    "campaign": gettext_lazy("Campaign"),
    "month": gettext_lazy("Month"),
    "language": gettext_lazy("Language"),
    "sex": gettext_lazy("Sex"),
    "age_band": gettext_lazy("Age"),
    "status": gettext_lazy("Status"),
    "district": gettext_lazy("District"),
    "network": gettext_lazy("Network"),
}
WORDS: dict[str, Promise | str] = {
    **COUNTRIES,
    "sms": "SMS",
    "ussd": "USSD",
    "chat": gettext_lazy("Chat"),
    "female": gettext_lazy("female"),
    "male": gettext_lazy("male"),
    "other": gettext_lazy("other"),
    "undisclosed": gettext_lazy("prefers not to say"),
    "under-18": gettext_lazy("under 18"),
    "always-on": gettext_lazy("always on, no campaign"),
    "unknown": gettext_lazy("unknown"),
}


def label(dimension: str, word: str) -> str:
    """The category's name for a reader; codes we do not know stay as they are."""
    if dimension == "language" and word != "unknown":
        return _language(word)
    if dimension == "network" and word != "unknown":
        return networks.label(word)
    if dimension in ("campaign", "district", "month") and word not in ("unknown", "always-on"):
        return word  # somebody's own words: never taken for ours
    return str(WORDS.get(word, word))


def _language(code: str) -> str:
    main, _separator, script = code.partition("-")
    try:
        name = get_language_info(main)["name_local"]
    except KeyError:
        return code
    return _("%(language)s in Latin letters") % {"language": name} if script == "Latn" else name
