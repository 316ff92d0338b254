"""The whole content of the files goes out and comes back without a change, each form in another script."""

import pytest

from campaigns.writing import seeding, translating
from campaigns.writing.exchange import intake, po, review, rows, xlsx
from campaigns.writing.workbench import workbench
from people import languages
from people.countries import CODES
from tests.published import AT, LOCALES

pytestmark = pytest.mark.django_db


def everything(there, tongue, write):
    return write(rows.rows(there, everything=True), tongue)


def test_seed_comes_back_as_it_went():
    seeding.load(LOCALES, at=AT)
    bench = workbench(AT)
    forms = {
        "am": lambda there, tongue: everything(there, tongue, xlsx.write),
        "ar": lambda there, tongue: everything(there, tongue, po.write),
        "so": review.write,
    }

    for language, write in forms.items():
        there = translating.standings(language, CODES)
        raw = write(there, languages.known()[language])
        looked = intake.look(raw, there, bench, language)

        assert looked.preview.faults == ()
        assert looked.empty
        assert sum(len(row.text.phrasings) for row in there if row.text) > 56 * 20
