"""The demo's enforcement report: pages drawn by script, and a CSV behind an address that is signed anew every time."""

from sources.model import Contract, Follow, Politeness, Source

SOURCE = Source(
    title="Demo: Community Standards Enforcement Report",
    publisher="Social",
    start_urls=("https://transparency.social.example/reports/community-standards-enforcement/",),
    spider="rendered_list",
    allowed_hosts=("transparency.social.example", ".socialcdn.example"),
    contact="mailto:demo@fanlight.example",
    follow=(
        Follow(match=r"/sr/community-standards/?$", role="document", accept=("text/csv", "text/plain")),
        Follow(match=r"/reports/community-standards-enforcement/[a-z-]+/(social|photos)/?$", role="page"),
    ),
    family="enforcement",
    schedule="8 4 * * *",
    politeness=Politeness(delay=0.0, concurrency=2, max_requests=100, max_seconds=300),
    contract=Contract(min_pages=2, min_documents=1),
)
