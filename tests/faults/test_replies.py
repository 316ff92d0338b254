"""A sender of single SMS is killed while the provider thinks: nobody is written to twice, no other one is lost."""

from pathlib import Path

import pytest
from django.utils import timezone

from campaigns.models import Answer
from campaigns.replies import outbox
from tests.campaigns import scene
from tests.campaigns.replies.owed import owed
from tests.campaigns.scene import Scene
from tests.faults.field import Worker, gateways

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def patient(deployment: Scene, tmp_path: Path, settings) -> Scene:
    """A gateway that another process can read too, and that waits for long."""
    text = gateways(deployment.network.port, batch=1)
    file = tmp_path / "gateways.toml"
    file.write_text(text.replace("read_timeout = 1.0", "read_timeout = 60.0"), encoding="utf-8")
    settings.GATEWAYS_FILE = str(file)
    scene.forget_routes()
    return deployment


def test_killed_between_begun_and_answered_leaves_one_unsure_and_the_rest_is_sent(patient: Scene):
    patient.faults(hang=1.0)
    for number in range(3):
        owed(str(number))
    worker = Worker("tests.faults.reply_worker")
    scene.wait_for(lambda: bool(patient.record()))

    worker.kill()
    patient.faults()

    later = timezone.now() + outbox.PATIENCE
    assert [outbox.send_waiting(at=later) for _ in range(2)] == [2, 0]
    states = list(Answer.objects.order_by("id").values_list("state", flat=True))
    assert states == ["begun", "sent", "sent"]
    assert len(patient.record()) == 3
