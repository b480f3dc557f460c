"""The data dictionary says what the tables hold."""

from __future__ import annotations

from pathlib import Path

from normalize import code_report, dictionary

PAGE = Path(__file__).parents[2] / "docs" / "data-dictionary.md"


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text() == dictionary.markdown(), "run: python -m normalize.dictionary > docs/data-dictionary.md"


def test_it_names_every_column_and_kind() -> None:
    page = dictionary.markdown()
    for name in (*code_report.KINDS, *code_report.LABELS, "raw_value", "run_id", "pointer"):
        assert f"`{name}`" in page
