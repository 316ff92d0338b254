"""An edition's matchers and how well they understand, made once after it was published.

Whatever fits first leaves the matcher beside the edition's file (`matchers`), where the doors take it up.
"""

from datetime import datetime
from pathlib import Path

from bot import evaluation, floors, matchers
from bot.evaluation import Figures
from campaigns.editions.edition import Edition
from campaigns.models import Edition as Row
from campaigns.models import Understood


def learn(edition: Edition, questions: Path, *, at: datetime) -> int:
    """Fit and measure each language that is not measured yet; how many. `questions`: a folder of TSV files."""
    row = Row.objects.filter(hash=edition.id).only("pk").first()
    if row is None:
        return 0  # of another machine's file: its own workers measure it
    known = set(Understood.objects.filter(edition=row).values_list("language", flat=True))
    lacking = [one for one in matchers.of(edition).languages if one not in known]
    for language in lacking:
        by, figures = _measured(edition, language, questions / f"{language}.tsv")
        _keep(row, language, by, figures, at)
    return len(lacking)


def _measured(edition: Edition, language: str, file: Path) -> tuple[Understood.By, Figures]:
    if not file.exists():
        return Understood.By.LEFT_OUT, evaluation.left_out(edition, language)
    figures = evaluation.evaluate(edition, language, evaluation.read(file))
    return Understood.By.QUESTIONS, figures


def _keep(row: Row, language: str, by: Understood.By, figures: Figures, at: datetime) -> Understood:
    """Two workers at once leave one row."""
    told = figures.rounded()
    return Understood.objects.get_or_create(
        edition=row,
        language=language,
        defaults={
            "by": by,
            "accuracy": told["accuracy"],
            "top3": told["top3"],
            "sure_precision": told["sure_precision"],
            "danger_recall": told["safeguarding_recall"],
            "missed": floors.under(language, figures),
            "at": at,
        },
    )[0]
