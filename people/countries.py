"""The eight countries of the programme: names, calling codes and clocks.

Calling codes: ITU E.164, all of three digits. Which languages a country offers is people.languages' matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Country:
    code: str
    name: str | Promise
    calling: str
    zone: ZoneInfo


def _country(code: str, name: str | Promise, calling: str, zone: str) -> Country:
    return Country(code, name, calling, ZoneInfo(f"Africa/{zone}"))


COUNTRIES: Mapping[str, Country] = MappingProxyType(
    {
        country.code: country
        for country in (
            _country("DJ", _("Djibouti"), "253", "Djibouti"),
            _country("ER", _("Eritrea"), "291", "Asmara"),
            _country("ET", _("Ethiopia"), "251", "Addis_Ababa"),
            _country("KE", _("Kenya"), "254", "Nairobi"),
            _country("SO", _("Somalia"), "252", "Mogadishu"),
            _country("SS", _("South Sudan"), "211", "Juba"),
            _country("SD", _("Sudan"), "249", "Khartoum"),
            _country("UG", _("Uganda"), "256", "Kampala"),
        )
    }
)
CODES = tuple(COUNTRIES)
CALLING: Mapping[str, str] = MappingProxyType(
    {country.calling: country.code for country in COUNTRIES.values()}
)
