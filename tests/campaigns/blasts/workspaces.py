"""Groups and contacts of a workspace of RapidPro, as we and as it know them."""

from gateways.rapidpro.client import Patience
from tests.campaigns import scene
from tests.gateways.rapidpro_server import Workspace

QUICK = Patience(tries=3, gap=0.0, sleep=lambda _seconds: None)


def urn(index: int) -> str:
    return f"tel:{scene.number(index)}"


def members(workspace: Workspace, name: str = "Njia") -> dict[str, str | None]:
    """URN -> language of a group's contacts, by the workspace's own tables."""
    return {
        one["urns"][0]: one["language"]
        for one in workspace.contacts
        if name in [group["name"] for group in one["groups"]]
    }
