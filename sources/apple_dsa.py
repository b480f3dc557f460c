"""Apple's page of Digital Services Act documents: a static list of dated PDFs, spreadsheets and report pages.

Confirmed in captures of October and November 2025; the page moved from /legal/dsa/ie/ to /legal/dsa/ in February 2026.
"""

from sources.model import Contract, Follow, Politeness, Source

SOURCE = Source(
    title="Apple: Digital Services Act",
    publisher="Apple",
    start_urls=("https://www.apple.com/legal/dsa/",),
    spider="document_list",
    allowed_hosts=("www.apple.com",),
    contact="mailto:fanlight@example.org",
    follow=(
        Follow(match=r"/legal/dsa/.*\.pdf$", role="document", accept=("application/pdf",)),
        Follow(match=r"/legal/dsa/.*\.(xlsx|csv|zip)$", role="document"),
        Follow(match=r"/legal/dsa/transparency/", role="page"),
    ),
    watched="main",
    family="narrative",
    schedule="11 5 * * *",
    politeness=Politeness(delay=2.0, concurrency=1, max_requests=300),
    contract=Contract(min_pages=1, min_documents=1),
)
