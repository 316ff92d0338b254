"""Checks of texts before they are compiled: tokens that somebody fills, labels short enough."""

import re
from collections.abc import Mapping

from campaigns.content import MENU, ROOT, SHORT, SOURCE, Content, Words
from campaigns.tokens import KINDS

TOKEN = re.compile(r"\{([^{}]*)\}")


def text_problems(content: Content, language: str) -> list[str]:
    """What no screen can show: unknown tokens, broken braces, lost placeholders, long labels, blanks."""
    known = {*KINDS, "numbers", *(f"menu:{code}" for code in _main_menus(content))}
    found = []
    for code, text in content.texts[language].items():
        found += [f"{language} {code}: {problem}" for problem in _text(text, known)]
        if content.nodes[code].kind != MENU and not text.body.strip():
            found.append(f"{language} {code}: the body is empty.")
    source = content.wordings[SOURCE]
    for key, wording in content.wordings[language].items():
        wanted = tokens(source.get(key, ""))
        if tokens(wording) != wanted:
            said = " ".join(sorted(wanted)) or "none"
            found.append(
                f"{language} ui.{key}: it must have the placeholders of the English one ({said})."
            )
    return found


def tokens(text: str) -> set[str]:
    """The names in braces; a stray brace counts as a token nobody knows."""
    stray = {"brace"} if re.search(r"[{}]", TOKEN.sub("", text)) else set()
    return set(TOKEN.findall(text)) | stray


def _text(text: Words, known: set[str]) -> list[str]:
    problems = [
        f"nobody knows the token {{{token}}}."
        for part in (text.body, text.sms)
        for token in sorted(tokens(part) - known)
    ]
    if len(text.short) > SHORT:
        problems.append(
            f"the label {text.short!r} has {len(text.short)} characters; {SHORT} at most."
        )
    if not text.short.strip() or not text.title.strip():
        problems.append("title or short label is empty.")
    return problems


def _main_menus(content: Content) -> Mapping[str, None]:
    return {code: None for code, node in content.nodes.items() if node.parent == ROOT}
