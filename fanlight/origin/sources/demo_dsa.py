"""The demo's static page of Digital Services Act documents, one of them behind a signed address."""

from sources.model import Contract, Follow, Politeness, Source

SOURCE = Source(
    title="Demo: Digital Services Act documents",
    publisher="Fruit",
    start_urls=("https://legal.fruit.example/dsa/",),
    spider="document_list",
    allowed_hosts=("legal.fruit.example", "files.fruitcdn.example"),
    contact="mailto:demo@fanlight.example",
    follow=(
        Follow(match=r"\.pdf(\?|$)", role="document", accept=("application/pdf",)),
        Follow(match=r"\.csv$", role="document", accept=("text/csv",)),
    ),
    watched="main",
    schedule="18 4 * * *",
    politeness=Politeness(delay=0.0, concurrency=2, max_requests=50, max_seconds=300),
    contract=Contract(min_pages=1, min_documents=2),
)
