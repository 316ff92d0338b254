"""The eight countries of the programme: names, calling codes, clocks and languages.

Calling codes: ITU E.164, all of three digits. Order of languages: CLDR 48.2 shares, literacy and what
people on the move speak (so Oromo and Amharic also on the Djibouti, Kenya and Somalia menus).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Country:
    """One country; `languages` in the order of its menu, the first is the default."""

    code: str
    name: str | Promise
    calling: str
    zone: ZoneInfo
    languages: tuple[str, ...]


def _country(code: str, name: str | Promise, calling: str, zone: str, languages: str) -> Country:
    return Country(code, name, calling, ZoneInfo(f"Africa/{zone}"), tuple(languages.split()))


COUNTRIES: Mapping[str, Country] = MappingProxyType(
    {
        country.code: country
        for country in (
            _country("DJ", _("Djibouti"), "253", "Djibouti", "so fr aa ar am om"),
            _country("ER", _("Eritrea"), "291", "Asmara", "ti ar en"),
            _country("ET", _("Ethiopia"), "251", "Addis_Ababa", "am om ti so en aa"),
            _country("KE", _("Kenya"), "254", "Nairobi", "sw en so om"),
            _country("SO", _("Somalia"), "252", "Mogadishu", "so ar en om am"),
            _country("SS", _("South Sudan"), "211", "Juba", "en ar"),
            _country("SD", _("Sudan"), "249", "Khartoum", "ar en ti am"),
            _country("UG", _("Uganda"), "256", "Kampala", "en lg sw"),
        )
    }
)
CODES = tuple(COUNTRIES)
CALLING: Mapping[str, str] = MappingProxyType(
    {country.calling: country.code for country in COUNTRIES.values()}
)
