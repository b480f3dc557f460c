"""Labels that publishers reworded, reviewed by hand: the one place where two names are held to be the same.

Letter case and spaces never count (`facts.fold`), so only other words are listed. Nothing is guessed: a name that is
not here is a name of its own. Each entry says where the change was seen.
"""

from __future__ import annotations

from normalize.facts import fold

# Meta's enforcement report: old name -> name in use, for the part of a policy area before a colon.
# Both seen in the 2026Q2 file against the files of 2021 to 2024.
POLICY_AREAS = {
    "hate speech": "hateful conduct",
    "regulated goods": "restricted goods & services",
}


def policy_area(published: str) -> str:
    """The canonical name of a policy area, folded."""
    head, colon, rest = fold(published).partition(":")
    return POLICY_AREAS.get(head, head) + colon + rest
