"""Questions that are asked often, as views over the tables, in DuckDB.

    <table>                  every row of every release
    <family>_latest          the rows of each document's last release
    <family>_as_of(moment)   the rows that each document's release of that moment had: a table macro
    <family>_seen            by key: when it was first and last captured, and how many different values it had
    restatements             what each release changed
    catalogue                the commitments, measures, QREs and SLIs of each wave, as published
    waves                    when the reports of each wave were due: on the day that `sources/code_of_conduct.py`
                             declares in the month that most of them bear in their names, else at the end of that month
    coverage                 by report and commitment: how much was asked, answered, left empty, or is absent; `late`:
                             published after it was due, or still not there. Null: first seen later than that, and the
                             report does not say when it was published. A report is expected of whoever had one before;
                             a publisher may since have reported under another name.

Columns of the tables are in `docs/data-dictionary.md`.
"""

from __future__ import annotations

import duckdb

from normalize import families, ledger, tables
from sources import code_of_conduct

LOCKED = (
    "python_enable_replacements = false",  # else a query could name a variable of ours
    "autoinstall_known_extensions = false",
    "autoload_known_extensions = false",
    "enable_external_access = false",
    "lock_configuration = true",
)

LATEST = """
CREATE VIEW {name}_latest AS
SELECT f.* FROM {name} f SEMI JOIN (
    SELECT source, document, max(run_id) AS run_id
    FROM releases WHERE status = 'shaped' AND family = '{name}' GROUP BY ALL
) last USING (source, document, run_id);
CREATE VIEW {name}_seen AS
SELECT source, document, kind, key, min(captured) AS first_seen, max(captured) AS last_seen,
       count(DISTINCT run_id) AS releases, count(DISTINCT raw_value) AS texts
FROM {name} GROUP BY ALL;
CREATE MACRO {name}_as_of(moment) AS TABLE
SELECT f.* FROM {name} f SEMI JOIN (
    SELECT source, document, max(run_id) AS run_id FROM releases
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
CREATE VIEW waves AS
SELECT wave, report_date, reports,
       coalesce(min(TRY_CAST(left(report_date, 5) || day AS DATE)),
                last_day(TRY_CAST(report_date || '-01' AS DATE))) AS due
FROM (SELECT wave, mode(report_date) AS report_date, count(DISTINCT slug) AS reports
      FROM code_report_latest GROUP BY wave)
LEFT JOIN (VALUES {days}) declared(day) ON left(day, 2) = right(report_date, 2)
GROUP BY wave, report_date, reports;
CREATE VIEW coverage AS
WITH published AS (
    SELECT slug, wave, TRY_CAST(left(min(nullif(published, '')), 10) AS DATE) AS published,
           CAST(min(captured) AS DATE) AS first_seen
    FROM code_report GROUP BY slug, wave
), said AS (  -- once, where it stands on several pages or in an older view of the report too
    SELECT * FROM code_report_latest
    QUALIFY row_number() OVER (PARTITION BY slug, wave, key, occurrence ORDER BY run_id DESC, url) = 1
), reported AS (
    SELECT slug, wave, commitment,
           count(*) FILTER (kind IN ('qre', 'sli')) AS asked,
           count(*) FILTER (kind IN ('qre', 'sli') AND trim(raw_value) <> '') AS answered,
           count(*) FILTER (kind = 'cell') AS cells,
           count(*) FILTER (kind = 'cell' AND number IS NULL AND low IS NULL AND high IS NULL) AS cells_without_number
    FROM said GROUP BY slug, wave, commitment
), expected AS (
    SELECT slug, wave, commitment
    FROM (SELECT slug, min(due) AS since FROM reported JOIN waves USING (wave) GROUP BY slug)
    CROSS JOIN (SELECT DISTINCT wave, commitment, due FROM reported JOIN waves USING (wave))
    LEFT JOIN published USING (slug, wave)
    WHERE due >= since OR due IS NULL OR published.slug IS NOT NULL
)
SELECT slug, wave, commitment,
       CASE WHEN r.asked IS NOT NULL THEN 'published' WHEN p.first_seen IS NOT NULL THEN 'not in the report'
            ELSE 'no report' END AS state,
       w.due, p.published, p.first_seen,
       CASE WHEN p.published IS NOT NULL THEN p.published > w.due
            WHEN p.first_seen <= w.due THEN false
            WHEN p.first_seen IS NULL THEN current_date > w.due END AS late,
       coalesce(asked, 0) AS asked, coalesce(answered, 0) AS answered,
       coalesce(asked, 0) - coalesce(answered, 0) AS empty,
       coalesce(cells, 0) AS cells, coalesce(cells_without_number, 0) AS cells_without_number
FROM expected LEFT JOIN waves w USING (wave) LEFT JOIN published p USING (slug, wave)
LEFT JOIN reported r USING (slug, wave, commitment);
"""


def connect(url: str | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory over all tables below `url` (default: ARCHIVE_URL); tables nobody wrote yet are empty.

    Whoever asks it reads these tables and nothing else: no file, no address, no setting.
    """
    connection = duckdb.connect(":memory:")
    connection.execute("SET TimeZone = 'UTC'")
    for name in ledger.TABLES:
        connection.register(name, tables.dataset(name, ledger.schema_of(name), url))
    for name in families.ALL:
        connection.execute(LATEST.format(name=name))
    days = [f"('{day}')" for due in code_of_conduct.SOURCE.due for day in due.days]
    connection.execute(CATALOGUE + COVERAGE.format(days=", ".join(days) or "('')"))
    for setting in LOCKED:
        connection.execute(f"SET {setting}")
    return connection
