"""How people ask, as an edition teaches it to the matcher of one language."""

from campaigns.editions.content import Content
from campaigns.editions.edition import Edition
from people import languages

Examples = dict[str, list[str]]  # item -> titles and ways of asking, each once


def examples(edition: Edition, base: str) -> Examples:
    """Item -> phrasings and title, in the language and in its Latin variant."""
    found: Examples = {}
    for language, items in edition.phrasings.items():
        if languages.base(language) == base:
            for item, texts in items.items():
                known = edition.items.get(item)
                title = known.texts[language].title if known and language in known.texts else ""
                found.setdefault(item, []).extend(filter(None, [title, *texts]))
    return _once(found)


def of_content(content: Content, base: str) -> Examples:
    """The same of content that is no edition yet."""
    found: Examples = {}
    for language in sorted(content.texts):
        if languages.base(language) == base:
            for item, words in content.texts[language].items():
                if words.phrasings:
                    title = [words.title] if language == base else []
                    found.setdefault(item, []).extend(filter(None, [*title, *words.phrasings]))
    return _once(found)


def _once(found: Examples) -> Examples:
    return {item: list(dict.fromkeys(texts)) for item, texts in found.items()}
