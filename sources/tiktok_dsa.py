"""TikTok's Digital Services Act transparency page: a JavaScript application that lists reports and their files.

Files lie on a CDN whose folder names rotate between releases. Addresses as known in November 2026, not yet confirmed
by a live visit.
"""

from sources.model import Contract, Follow, Politeness, Source

SOURCE = Source(
    title="TikTok: Digital Services Act transparency",
    publisher="TikTok",
    start_urls=("https://www.tiktok.com/transparency/en/dsa-transparency",),
    spider="rendered_list",
    allowed_hosts=("www.tiktok.com", ".tiktokcdn.com", ".ttwstatic.com"),
    contact="mailto:fanlight@example.org",
    follow=(
        Follow(match=r"\.(pdf|xlsx|csv|zip)(\?|$)", role="document"),
        Follow(match=r"/transparency/en/(dsa-transparency|copd-eu|eu-mau)[a-z0-9-]*/?$", role="page"),
    ),
    family="narrative",
    schedule="29 5 * * *",
    politeness=Politeness(delay=3.0, concurrency=1, max_requests=200),
    contract=Contract(min_pages=1, min_documents=1),
)
