"""Meta's yearly human rights report: a landing page and its PDFs.

Addresses as known in November 2026, not yet confirmed by a live visit; PDFs lie on a CDN with signed addresses.
"""

from sources.model import Contract, Follow, Politeness, Source

SOURCE = Source(
    title="Meta: human rights reports",
    publisher="Meta",
    start_urls=("https://humanrights.fb.com/annual-human-rights-report/",),
    spider="document_list",
    allowed_hosts=("humanrights.fb.com", "about.fb.com", "about.meta.com", ".fbcdn.net"),
    contact="mailto:fanlight@example.org",
    follow=(
        Follow(match=r"\.pdf(\?|$)", role="document", accept=("application/pdf",)),
        Follow(match=r"^https://humanrights\.fb\.com/annual-human-rights-report/?", role="page"),
    ),
    family="narrative",
    schedule="7 5 * * 1",
    politeness=Politeness(delay=3.0, concurrency=1, max_requests=100),
    contract=Contract(min_pages=1, min_documents=1),
)
