"""A real browser without a network, and pages of made-up runs to open in it."""

import shutil

import pytest

from crossover.benchmarks import kinds
from crossover.benchmarks.report.analysis.run_results import results
from crossover.benchmarks.runs import load

BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]


@pytest.fixture(scope="session")
def browser():
    """The system's own Chromium."""
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make .venv/browser")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"no browser here: none of {', '.join(BROWSERS)} (on Debian: apt-get install chromium)")
    with driver.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@pytest.fixture
def html_of(tmp_path):
    """Makes the page of some saved runs."""
    from crossover.benchmarks.report.page import content

    def make(*documents):
        runs = [load.parse(each, f"run-{place}.json") for place, each in enumerate(documents)]
        names = [(run, name) for run in runs for name in run.benchmarks]
        parts = [content.Shown([run], name, kinds.answers(results([run], name))) for run, name in names]
        return content.page(parts, kinds.MAIN, tmp_path).html()

    return make


@pytest.fixture
def open_page(browser, html_of, tmp_path):
    """Opens the page of some saved runs from disk; at the end of the test it must have logged and loaded nothing."""
    contexts, complaints = [], []

    def opened(*documents, **options):
        path = tmp_path / "page.html"
        path.write_bytes(html_of(*documents))
        context = browser.new_context(offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: complaints.append(request.url) if request.url != path.as_uri() else None)
        page.goto(path.as_uri())
        page.wait_for_selector(".chart:last-of-type svg")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [] == complaints
