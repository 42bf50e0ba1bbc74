"""A real portal with its worker, and a real browser to use it."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.faults.portal_process import Portal, as_json

CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser"])), None)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
Scheme = Literal["light", "dark"]
WIDTHS = {"phone": 390, "desk": 1280}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip("there is no Chromium here"))


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    """One portal for all browser tests, set up by nobody yet."""
    home = Path(tempfile.mkdtemp(prefix="browser-"))
    portal = Portal(home / "data", settings={"SWEEP_SECONDS": "5"})
    try:
        portal.up()
        yield portal
    finally:
        portal.run("stop")
        if portal.process:
            portal.process.communicate(timeout=60)
        portal.instance.remove()
        shutil.rmtree(home)


# A module's own, and stopped after it: while it runs, Django takes the thread for one
# with an event loop and refuses to touch the database.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Browser, portal: Portal) -> Iterator[Callable[..., Page]]:
    """Opens a window of some width and colours; a fault in a script fails the test."""
    faults: list[str] = []
    pages: list[Page] = []

    def opened(width: str = "desk", scheme: Scheme = "light", **options: Any) -> Page:
        page = browser.new_page(
            base_url=f"http://127.0.0.1:{portal.port}",
            viewport={"width": WIDTHS[width], "height": 900},
            color_scheme=scheme,
            **options,
        )
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda said: faults.append(said.text) if said.type == "error" else None,
        )
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.close()
    assert not faults


@pytest.fixture
def sign_in(portal: Portal) -> Callable[[Page, str], None]:
    """Signs somebody in by a one-time link."""

    def signed_in(page: Page, email: str) -> None:
        link = as_json(portal.run("manage", "login_link", email, "--json"))
        page.goto(link["url"])
        page.get_by_role("main").get_by_role("button").click()

    return signed_in


def assert_accessible(page: Page) -> None:
    """axe finds nothing against WCAG 2.2 AA."""
    rules = {"runOnly": {"type": "tag", "values": WCAG}}
    found = Axe().run(page, options=rules)
    assert found.violations_count == 0, found.generate_report()
