"""The languages of the pages, and those that Django does not know by itself.

Django 5.2's LANG_INFO lacks most languages of the Horn; `{% get_language_info %}` and the admin's
switcher raise KeyError on them, so they are registered before anything asks.
Names: CLDR 48.2 autonyms.
"""

from django.conf import locale

# code: (English name, own name)
OURS = {
    "aa": ("Afar", "Qafar"),
    "am": ("Amharic", "አማርኛ"),
    "lg": ("Luganda", "Luganda"),
    "om": ("Oromo", "Afaan Oromoo"),
    "so": ("Somali", "Soomaali"),
    "ti": ("Tigrinya", "ትግርኛ"),
}
LANGUAGES = [
    ("en", "English"),
    ("am", "አማርኛ"),
    ("om", "Afaan Oromoo"),
    ("ti", "ትግርኛ"),
    ("so", "Soomaali"),
    ("sw", "Kiswahili"),
    ("ar", "العربية"),
    ("fr", "français"),
    ("aa", "Qafar"),
    ("lg", "Luganda"),
]


def register() -> None:
    """Teach Django the languages it lacks; harmless when called twice."""
    for code, (name, own) in OURS.items():
        locale.LANG_INFO.setdefault(
            code, {"bidi": False, "code": code, "name": name, "name_local": own}
        )
