"""The screens that ask who is calling: one question, once, that anybody may skip (D8).

What is answered lives on the exposures of that call only. A language that lacks a question's words does not
put it.
"""

from collections.abc import Mapping, Sequence

from campaigns.editions.rendering import Line, Screens
from campaigns.editions.screens import CHILD, TELL, WHO
from campaigns.editions.tokens import fill

AGE, SEX, STATUS, DISTRICT = QUESTIONS = ("age_band", "sex", "status", "district")
UNDER_18 = "under-18"
# Question -> its wording, and (what is recorded, the option's wording or, of digits, the option itself).
# The values are those of people.models; "status" as the forms of the programme's partners part people.
ASKED: Mapping[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    AGE: (
        "who_age",
        (
            (UNDER_18, "who_under_18"),
            *((band, band) for band in ("18-24", "25-34", "35-49", "50+")),
        ),
    ),
    SEX: ("who_sex", (("female", "who_female"), ("male", "who_male"), ("other", "who_other"))),
    STATUS: (
        "who_status",
        (
            ("potential", "who_thinking"),
            ("transit", "who_way"),
            ("abroad", "who_abroad"),
            ("returnee", "who_back"),
            ("refugee", "who_refugee"),
            ("none", "who_none"),
        ),
    ),
}


def ask_who(
    screens: Screens, words: Mapping[str, str], tokens: Mapping[str, str], districts: Sequence[str]
) -> None:
    """Make the questions that the language has words for; `districts`: names to choose from, none: not asked."""
    own = {key.removeprefix("ussd."): words[key] for key in words if key.startswith("ussd.who_")}
    if "who_notice" not in own or "who_skip" not in own:
        return
    skip = Line("0", own["who_skip"])
    for question, (wording, options) in ASKED.items():
        labels = [(value, own.get(name, name)) for value, name in options]
        if wording in own and not any(label.startswith("who_") for _, label in labels):
            lines = [
                Line(str(n), label, TELL + value) for n, (value, label) in enumerate(labels, 1)
            ]
            text = f"{own['who_notice']} {own[wording]}"
            screens.question(WHO + question, text, lines, [skip])
    if districts and "who_district" in own:
        text = f"{own['who_notice']} {own['who_district']}"
        screens.picks(WHO + DISTRICT, text, districts, [skip])
    if "who_child" in own and tokens["child"] != words["number.none"]:
        back, help_line = Line("0", words["ussd.back"]), Line("8", words["ussd.help_short"])
        screens.story(CHILD, fill(own["who_child"], tokens), [back], last=[help_line])
