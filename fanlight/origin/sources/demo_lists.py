"""The demo's list of reports that only a script draws."""

from sources.model import Contract, Follow, Politeness, Source

SOURCE = Source(
    title="Demo: reports listed by an application",
    publisher="Search",
    start_urls=("https://report.search.example/",),
    spider="rendered_list",
    allowed_hosts=("report.search.example", "storage.search.example"),
    contact="mailto:demo@fanlight.example",
    follow=(Follow(match=r"/report-downloads/.*\.pdf$", role="document", accept=("application/pdf",)),),
    schedule="23 4 * * *",
    politeness=Politeness(delay=0.0, concurrency=2, max_requests=50, max_seconds=300),
    contract=Contract(min_pages=1, min_documents=1),
)
