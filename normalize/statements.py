"""Statements of reasons from the DSA Transparency Database's dumps, streamed: ZIPs of ZIPs of CSV parts.

A day's dump has tens of gigabytes, so nothing is ever held but one block of rows; an inner ZIP lies in a temporary file
while it is read. Every value stays text, as published.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO

import pyarrow as pa
import pyarrow.csv as pcsv

from normalize.facts import words
from normalize.model import Rejected

BLOCK = 1_000_000  # bytes of CSV read at a time; a row must fit. Arrow reads a few blocks ahead
SPOOL = 16_000_000  # bytes of an inner ZIP kept in memory; more goes to disk
DEEPEST = 3
COLUMNS = words(
    "uuid decision_visibility decision_visibility_other end_date_visibility_restriction decision_monetary "
    "decision_monetary_other end_date_monetary_restriction decision_provision end_date_service_restriction "
    "decision_account end_date_account_restriction account_type decision_ground decision_ground_reference_url "
    "illegal_content_legal_ground illegal_content_explanation incompatible_content_ground "
    "incompatible_content_explanation incompatible_content_illegal category category_addition category_specification "
    "category_specification_other content_type content_type_other content_language content_date content_id_ean "
    "territorial_scope application_date decision_facts source_type source_identity automated_detection "
    "automated_decision platform_name platform_uid created_at"
)
LIGHT = COLUMNS - words("illegal_content_explanation incompatible_content_explanation decision_facts territorial_scope")


def batches(file: IO[bytes], *, depth: int = 0) -> Iterator[pa.RecordBatch]:
    """The rows of a dump (a ZIP of CSVs, or of ZIPs of them), all columns text, block by block.

    Raises Rejected when it is no such dump: broken, nested too deep, or with columns nobody knows.
    """
    if depth >= DEEPEST:
        raise Rejected(f"ZIPs are nested more than {DEEPEST} deep")
    try:
        with zipfile.ZipFile(file) as archive:
            for info in archive.infolist():
                with archive.open(info) as member:
                    yield from _member(info.filename.lower(), member, depth)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, pa.ArrowInvalid) as error:
        raise Rejected(f"the dump is cut off or broken: {error}") from error


def _member(name: str, member: IO[bytes], depth: int) -> Iterator[pa.RecordBatch]:
    if name.endswith(".csv"):
        yield from _part(member)
    elif name.endswith(".zip"):
        with tempfile.SpooledTemporaryFile(max_size=SPOOL) as inner:
            while block := member.read(BLOCK):
                inner.write(block)
            yield from batches(inner, depth=depth + 1)


def _part(member: IO[bytes]) -> Iterator[pa.RecordBatch]:
    reader = pcsv.open_csv(
        member,
        read_options=pcsv.ReadOptions(block_size=BLOCK, use_threads=False),
        parse_options=pcsv.ParseOptions(newlines_in_values=True),
        convert_options=pcsv.ConvertOptions(
            column_types={name: pa.string() for name in COLUMNS}, strings_can_be_null=False
        ),
    )
    _check(set(reader.schema.names))
    yield from reader


def _check(names: set[str]) -> None:
    if unknown := names - COLUMNS:
        raise Rejected(f"unknown columns: {', '.join(sorted(unknown))[:300]}")
    if missing := LIGHT - names:
        raise Rejected(f"columns are missing: {', '.join(sorted(missing))[:300]}")
