from argparse import ArgumentError, ArgumentParser, ArgumentTypeError
from types import SimpleNamespace

import pytest
import torch

from crossover.benchmarks.harness import option_group, option_types, options
from crossover.benchmarks.kinds import KINDS, MAIN
from crossover.model.recipes import RECIPES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", [7]),
        ("1-5,10", [1, 2, 3, 4, 5, 10]),
        ("10,1, 3-3", [1, 3, 10]),
        ("2,1-3", [1, 2, 3]),
        (KINDS[MAIN].scales, [1, 2, 3, 4, 5, 10, 50, 75, 100]),
    ],
)
def test_scales_are_a_list_of_integers_and_ranges(text, expected):
    assert expected == option_types.parse_scales(text)


@pytest.mark.parametrize(
    "text",
    ["0", "a-b", "", "1,", "-3", "3-1", "1.5", "1-2-3", "0-3", "1-9999999", "1" * 30, "1-999,1000-1998", "1000001"],
)
def test_anything_else_is_no_list_of_scales(text):
    with pytest.raises(ArgumentTypeError, match="is no list of scales; it takes positive integers and ranges"):
        option_types.parse_scales(text)


@pytest.mark.parametrize(("text", "expected"), [("64", [64]), ("512, 10", [10, 512]), ("100000", [100_000])])
def test_batch_sizes_are_a_list_of_integers(text, expected):
    assert expected == option_types.parse_batch_sizes(text)


@pytest.mark.parametrize("text", ["0", "x", "10,10", "10,010", "", "10,", "-1", "1.5", "10-20", "100001", "1" * 30])
def test_anything_else_is_no_list_of_batch_sizes(text):
    with pytest.raises(ArgumentTypeError, match=r"is no list of batch sizes; .* such as 10,64,512 \(up to 100,000\)"):
        option_types.parse_batch_sizes(text)


@pytest.mark.parametrize(("text", "expected"), [("1,2", [1, 2]), ("8, 1", [8, 1]), ("4096", [4096])])
def test_numbers_of_threads_are_a_list_whose_first_is_the_baseline(text, expected):
    assert expected == option_types.parse_threads(text)


@pytest.mark.parametrize("text", ["0", "a", "1,1", "1,01", "", "1,", "-1", "1.5", "1-2", "4097", "1" * 30])
def test_anything_else_is_no_list_of_numbers_of_threads(text):
    with pytest.raises(ArgumentTypeError, match=r"is no list of numbers of threads; .* such as 1,2 \(up to 4,096\)"):
        option_types.parse_threads(text)


def test_where_devices_are_compared_the_cpu_is_measured_with_torchs_own_threads_too():
    own = torch.get_num_threads()

    assert options.threads_of(None, ["cpu", "cuda"]) is None
    assert [own + 1] == options.threads_of([own + 1], ["cpu"])
    assert [own + 1, own] == options.threads_of([own + 1], ["cpu", "cuda"])
    assert [own, own + 1] == options.threads_of([own, own + 1], ["cpu", "cuda"])


def test_threads_without_a_cpu_are_refused():
    with pytest.raises(pytest.UsageError, match="--threads: cuda, xpu has no threads to choose: add cpu to --devices"):
        options.threads_of([1], ["cuda", "xpu"])


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "two", "", "9" * 30])
def test_epochs_and_rounds_are_positive_integers(text):
    with pytest.raises(ArgumentTypeError, match="it takes a positive integer"):
        option_types.parse_positive(text)


@pytest.mark.parametrize(("text", "expected"), [("0", 0.0), ("120", 120.0), ("0.5", 0.5)])
def test_seconds_may_be_zero(text, expected):
    assert expected == option_types.parse_seconds(text)


@pytest.mark.parametrize("text", ["-1", "nan", "inf", "1e300", "two minutes", ""])
def test_seconds_are_finite_and_not_negative(text):
    with pytest.raises(ArgumentTypeError, match="it takes seconds, such as 120, or 0 for no limit"):
        option_types.parse_seconds(text)


@pytest.mark.parametrize("text", ["", ".", "..", "../x", "a/b", "a\\b", ".hidden", "-x", "a b", "ä", "x\n", "x" * 101])
def test_a_machine_name_is_one_plain_folder(text):
    with pytest.raises(ArgumentTypeError, match="is no name for a folder"):
        option_types.parse_machine(text)


def test_a_plain_machine_name_is_taken_as_it_is():
    assert "my_Mac-2.local" == option_types.parse_machine("my_Mac-2.local")


@pytest.mark.parametrize("text", ["tpu", "", "cpu,", "meta", "cpu:1", "cpu;mps"])
def test_an_unknown_device_is_refused(text):
    with pytest.raises(ArgumentTypeError, match=r"is no device; it takes auto|is not here"):
        option_types.parse_devices(text)


def test_an_index_that_is_not_here_is_refused_with_what_is_here():
    with pytest.raises(ArgumentTypeError, match="'cpu:9' is not here; this machine has cpu"):
        option_types.parse_devices("cpu,cpu:9")


def test_devices_are_taken_in_any_case():
    assert ["cpu", "xpu"] == option_types.parse_devices("CPU, Xpu")
    assert option_types.parse_devices("auto") == option_types.parse_devices("AUTO")


def test_recipes_are_a_list_of_known_ones_in_the_order_given():
    assert ["fused", "article"] == option_types.parse_recipes("fused, article,fused")


def test_all_recipes_are_every_known_one():
    assert list(RECIPES) == option_types.parse_recipes("all")


@pytest.mark.parametrize("text", ["", "fuse", "article,", "all,article", "Article"])
def test_an_unknown_recipe_is_refused_with_the_known_ones(text):
    with pytest.raises(ArgumentTypeError, match=r"known: article, resident, .*; it takes all or a list of these"):
        option_types.parse_recipes(text)


@pytest.mark.skipif(torch.accelerator.is_available(), reason="only where there is no accelerator")
def test_a_known_type_may_be_missing_here():
    """Its cells are skipped with the reason, so one command serves several machines."""
    assert ["cuda", "cpu"] == option_types.parse_devices("cuda,cpu,cuda")


@pytest.mark.parametrize(
    ("arguments", "named", "takes"),
    [
        (["--scales", "0"], "--scales", "positive integers"),
        (["--batch-sizes", "10,10"], "--batch-sizes", "different positive integers"),
        (["--devices", "tpu"], "--devices", "cpu, mps, cuda, xpu"),
        (["--recipes", "article,fuse"], "--recipes", "no recipe is called 'fuse'; known: article, resident, fused,"),
        (["--cell-seconds=-1"], "--cell-seconds", "0 for no limit"),
        (["--machine", "../x"], "--machine", "letters, digits"),
    ],
)
def test_the_error_of_a_wrong_option_names_it(arguments, named, takes):
    parser = ArgumentParser(exit_on_error=False)
    group = SimpleNamespace(addoption=parser.add_argument)
    option_group.add_options(SimpleNamespace(getgroup=lambda *_: group), KINDS)
    with pytest.raises(ArgumentError) as error:
        parser.parse_args(arguments)

    assert str(error.value).startswith(f"argument {named}: ")
    assert takes in str(error.value)


def test_a_wrong_option_is_one_usage_error(run_pytest):
    run = run_pytest("benchmarks", "--scales", "0")

    assert pytest.ExitCode.USAGE_ERROR == run.returncode
    assert 1 == sum("argument --scales: '0' is no list of scales" in line for line in run.stderr.splitlines())
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("added", "words", "expected"),
    [
        ("", ["benchmarks", "-k", "not x", "--resume", "--skip-killed"], "pytest benchmarks -k 'not x'"),
        ("--rounds 2 -k 'a b'", ["benchmarks"], "pytest --rounds 2 -k 'a b' benchmarks"),
        ("", ["/home/me/benchmarks", "/home/me2"], "pytest ~/benchmarks /home/me2"),
        ("", ["\udcff"], "pytest '?'"),
    ],
)
def test_the_command_is_saved_as_it_can_be_given_again(monkeypatch, added, words, expected):
    monkeypatch.setenv("PYTEST_ADDOPTS", added)
    monkeypatch.setenv("HOME", "/home/me")

    assert expected == options.command_of(SimpleNamespace(invocation_params=SimpleNamespace(args=words)))
