"""The Transparency Centre of the Code of Conduct (formerly Practice) on Disinformation, run by its signatories.

Observed up to November 2026, not yet confirmed by a live visit: report pages are server-rendered; each report's JSON
is at `/reports/{slug}/{wave}/json`; commitment and chapter ids are new in every wave, so they are discovered, never
listed here. Where the portal lists its reports is not known: the start pages are the home page and the newest known
wave of some signatories, from whose navigation the others are found. Waves known: 5 (March 2025), 6 (September 2025),
8 (March 2026).
"""

from sources.due import Due
from sources.model import Contract, Follow, Politeness, Source

KNOWN = ("facebook", "instagram", "google-search", "youtube", "microsoft-bing", "tiktok")

SOURCE = Source(
    title="Code of Conduct on Disinformation: Transparency Centre",
    publisher="Signatories of the Code of Conduct on Disinformation",
    start_urls=("https://disinfocode.eu/", *(f"https://disinfocode.eu/reports/{slug}/8" for slug in KNOWN)),
    spider="code_portal",
    allowed_hosts=("disinfocode.eu", "www.disinfocode.eu"),
    contact="mailto:fanlight@example.org",
    follow=(
        Follow(match=r"/reports/[a-z0-9-]+/\d+/json$", role="document", accept=("application/json",)),
        Follow(match=r"/reports/[a-z0-9-]+/\d+(\?|$)", role="page"),
    ),
    family="code_report",
    schedule="23 3 * * *",
    politeness=Politeness(delay=1.0, concurrency=1, max_seconds=4 * 3600, max_requests=8_000),
    contract=Contract(min_pages=1, min_documents=1),
    # Major platforms report every six months, in March and in September (seen in 2025 and in March 2026).
    due=(Due(report="half-yearly reports of the platforms", days=("03-31", "09-30"), match=r"/json$"),),
)
