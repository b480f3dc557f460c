"""The demo's human rights reports: a landing page and its PDFs."""

from sources.model import Contract, Follow, Politeness, Source

SOURCE = Source(
    title="Demo: human rights reports",
    publisher="Social",
    start_urls=("https://humanrights.social.example/annual-human-rights-report/",),
    spider="document_list",
    allowed_hosts=("humanrights.social.example",),
    contact="mailto:demo@fanlight.example",
    follow=(Follow(match=r"\.pdf(\?|$)", role="document", accept=("application/pdf",)),),
    family="narrative",
    schedule="13 4 * * *",
    politeness=Politeness(delay=0.0, concurrency=2, max_requests=50, max_seconds=300),
    contract=Contract(min_pages=1, min_documents=2),
)
