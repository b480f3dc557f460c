"""Which parser shapes what: by the source's family and by what the payload is."""

from __future__ import annotations

from normalize import code_report, dsa_report, enforcement, narrative
from normalize.code_model import report_of
from normalize.model import Family, Release

ALL = {family.name: family for family in (code_report.FAMILY, dsa_report.FAMILY, enforcement.FAMILY, narrative.FAMILY)}
_SHAPES = {
    "code_report": {"json": "code_report", "html": "code_report", "pdf": "narrative"},
    "dsa_report": {"csv": "dsa_report", "xlsx": "dsa_report", "zip": "dsa_report", "pdf": "narrative"},
    "enforcement": {"csv": "enforcement", "xlsx": "enforcement", "html": "enforcement", "pdf": "narrative"},
    "narrative": {"pdf": "narrative", "html": "narrative", "csv": "narrative"},
}


def kind_of(media_type: str, payload: bytes) -> str:
    """`pdf`, `xlsx`, `zip`, `json`, `html`, `csv` or `other`: by the payload first, because servers mislabel."""
    start = payload[:512].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"%PDF-"):
        return "pdf"
    if start.startswith(b"\xd0\xcf\x11\xe0") or (
        start.startswith(b"PK\x03\x04") and b"[Content_Types]" in payload[:4096]
    ):
        return "xlsx"
    if start.startswith(b"PK\x03\x04"):
        return "xlsx" if "spreadsheet" in media_type else "zip"
    if "json" in media_type or (start[:1] in (b"{", b"[") and not media_type.startswith("text/")):
        return "json"
    if "html" in media_type or start[:1] == b"<":
        return "html"
    return "csv" if "csv" in media_type or media_type in ("text/plain", "application/octet-stream", "") else "other"


def pick(family: str, release: Release) -> Family | None:
    """The parser for a release from a source of this family; None when it is not for tables."""
    if family not in _SHAPES:
        raise ValueError(f"there is no family {family!r}; known: {', '.join(_SHAPES)}")
    kind = kind_of(release.media_type, release.payload)
    if family == "code_report" and kind == "html" and report_of(release.url) is None:
        return None  # the portal's lists and introductions
    name = _SHAPES[family].get(kind)
    return ALL[name] if name else None


def tables_of(family: str) -> list[str]:
    """The tables that documents of a source of this family can end up in."""
    return sorted(set(_SHAPES.get(family, {}).values()))
