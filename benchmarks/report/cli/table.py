from benchmarks.report import load, speedup_sheet
from benchmarks.report.cli.app import app
from benchmarks.report.cli.output import Form, Format, write
from benchmarks.report.cli.runs import Runs, newest_each, runs_here
from benchmarks.report.table import speedup_tables


@app.command()
def table(runs: Runs = None, form: Form = Format.TEXT) -> None:
    """The speedup table of runs, with the crossover marked.

    With no RUN: the newest run of this machine. Of a folder: the newest run of each machine in it.

    Example: crossover table results/apple-m2-max --format markdown
    """
    found = newest_each(runs) if runs else [runs_here()[-1]]
    tables = [each for run in found for each in speedup_tables(load.frame_of(run))]
    write(
        form,
        sheets=[speedup_sheet.sheet(each) for each in tables],
        rows=[row for each in tables for row in speedup_sheet.csv_rows(each)],
        content={"tables": [speedup_sheet.json_table(each) for each in tables]},
    )
