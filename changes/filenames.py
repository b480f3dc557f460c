"""Addresses that name files, in links and in attributes of buttons."""

from __future__ import annotations

import re

# A path that ends like this names a file.
FILE = re.compile(
    r"\.(pdf|csv|tsv|xlsx?|ods|docx?|odt|pptx?|zip|gz|7z|json|xml|parquet|txt|rtf)\Z",
    re.IGNORECASE,
)
NO_FILES = frozenset({"class", "id", "style", "srcset", "src", "href", "action"})
QUOTED = re.compile(r"""['"]([^'"\s]+)['"]""")
LONGEST_URL = 2000


def file_in(name: str, value: str) -> str:
    """The URL of a file in an attribute (other than what a link, script or picture names), empty when there is none."""
    if name in NO_FILES or "." not in value or "/" not in value or len(value) > LONGEST_URL:
        return ""
    if name.startswith("on"):
        quoted = (found.group(1) for found in QUOTED.finditer(value))
        return next((address for address in quoted if is_file(address)), "")
    return value if is_file(value) else ""


def is_file(value: str) -> bool:
    head = value.partition("?")[0].partition("#")[0]
    return not head.startswith(("{", "[", "<")) and bool(FILE.search(head))
