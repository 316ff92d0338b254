"""NOTICE names whatever is not ours, and each package whose terms ask for more than a mention."""

import re
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTICE = (ROOT / "NOTICE").read_text(encoding="utf-8")
FREE = re.compile(
    r"\b(MIT|BSD|Apache|PSF|0BSD|ISC|Zlib|CC0)|Dual License|Yubico"
)  # Dual: Apache or BSD; Yubico: BSD


def terms(package: str) -> str:
    """The licence by the package's own metadata, "" where it says nothing."""
    told = metadata.metadata(package)
    for field in ("License-Expression", "License"):
        if said := str((told.get_all(field) or [""])[0]).partition("\n")[0]:
            return said
    return " ".join(one for one in told.get_all("Classifier") or [] if one.startswith("License"))


def locked() -> set[str]:
    """Packages of the lock that this machine has: some are for other systems."""
    named = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    here = {one.name.lower().replace("_", "-") for one in metadata.distributions() if one.name}
    return set(named) & here


def test_the_licences_are_whole() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")

    assert "END OF TERMS AND CONDITIONS" in text
    assert "creativecommons.org/licenses/by/4.0" in (ROOT / "locales/LICENSE").read_text("utf-8")


def test_each_package_under_other_terms_is_in_the_notice() -> None:
    asking = {one for one in locked() if not FREE.search(terms(one))}

    assert sorted(one for one in asking if not re.search(rf"\b{one}\b", NOTICE)) == []


@pytest.mark.parametrize("terms_of", ["psycopg", "certifi"])
def test_terms_that_ask_for_more_are_seen(terms_of: str) -> None:
    assert not FREE.search(terms(terms_of))


def test_each_folder_of_others_work_is_in_the_notice() -> None:
    vendored = {file.parent for file in ROOT.glob("config/static/vendor/*/*")}
    noted = {
        file.parent for room in ("tests", "understanding") for file in (ROOT / room).rglob("NOTICE")
    }
    folders = {folder.relative_to(ROOT).as_posix() for folder in vendored | noted}

    assert sorted(folder for folder in folders if folder not in NOTICE) == []


def test_each_table_of_facts_is_in_the_notice() -> None:
    seeds = {f"{file.parent.parent.name}/seed/{file.name}" for file in ROOT.glob("*/seed/*.csv")}
    own = {
        "campaigns/seed/items.csv",
        "campaigns/seed/demonstration_referrals.csv",
        "campaigns/seed/sources.csv",
    }
    own |= {"people/seed/data_map.csv", "people/seed/menus.csv"}

    assert sorted(one for one in seeds - own if Path(one).name not in NOTICE) == []
