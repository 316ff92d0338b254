"""Content moves as readable files: what comes back is what went out, and nobody's approval travels."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from campaigns.editions.edition import Kind
from campaigns.editions.figures import NO_FIGURES
from campaigns.models import ContentItem, Fact, Referral, Source, Text
from campaigns.press.drafts import gather
from campaigns.writing import bundles, seeding
from people.models import CountryMenu, Language, Staff
from tests.published import AT, LOCALES

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    seeding.load(LOCALES, at=AT)
    return tmp_path / "moved"


def told(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def forget_everything() -> None:
    for table in (Text, ContentItem, Referral, Fact, Source):
        table.objects.all().delete()


def test_content_comes_back_as_it_went_out(folder: Path):
    before, _ = gather(Kind.DEMONSTRATION, NO_FIGURES)
    bundles.write(folder)
    forget_everything()

    call_command("content", "import", str(folder))

    assert gather(Kind.DEMONSTRATION, NO_FIGURES)[0] == before


def test_directory_and_facts_come_back_as_they_went_out(folder: Path):
    names = ("code", "country", "kinds", "number", "hours", "languages", "fictitious")
    before = list(Referral.objects.values_list(*names)), list(Fact.objects.values_list("figures"))
    bundles.write(folder)
    forget_everything()

    call_command("content", "import", str(folder))

    after = list(Referral.objects.values_list(*names)), list(Fact.objects.values_list("figures"))
    assert after == before


def test_languages_that_staff_added_move_with_their_place_in_the_menus(folder: Path):
    invented = Language.objects.create(
        code="zzz", iso639_3="zzz", name="Zzz", autonym="Zzz", plain="Zzz", script="Latn"
    )
    CountryMenu(country="KE", languages=["sw", "en", "zzz"]).save()
    bundles.write(folder)
    invented.delete()
    CountryMenu(country="KE", languages=["sw", "en"]).save()

    call_command("content", "import", str(folder))

    assert Language.objects.get(code="zzz").name == "Zzz"
    assert CountryMenu.objects.get(country="KE").languages == ["sw", "en", "zzz"]


def test_import_of_the_own_content_changes_nothing(folder: Path, capsys):
    bundles.write(folder)

    call_command("content", "import", str(folder))

    assert told(capsys) == ["nothing differs"]


def test_other_words_become_a_draft_although_older_ones_stood_here(folder: Path):
    bundles.write(folder)
    item = ContentItem.objects.get(code="faq-043")
    old = Text.objects.get(item=item, language="en")
    Text.objects.create(
        item=item, language="en", title="T", short="S", body="B", digest="other", made_at=AT
    )

    call_command("content", "import", str(folder))

    newest = Text.objects.filter(item=item, language="en").latest("id")
    assert (newest.pk > old.pk, newest.digest, newest.status) == (True, old.digest, "draft")


def test_number_that_changes_loses_its_proof(folder: Path):
    bundles.write(folder)
    staff = Staff.objects.create(username="officer")
    Referral.objects.filter(code__in=("ET-8797", "DJ-UNFD")).update(
        verified_by=staff, verified_by_call_on=AT.date()
    )
    Referral.objects.filter(code="ET-8797").update(number="0000 9")

    call_command("content", "import", str(folder))

    proved = Referral.objects.exclude(verified_by=None).values_list("code", flat=True)
    assert list(proved) == ["DJ-UNFD"]


def test_dry_run_says_what_would_change_and_changes_nothing(folder: Path, capsys):
    bundles.write(folder)
    ContentItem.objects.filter(code="faq-043").update(core=True)

    call_command("content", "import", str(folder), "--dry-run")

    assert told(capsys) == ["1 items would be added or changed"]
    assert ContentItem.objects.get(code="faq-043").core


def test_broken_file_changes_nothing(folder: Path):
    bundles.write(folder)
    (folder / "locales/so/content.toml").write_text("[meta\n", encoding="utf-8")
    ContentItem.objects.filter(code="faq-043").update(core=True)

    with pytest.raises(CommandError, match=r"Nothing was changed:\nso/content.toml cannot be read"):
        call_command("content", "import", str(folder))

    assert ContentItem.objects.get(code="faq-043").core


def test_folder_that_holds_something_is_not_written_over(folder: Path):
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")

    with pytest.raises(CommandError, match="is not empty; name a new folder"):
        call_command("content", "export", str(folder))


def test_folder_that_is_no_content_is_refused(tmp_path: Path):
    with pytest.raises(
        CommandError, match=r"is no exported content: seed/languages.csv is missing"
    ):
        call_command("content", "import", str(tmp_path))


def test_loading_the_seed_again_undoes_nobodys_edit():
    seeding.load(LOCALES, at=AT, only="en")
    ContentItem.objects.filter(code="faq-043").update(countries=["KE"])
    Fact.objects.filter(code="F01").update(claim="Ours")

    seeding.load(LOCALES, at=AT + timedelta(days=1), only="en")

    assert ContentItem.objects.get(code="faq-043").countries == ["KE"]
    assert Fact.objects.get(code="F01").claim == "Ours"
