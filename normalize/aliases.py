"""Labels that publishers reworded, reviewed by hand: the one place where two names are held to be the same.

Letter case and spaces never count (`facts.fold`), so only other words are listed. Nothing is guessed: a name that is
not here is a name of its own. Each entry says where the change was seen.
"""

from __future__ import annotations

from functools import lru_cache

from normalize.facts import fold

# Old name -> name in use, for the part of a policy area before a colon.
POLICY_AREAS = {
    # Meta: both seen in the 2026Q2 file against the files of 2021 to 2024.
    "hate speech": "hateful conduct",
    "regulated goods": "restricted goods & services",
    # TikTok: 2023Q2 against 2023Q1, all 24 values under the old names stand unchanged under the new ones.
    "suicide, self-harm and disordered eating - disordered eating": "disordered eating",
    "suicide, self-harm and disordered eating - suicide and self-harm": "suicide and self-harm",
    # TikTok: 2022Q1 against 2021Q4, all 6 values unchanged.
    "hateful behaviour": "hateful behavior",
}
METRICS = {
    # TikTok: 2022Q1 against 2021Q4, all 16 values under the old names stand unchanged under the new ones.
    "total account removals": "total accounts removed",
    "total fake account removals": "fake accounts removed",
    "total other account removals": "other accounts removed",
    # TikTok: 2022Q3 against 2022Q2, all 24 values unchanged.
    "% proactive removal": "proactive removal",
    "% removal before any views": "removal before any views",
    "% removal within 24 hours": "removal within 24 hours",
    # TikTok: 2023Q2 against 2023Q1, all 22 values unchanged.
    "percentage of community reports actioned": "percentage of user reports actioned",
    "blocked spam account creation": "fake accounts prevented",
    "video removal by spam account removal": "videos removed from fake accounts",
}


@lru_cache(maxsize=4096)
def policy_area(published: str) -> str:
    """The canonical name of a policy area, folded."""
    head, colon, rest = fold(published).partition(":")
    return POLICY_AREAS.get(head, head) + colon + rest


@lru_cache(maxsize=4096)
def metric(published: str) -> str:
    """The canonical name of a metric, folded."""
    return METRICS.get(fold(published), fold(published))
