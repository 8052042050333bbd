"""The page in a real browser, opened from disk with the network cut."""

import pytest

pytestmark = pytest.mark.browser

ROUNDS = {
    "cpu": {1: [1.0, 1.1, 1.2], 4: [4.0, 4.1, 4.2], 9: "too slow: hours"},
    "mps": {1: [2.0, 2.1, 2.2], 4: [2.0, 2.0, 2.1], 9: [3.0, 3.1, 3.2]},
}
HOSTILE = """</script><script>alert(1)</script><img src=x onerror=alert(2)>"'|`\x1b[31m\u202eשלום\u200f&amp;"""
LAYOUTS = {
    "light": {"viewport": {"width": 1100, "height": 900}},
    "dark": {"viewport": {"width": 1100, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}


@pytest.fixture
def runs(document):
    return [document(ROUNDS, machine="one"), document(ROUNDS, machine="two")]


def test_hovering_a_point_shows_its_exact_value(open_page, runs):
    page = open_page(runs[0])
    page.locator("[data-quantity=speedup] path[aria-label*='parameters: 4000;']").hover()
    tooltip = page.locator("#vg-tooltip-element")
    tooltip.wait_for(state="visible")

    assert "4,000" in tooltip.inner_text()
    assert page.locator("td", has_text="2.05x").first.inner_text() in tooltip.inner_text()


LINES = "[data-quantity=time] .mark-line path"


def wait_for_lines(page, count):
    page.wait_for_function(f"document.querySelectorAll('{LINES}').length == {count}")


def test_the_legend_switches_a_line_off_and_on_by_keyboard(open_page, runs):
    page = open_page(*runs)
    box = page.get_by_role("checkbox", name="two mps")
    wait_for_lines(page, 4)
    box.press("Space")
    wait_for_lines(page, 3)
    box.press("Space")
    wait_for_lines(page, 4)


def column(page, place):
    return page.locator(".table").nth(1).locator(f"tbody td:nth-child({place})").all_inner_texts()


def test_a_table_is_sorted_by_keyboard_and_says_so(open_page, runs):
    page = open_page(*runs)
    table = page.locator(".table").nth(1)
    heading = table.get_by_role("columnheader", name="cpu", exact=True)
    unsorted = column(page, 3)
    heading.get_by_role("button").press("Enter")
    ascending = column(page, 3)
    assert "ascending" == heading.get_attribute("aria-sort")
    heading.get_by_role("button").press("Enter")

    assert "descending" == heading.get_attribute("aria-sort")
    assert sorted(unsorted) == sorted(ascending)
    assert ascending[0].startswith("1.10 s")
    assert column(page, 3)[0].startswith("4.10 s")
    assert {"", "too slow"} == set(ascending[2:]) == set(column(page, 3)[2:])


def test_a_table_can_be_copied(open_page, runs):
    page = open_page(runs[0], permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy table").first.click()
    page.get_by_text("copied").wait_for()
    first, *_ = page.evaluate("navigator.clipboard.readText()").splitlines()

    assert ["scale", "parameters", "cpu", "mps", "mps speedup"] == first.split("\t")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_is_wider_than_the_page(open_page, runs, layout, tmp_path):
    page = open_page(*runs, **LAYOUTS[layout])
    page.screenshot(path=tmp_path / f"{layout}.png", full_page=True)

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert (tmp_path / f"{layout}.png").stat().st_size > 20_000


def test_dark_mode_is_dark_and_print_is_light(open_page, runs):
    page = open_page(*runs, **LAYOUTS["dark"])
    ground = "getComputedStyle(document.body).backgroundColor"
    line = "getComputedStyle(document.querySelector('.mark-line path')).stroke"
    dark = page.evaluate(ground), page.evaluate(line)
    page.emulate_media(media="print")
    printed = page.evaluate(ground), page.evaluate(line)

    assert ("rgb(13, 17, 23)", "rgb(255, 255, 255)") == (dark[0], printed[0])
    assert dark[1] != printed[1]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_axe_finds_nothing(open_page, runs, layout):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(open_page(*runs, **LAYOUTS[layout]))

    assert 0 == found.violations_count, found.generate_report()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_hostile_names_are_plain_text_and_break_no_layout(open_page, document, layout):
    """No dialog, no error, no request, which `open_page` checks, and nothing pushed out of place."""
    rounds = {"cpu": {1: [1.0], 4: [4.0]}, HOSTILE: {1: [2.0], 4: [2.0], 9: f"failed: {HOSTILE}"}}
    hostile = document(rounds, machine=HOSTILE)
    hostile["machine_info"]["crossover"] |= {"cpu_model": HOSTILE, "accelerators": [{"name": HOSTILE}]}
    page = open_page(hostile, document(ROUNDS, machine="x" * 900), **LAYOUTS[layout])
    page.wait_for_timeout(300)

    assert "</script><script>alert(1)</script><img" in page.locator(".card h3").first.inner_text()
    assert 0 == page.locator("img").count()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
