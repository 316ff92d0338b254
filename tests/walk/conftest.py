"""The whole product and a browser: every walk shares one of each."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.stream_product import Product, running

CHROMIUM = Path("/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
driving = pytest.importorskip("playwright.sync_api", reason="`make walk` installs playwright")
if not CHROMIUM.exists():
    pytest.skip("there is no chromium here", allow_module_level=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.walk)


@pytest.fixture(scope="package")
def product() -> Iterator[Product]:
    with running(batch=100, rate=100.0, environment={"NJIA_PSEUDO": "1"}) as started:
        yield started


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    with driving.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield started
        started.close()


@pytest.fixture
def signed_in(product: Product, browser: Any) -> Iterator[Callable[[str], Any]]:
    """A page on which that role has signed in, with a window of its own."""
    known = dict(
        re.findall(r"^(\w+)\s+(\S+)$", (product.data / "accounts.txt").read_text(), re.MULTILINE)
    )
    contexts = []

    def sign_in(role: str) -> Any:
        context = browser.new_context(base_url=f"http://127.0.0.1:{product.port}")
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.goto("/sign-in/")
        page.fill("#id_username", role)
        page.fill("#id_password", known[role])
        page.click("main button")
        page.wait_for_url(re.compile(r"/$"))
        return page

    yield sign_in
    for context in contexts:
        context.close()
