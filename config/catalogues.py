"""Translations of the pages: .po files are compiled here, so that no gettext has to be installed.

`python -m config.catalogues` compiles what is newer than its .mo; with --check it only judges.
"""

import argparse
import re
import string
import sys
from collections.abc import Iterator
from gettext import c2py
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
PLURALS = re.compile(r"nplurals\s*=\s*(\d+)\s*;\s*plural\s*=\s*([^;]+);?\s*$")
HIGHEST = 200  # counts up to which a plural rule is tried; every CLDR rule repeats within that
# no blank between % and its letter: "% delivered" is a share, and Python would need one for a sign only
PERCENT = re.compile(r"%(?:\([^)]*\))?[#0\-+]?\d*(?:\.\d+)?[sdifgxr]")


def catalogues(root: Path = ROOT) -> list[Path]:
    """Every .po file of the project."""
    return sorted((root / "locales").glob("*/LC_MESSAGES/*.po"))


def compile_all(root: Path = ROOT) -> int:
    """Compile the catalogues that changed since; returns how many. A damaged one raises ValueError."""
    compiled = 0
    for path in catalogues(root):
        target = path.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
            write(path, target)
            compiled += 1
    return compiled


def write(path: Path, target: Path) -> None:
    """Compile one catalogue; a reader never sees half of it."""
    if broken := list(faults(path)):
        raise ValueError(broken[0])
    draft = target.with_suffix(".draft")
    polib.pofile(str(path)).save_as_mofile(str(draft))
    draft.replace(target)


def faults(path: Path) -> Iterator[str]:
    """What is wrong with a catalogue, as sentences: its plural rule, its placeholders, its syntax."""
    try:
        catalogue = polib.pofile(str(path), check_for_duplicates=True)
    except (OSError, ValueError) as error:
        yield f"{path}: {error}"
        return
    forms = _forms(catalogue.metadata.get("Plural-Forms", ""))
    if forms is None:
        yield f"{path}: the Plural-Forms header is not valid: Django would refuse the language."
        return
    for entry in catalogue.translated_entries():
        if entry.msgid_plural and len(entry.msgstr_plural) != forms:
            yield f"{path}:{entry.linenum}: {forms} plural forms are needed."
        if wrong := _wrong_placeholders(entry):
            yield f"{path}:{entry.linenum}: placeholders differ from the original: {wrong}."


def _forms(header: str) -> int | None:
    """How many plural forms the header promises; None when it cannot be read or breaks its promise."""
    found = PLURALS.match(header.strip())
    if not found:
        return None
    number = int(found[1])
    try:
        rule = c2py(found[2])
    except ValueError:
        return None
    return number if all(rule(count) < number for count in range(HIGHEST)) else None


def _wrong_placeholders(entry: polib.POEntry) -> str:
    """Translations whose placeholders are none that the original has, or which miss one."""
    allowed = placeholders(entry.msgid) | placeholders(entry.msgid_plural or "")
    needed = placeholders(entry.msgid_plural or entry.msgid)
    plural = bool(entry.msgid_plural)
    for text in entry.msgstr_plural.values() if plural else [entry.msgstr]:
        has = placeholders(text)
        # a form for one or none may well leave the number out
        if not has <= allowed or (not plural and has != needed):
            return text
    return ""


def placeholders(text: str) -> frozenset[str]:
    """The %-placeholders and {names} in a text."""
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    except ValueError:  # a lone brace: not a format
        names = set()
    return frozenset(PERCENT.findall(text)) | frozenset(names)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="judge only, write nothing")
    check = parser.parse_args().check
    broken = [fault for path in catalogues() for fault in faults(path)]
    for fault in broken:
        sys.stderr.write(f"{fault}\n")
    if not check and not broken:
        compile_all()
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
