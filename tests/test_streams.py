"""Streams that take any text, and go on where they cannot be written."""

import errno
import io
import os
from pathlib import Path

import pytest

from crossover import streams
from crossover.streams import LastingStream, take_any_text

TEXT = "3 µs ± 1 × 2 → … – ─ 网 \udcff\n"


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("ascii", "3 us +/- 1 x 2 -> ... - - ? ?\n"),
        ("latin-1", "3 µs ± 1 × 2 -> ... - - ? ?\n"),
        ("cp1252", "3 µs ± 1 × 2 -> … – - ? ?\n"),
        ("utf-8", "3 µs ± 1 × 2 → … – ─ 网 ?\n"),
    ],
)
def test_signs_that_an_encoding_lacks_are_written_in_ascii(monkeypatch, encoding, expected):
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr("sys.stdout", stream)
    take_any_text()
    stream.write(TEXT)
    stream.flush()

    assert expected == stream.buffer.getvalue().decode(encoding)


def test_each_sign_stands_for_itself_in_ascii():
    assert all(ascii_.isascii() and not sign.isascii() for sign, ascii_ in streams.ASCII.items())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
def test_a_stream_that_cannot_be_written_goes_on_and_keeps_why():
    with Path("/dev/full").open("w") as full:
        stream = LastingStream(full)
        stream.write("x" * 100_000)
        stream.write("y")
        stream.flush()

        assert errno.ENOSPC == stream.fault.errno
        assert not os.path.samestat(os.fstat(full.fileno()), Path("/dev/full").stat())
    # that closing it raised nothing shows that the rest of its buffer vanished too


def test_a_stream_that_was_closed_cannot_be_written():
    stream = LastingStream(None)
    stream.flush()

    assert stream.fault is None
    stream.write("x")
    stream.flush()
    assert errno.EBADF == stream.fault.errno
