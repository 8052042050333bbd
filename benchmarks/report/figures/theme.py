"""How pictures and the page look: colours for a light and a dark ground, and what distinguishes lines."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["DARK", "LIGHT", "PAGE", "Ground", "Line", "Theme", "line", "variables"]


@dataclass(frozen=True)
class Theme:
    """Colours as CSS writes them."""

    ground: str
    text: str
    muted: str
    """The colour of what stands back: notes, and the line at 1."""

    grid: str
    series: tuple[str, ...]
    """The colours of lines, in order. Any two of a theme can be told apart with any of the three colour blindnesses."""


LIGHT = Theme(
    ground="#ffffff",
    text="#1f2328",
    muted="#59636e",
    grid="#e4e7eb",
    series=("#193776", "#c88600", "#00aa69", "#9f7ea4", "#6c390b", "#7f75fd"),
)

DARK = Theme(
    ground="#0d1117",
    text="#e6edf3",
    muted="#9198a1",
    grid="#262c34",
    series=("#4ba2e0", "#ffec30", "#00ffa3", "#b68391", "#ff7c4a", "#8861ff"),
)


class Ground(StrEnum):
    """The ground that a picture is looked at on."""

    LIGHT = "light"
    DARK = "dark"

    @property
    def theme(self) -> Theme:
        return DARK if self is Ground.DARK else LIGHT


SHAPES = (
    "M1,0A1,1,0,1,1,-1,0A1,1,0,1,1,1,0Z",
    "M-0.9,-0.9H0.9V0.9H-0.9Z",
    "M-1.1,0.8L0,-1.1L1.1,0.8Z",
    "M0,-1.3L1.3,0L0,1.3L-1.3,0Z",
    "M-1.1,-0.8L0,1.1L1.1,-0.8Z",
    "M-1.1,-0.4H-0.4V-1.1H0.4V-0.4H1.1V0.4H0.4V1.1H-0.4V0.4H-1.1Z",
)
"""Marks of lines, as SVG paths around the origin: circle, square, triangle, diamond, inverted triangle, cross."""

DASHES = ((1, 0), (7, 3), (3, 2))
"""Dashes of the first lines, of those that reuse their colours, and so on."""


@dataclass(frozen=True)
class Line:
    """How one line is drawn."""

    color: str
    shape: str
    dash: tuple[int, int]


def line(theme: Theme, place: int) -> Line:
    """How the line at a place is drawn; the first 18 all look different."""
    round_, at = divmod(place, len(theme.series))
    return Line(theme.series[at], SHAPES[at % len(SHAPES)], DASHES[round_ % len(DASHES)])


def variables(theme: Theme) -> dict[str, str]:
    """The colours of a theme by the names of CSS variables."""
    plain = {name: getattr(theme, name) for name in ("ground", "text", "muted", "grid")}
    return {f"--{name}": colour for name, colour in plain.items()} | {
        f"--series-{place}": colour for place, colour in enumerate(theme.series)
    }


PAGE = Theme(
    ground="var(--ground)",
    text="var(--text)",
    muted="var(--muted)",
    grid="var(--grid)",
    series=tuple(f"var(--series-{place})" for place in range(len(LIGHT.series))),
)
"""The colours of a page that defines `variables` for its reader's choice of light or dark."""
