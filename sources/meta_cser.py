"""Meta's Community Standards Enforcement Report: the pages people read and the CSV behind them.

Observed up to November 2026, not yet confirmed by a live visit: pages need a browser; `/sr/community-standards/`
redirects to a file on a CDN whose signed address rotates. The CSV is overwritten at every release and no archive of it
is kept by its publisher. www.facebook.com's robots.txt asks for written permission; that of this host is unknown and
is obeyed as found.
"""

from sources.model import Contract, Follow, Politeness, Source

SOURCE = Source(
    title="Meta: Community Standards Enforcement Report",
    publisher="Meta",
    start_urls=(
        "https://transparency.meta.com/reports/community-standards-enforcement/",
        "https://transparency.meta.com/sr/community-standards/",
    ),
    spider="rendered_list",
    allowed_hosts=("transparency.meta.com", "transparency.fb.com", ".fbcdn.net"),
    contact="mailto:fanlight@example.org",
    follow=(
        Follow(match=r"/sr/community-standards/?$", role="document", accept=("text/csv", "text/plain")),
        Follow(match=r"/reports/community-standards-enforcement/[a-z-]+/(facebook|instagram)/?$", role="page"),
    ),
    family="enforcement",
    schedule="41 3 * * *",
    politeness=Politeness(delay=3.0, concurrency=1, max_requests=400),
    contract=Contract(min_pages=1, min_documents=1),
)
