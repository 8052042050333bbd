"""One self-contained page: its parts, and how they become HTML. `content` fills it from saved runs."""

import base64
import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from typing import Any

import jinja2

from crossover.benchmarks.report.figures import charts
from crossover.benchmarks.report.figures.drawn import Drawn
from crossover.benchmarks.report.figures.theme import DARK, LIGHT, PAGE, Line, line, variables
from crossover.benchmarks.report.show.sheet import Sheet
from crossover.benchmarks.runs import units


@dataclass(frozen=True)
class Card:
    """The answers that concern one machine."""

    machine: str
    what: str
    """Its hardware, in one line."""

    answers: list[tuple[str, list[str]]]
    """Each question with the lines that answer it."""


@dataclass(frozen=True)
class Figure:
    """The charts of one benchmark, with one legend."""

    title: str
    sentences: list[str]
    curves: list[Drawn]

    @cached_property
    def names(self) -> list[str]:
        return charts.series_of(self.curves)

    @property
    def legend(self) -> list[tuple[str, Line]]:
        return [(name, line(PAGE, place)) for place, name in enumerate(self.names)]

    @property
    def specs(self) -> list[tuple[str, dict[str, Any]]]:
        """Each chart as Vega-Lite JSON, under the name of its quantity."""
        return [(str(each.quantity), charts.for_page(each, PAGE, self.names)) for each in self.curves]


@dataclass(frozen=True)
class Page:
    """Everything on the page, answers first."""

    title: str
    about: list[str] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    tables: list[Sheet] = field(default_factory=list)
    machines: Sheet | None = None
    remarks: list[str] = field(default_factory=list)

    def html(self) -> bytes:
        """The page as one file that needs no other and may load none."""
        environment = jinja2.Environment(
            autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
        )
        environment.filters["magnitude"] = units.magnitude
        environment.policies["json.dumps_kwargs"] = {"sort_keys": True, "allow_nan": False}  # a browser reads no NaN
        template = environment.from_string(part("page.html"))
        scripts = [charts.libraries(), part("page.js")] if self.figures else [part("page.js")]
        return template.render(
            page=self,
            light=variables(LIGHT),
            dark=variables(DARK),
            style=part("page.css"),
            scripts=scripts,
            hashes=[hash_of(script) for script in scripts],
        ).encode()


def part(name: str) -> str:
    return resources.files(__name__).joinpath(name).read_text(encoding="utf-8")


def hash_of(script: str) -> str:
    """The hash by which a content security policy knows a script: no other script runs."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
