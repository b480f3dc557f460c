"""The demo's code portal: reports by signatory and wave, as JSON and as pages of commitments."""

from sources.model import Contract, Follow, Politeness, Source

SOURCE = Source(
    title="Demo: reports under a code of conduct",
    publisher="Signatories of the demo",
    start_urls=("https://code.example/",),
    spider="code_portal",
    allowed_hosts=("code.example",),
    contact="mailto:demo@fanlight.example",
    follow=(
        Follow(match=r"/reports/[a-z0-9-]+/\d+/json$", role="document", accept=("application/json",)),
        Follow(match=r"/reports/[a-z0-9-]+/\d+(\?|$)", role="page"),
    ),
    family="code_report",
    schedule="3 4 * * *",
    politeness=Politeness(delay=0.0, concurrency=4, max_requests=200, max_seconds=300),
    contract=Contract(min_pages=4, min_documents=3),
)
