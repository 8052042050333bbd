"""Lines can be told apart by everyone, and from what is behind them."""

from itertools import combinations

import numpy as np
import pytest

from crossover.benchmarks.report.figures import theme

SEEN_WITH = {
    "full colour vision": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
"""G. M. Machado et al., "A Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE Transactions on
Visualization and Computer Graphics 15, 2009: severity 1, for linear RGB."""

TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.119192, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])


def linear(color):
    values = np.array([int(color[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIELAB, in which a just noticeable difference is about 2.3."""
    x, y, z = np.cbrt(TO_XYZ @ np.clip(rgb, 0, 1) / WHITE)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(one, other):
    """WCAG 2.2: (lighter + 0.05) / (darker + 0.05), of relative luminances."""
    darker, lighter = sorted(float(TO_XYZ[1] @ linear(color)) for color in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("vision", SEEN_WITH)
@pytest.mark.parametrize("colors", [theme.LIGHT, theme.DARK])
def test_any_two_lines_differ_ten_times_more_than_is_just_noticeable(colors, vision):
    seen = [lab(np.asarray(SEEN_WITH[vision]) @ linear(color)) for color in colors.series]

    assert min(np.linalg.norm(one - other) for one, other in combinations(seen, 2)) > 23


def test_the_check_above_can_fail():
    """Red and green of the same lightness, with deuteranopia."""
    red, green = (lab(np.asarray(SEEN_WITH["deuteranopia"]) @ linear(color)) for color in ("#c05000", "#708000"))

    assert np.linalg.norm(red - green) < 23


@pytest.mark.parametrize("colors", [theme.LIGHT, theme.DARK])
def test_contrast_is_what_wcag_asks_for(colors):
    """At least 3 for graphics (1.4.11), 4.5 for text (1.4.3)."""
    assert all(contrast(color, colors.ground) >= 3 for color in colors.series)
    assert all(contrast(color, colors.ground) >= 4.5 for color in (colors.text, colors.muted))


def test_the_first_eighteen_lines_look_different():
    assert 18 == len({theme.line(theme.LIGHT, place) for place in range(18)})
