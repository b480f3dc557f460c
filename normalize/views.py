"""Questions that are asked often, as views over the tables, in DuckDB.

    <table>                  every row of every release
    <family>_latest          the rows of each document's last release
    <family>_as_of(moment)   the rows that each document's release of that moment had: a table macro
    <family>_seen            by key: when it was first and last captured, and how many different values it had
    restatements             what each release changed
    catalogue                the commitments, measures, QREs and SLIs of each wave, as published
    coverage                 by report and commitment: how much was asked, answered, left empty, or is absent

Columns of the tables are in `docs/data-dictionary.md`.
"""

from __future__ import annotations

import duckdb

from normalize import families, tables

OTHERS = ("releases", "rejected", "restatements")

LATEST = """
CREATE VIEW {name}_latest AS
SELECT f.* FROM {name} f SEMI JOIN (
    SELECT source, document, arg_max(run_id, (captured, run_id)) AS run_id
    FROM releases WHERE status = 'shaped' AND family = '{name}' GROUP BY ALL
) last USING (source, document, run_id);
CREATE VIEW {name}_seen AS
SELECT source, document, kind, key, min(captured) AS first_seen, max(captured) AS last_seen,
       count(DISTINCT run_id) AS releases, count(DISTINCT raw_value) AS texts
FROM {name} GROUP BY ALL;
CREATE MACRO {name}_as_of(moment) AS TABLE
SELECT f.* FROM {name} f SEMI JOIN (
    SELECT source, document, arg_max(run_id, (captured, run_id)) AS run_id FROM releases
    WHERE status = 'shaped' AND family = '{name}' AND captured <= CAST(moment AS TIMESTAMPTZ) GROUP BY ALL
) last USING (source, document, run_id);
"""

CATALOGUE = """
CREATE VIEW catalogue AS
SELECT wave, kind, code, any_value(commitment) AS commitment, any_value(measure) AS measure,
       max(chapter) AS chapter, count(DISTINCT slug) AS reports,
       mode(CASE WHEN kind IN ('qre', 'sli') THEN question ELSE raw_value END) AS text
FROM code_report_latest WHERE kind IN ('commitment', 'measure', 'qre', 'sli') GROUP BY wave, kind, code;
"""

COVERAGE = """
CREATE VIEW coverage AS
WITH reported AS (
    SELECT slug, wave, commitment,
           count(*) FILTER (kind IN ('qre', 'sli')) AS asked,
           count(*) FILTER (kind IN ('qre', 'sli') AND trim(raw_value) <> '') AS answered,
           count(*) FILTER (kind = 'cell') AS cells,
           count(*) FILTER (kind = 'cell' AND number IS NULL AND low IS NULL AND high IS NULL) AS cells_without_number
    FROM code_report_latest GROUP BY slug, wave, commitment
), expected AS (
    SELECT slug, wave, commitment FROM (SELECT DISTINCT slug FROM reported)
    CROSS JOIN (SELECT DISTINCT wave, commitment FROM reported)
)
SELECT e.slug, e.wave, e.commitment,
       CASE WHEN r.slug IS NOT NULL THEN 'published'
            WHEN e.slug IN (SELECT slug FROM reported WHERE wave = e.wave) THEN 'not in the report'
            ELSE 'no report' END AS state,
       coalesce(asked, 0) AS asked, coalesce(answered, 0) AS answered,
       coalesce(asked, 0) - coalesce(answered, 0) AS empty,
       coalesce(cells, 0) AS cells, coalesce(cells_without_number, 0) AS cells_without_number
FROM expected e LEFT JOIN reported r USING (slug, wave, commitment);
"""


def connect(url: str | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory over all tables below `url` (default: ARCHIVE_URL). Tables nobody wrote yet are not there."""
    connection = duckdb.connect(":memory:")
    connection.execute("SET TimeZone = 'UTC'")
    there = {name for name in (*families.ALL, *OTHERS) if _register(connection, name, url)}
    if "releases" not in there:  # nothing was shaped to its end yet
        return connection
    for name in sorted(there & families.ALL.keys()):
        connection.execute(LATEST.format(name=name))
    if "code_report" in there:
        connection.execute(CATALOGUE + COVERAGE)
    return connection


def _register(connection: duckdb.DuckDBPyConnection, name: str, url: str | None) -> bool:
    table = tables.opened(name, url)
    if table is not None:
        connection.register(name, table.to_pyarrow_dataset())
    return table is not None
