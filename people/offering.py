"""Adding languages and setting the order of a country's menu: what is refused, and whose digit changes its meaning.

Whether a code is assigned at all is not looked up: the list of ISO 639-3 has 7900 of them. Its form is checked.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from gateways import segments
from people.languages import Language, base, folded, known, names, orders
from people.models import CountryMenu
from people.models import Language as Row

MOST = 7  # languages of a country: the list has the keys 1 to 7 (D6)
PLAIN_MOST = 20  # units of a name on the first screen
LATIN = "Latn"
CODE = re.compile(r"([a-z]{2,3})(-Latn)?")
ISO = re.compile(r"[a-z]{3}")
SCRIPT = re.compile(r"[A-Z][a-z]{3}")
Fault = tuple[str, str]  # name of the column, what is wrong with it


class NotKept(Exception):  # noqa: N818 (says what happened)
    """Nothing was kept; the words say why."""


@dataclass(frozen=True, slots=True)
class Digit:
    """A digit that leads elsewhere; `becomes` "" where it leads nowhere any more."""

    digit: int
    was: str
    becomes: str


def code_of(text: str) -> str:
    """A code as we write it: `am-Latn` for `AM_latn`."""
    language, *script = text.strip().replace("_", "-").split("-")
    return "-".join([language.lower(), *(part.title() for part in script)])


def encoding(language: Language) -> segments.Encoding:
    """What its texts will most likely need, told from script and own name; each text says it exactly."""
    if language.script != LATIN:
        return "UCS-2"
    return segments.count(language.autonym).encoding


# --- a language ------------------------------------------------------------------------------------------


def faults(language: Language, among: Mapping[str, Language]) -> list[Fault]:
    """Everything that stands against the language, by column. `among`: all languages, itself or not."""
    others = {code: one for code, one in among.items() if code != language.code}
    checks = (_code, _iso, _script, _plain, _latin, _names)
    return [fault for check in checks for fault in check(language, others)]


def _code(language: Language, others: Mapping[str, Language]) -> Iterator[Fault]:
    code = language.code
    if not CODE.fullmatch(code):
        yield (
            "code",
            _(
                "A code has two or three small letters, as sw or din; a variant in Latin letters adds -Latn, as "
                "am-Latn. Another script is no variant: it is the script of the language itself."
            ),
        )
    elif base(code) != code and base(code) not in others:
        yield (
            "code",
            _("%(code)s is a variant of %(base)s: add %(base)s first.")
            % {
                "code": code,
                "base": base(code),
            },
        )


def _iso(language: Language, others: Mapping[str, Language]) -> Iterator[Fault]:
    iso, own = language.iso639_3, base(language.code)
    if not ISO.fullmatch(iso):
        yield "iso639_3", _("The ISO 639-3 code has three small letters.")
    elif len(own) == 3 and iso != own:
        yield (
            "iso639_3",
            _("A code of three letters is the ISO 639-3 code: write %(code)s.") % {"code": own},
        )
    same = (one for one in others.values() if one.iso639_3 == iso and base(one.code) != own)
    for one in list(same)[:1]:
        yield (
            "iso639_3",
            _("This language is here already: %(name)s (%(code)s).")
            % {
                "name": one.name,
                "code": one.code,
            },
        )


def _script(language: Language, others: Mapping[str, Language]) -> Iterator[Fault]:
    if not SCRIPT.fullmatch(language.script):
        yield "script", _("A script has four letters, as Latn, Ethi or Arab (ISO 15924).")
    elif base(language.code) != language.code and language.script != LATIN:
        yield "script", _("The script of a variant in Latin letters is Latn.")


def _plain(language: Language, others: Mapping[str, Language]) -> Iterator[Fault]:
    plain = language.plain
    odd = [letter for letter in plain if not letter.isascii() or letter not in segments.GSM]
    if odd:
        yield (
            "plain",
            _("Every phone must show it: write it without %(letters)s.")
            % {"letters": " ".join(dict.fromkeys(odd))},
        )
    elif (units := segments.units(plain)) > PLAIN_MOST:
        yield (
            "plain",
            _("It takes %(units)s places; %(most)s at most.")
            % {
                "units": units,
                "most": PLAIN_MOST,
            },
        )
    for one in others.values():
        if folded(one.plain) == folded(plain) and base(one.code) != base(language.code):
            yield (
                "plain",
                _("%(name)s has this name on the first screen already.") % {"name": one.name},
            )


def _latin(language: Language, others: Mapping[str, Language]) -> Iterator[Fault]:
    if not language.latin:
        return
    variant = others.get(language.latin)
    if variant is None or variant.script != LATIN or base(variant.code) != language.code:
        yield (
            "latin",
            _(
                "The variant must be a language of the list, in Latin letters and of the same code: %(code)s-Latn."
            )
            % {"code": base(language.code)},
        )


def _names(language: Language, others: Mapping[str, Language]) -> Iterator[Fault]:
    """A name people use must lead to one language only: lists of people name theirs by it."""
    called = names(one for one in others.values() if base(one.code) != base(language.code))
    own = {
        "name": (language.name,),
        "autonym": (language.autonym,),
        "other_names": language.other_names,
    }
    for column, said in own.items():
        for name in said:
            if (meant := called.get(folded(name))) is not None:
                yield (
                    column,
                    _("%(name)s means %(language)s already.")
                    % {
                        "name": name,
                        "language": others[meant].name if meant in others else meant,
                    },
                )


@transaction.atomic
def keep(language: Language) -> None:
    """Store a language without faults. A new variant in Latin letters becomes that of its language."""
    _store(language)
    above = known()[base(language.code)]
    if above.code != language.code and not above.latin:
        _store(replace(above, latin=language.code))


def adopt(code: str) -> None:
    """Make a language of the seed a row that can be changed, where none is there yet."""
    if not Row.objects.filter(pk=code).exists():
        _store(known()[code])


def _store(language: Language) -> None:
    values = {**asdict(language), "other_names": list(language.other_names)}
    Row.objects.update_or_create(code=values.pop("code"), defaults=values)


# --- the order of a country's menu -----------------------------------------------------------------------


def order_faults(codes: Sequence[str], among: Collection[str]) -> list[str]:
    """Everything that stands against the order. `among`: codes of all languages."""
    found = []
    if not codes:
        found.append(_("A country needs one language at least."))
    if len(codes) > MOST:
        found.append(
            _(
                "A country offers %(most)s languages at most, one for each of the keys 1 to %(most)s: "
                "the other keys mean the same on every screen. Take one out first."
            )
            % {"most": MOST}
        )
    if len(set(codes)) < len(codes):
        found.append(_("Each language stands in the list once."))
    for code in codes:
        if code not in among:
            found.append(_("There is no language %(code)s.") % {"code": code})
        elif base(code) != code:
            said = _("%(code)s comes by itself where phones show Latin letters only.")
            found.append(said % {"code": code})
    return found


def stepped(codes: Sequence[str], code: str, by: int) -> tuple[str, ...]:
    """The order with one language moved up (-1) or down (1); as it is where there is no such place."""
    at = codes.index(code)
    if not 0 <= at + by < len(codes):
        return tuple(codes)
    moved = [one for one in codes if one != code]
    moved.insert(at + by, code)
    return tuple(moved)


def changed_digits(before: Sequence[str], after: Sequence[str]) -> list[Digit]:
    """Digits people may have learnt that would lead elsewhere; digits that are new mislead nobody."""
    later = [*after, *[""] * len(before)]
    pairs = enumerate(zip(before, later, strict=False), 1)
    return [Digit(digit, was, becomes) for digit, (was, becomes) in pairs if was != becomes]


@transaction.atomic
def keep_order(country: str, codes: Sequence[str], *, seen: Sequence[str]) -> None:
    """Store the order of a country's menu; raises NotKept. `seen`: the order it was made from.

    It holds for the editions published from now on; people meet it with the next one.
    """
    CountryMenu.objects.get_or_create(
        country=country, defaults={"languages": list(orders()[country])}
    )
    row = CountryMenu.objects.select_for_update().get(country=country)
    if row.languages != list(seen):
        raise NotKept(_("Somebody else has just changed this order. Look at it again."))
    if found := order_faults(codes, known()):
        raise NotKept(" ".join(found))
    row.languages = list(codes)
    row.save()
