"""Statements of reasons, streamed from nested ZIPs of CSV parts."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence

import pytest

from normalize import statements
from normalize.model import Rejected

COLUMNS = sorted(statements.COLUMNS)


def part(rows: int, columns: Sequence[str] = COLUMNS) -> bytes:
    kept = io.StringIO()
    writer = csv.writer(kept)
    writer.writerow(columns)
    for number in range(rows):
        writer.writerow([f"{number:04d}" if name == "uuid" else "two\nlines, quoted" for name in columns])
    return kept.getvalue().encode()


def zipped(**members: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return kept.getvalue()


def test_every_row_of_every_part_as_text() -> None:
    inner = {f"sor-{n}.csv.zip": zipped(**{"a.csv": part(30), "b.csv": part(20)}) for n in range(2)}
    found = list(statements.batches(io.BytesIO(zipped(**inner))))
    assert sum(batch.num_rows for batch in found) == 100
    assert found[0].schema.names == COLUMNS
    assert found[0].column("uuid")[7].as_py() == "0007"  # an id, not a number
    assert found[0].column("category")[0].as_py() == "two\nlines, quoted"


def test_light_dumps_lack_four_columns() -> None:
    (batch,) = statements.batches(io.BytesIO(zipped(**{"a.csv": part(3, sorted(statements.LIGHT))})))
    assert (batch.num_rows, batch.num_columns) == (3, len(COLUMNS) - 4)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (zipped(**{"a.csv": part(3, [*COLUMNS, "lamp"])}), "unknown columns: lamp"),
        (zipped(**{"a.csv": part(3, COLUMNS[1:])}), "columns are missing"),
        (zipped(**{"a.zip": zipped(**{"b.zip": zipped(**{"c.zip": b""})})}), "nested more than 3 deep"),
        (zipped(**{"a.csv": part(3)})[:-50], "cut off or broken"),
    ],
)
def test_what_is_no_dump_is_rejected(payload: bytes, reason: str) -> None:
    with pytest.raises(Rejected, match=reason):
        list(statements.batches(io.BytesIO(payload)))
