"""Which parser shapes what: by the source's family and by what the payload is."""

from __future__ import annotations

from normalize import code_report, container, dsa_report, enforcement, narrative, pdf, policy, workbook
from normalize.code_model import report_of
from normalize.model import Family, Item, Rejected, Release, Result

ALL = {
    family.name: family
    for family in (code_report.FAMILY, dsa_report.FAMILY, enforcement.FAMILY, narrative.FAMILY, policy.FAMILY)
}
# Reading takes a multiple of the payload in memory: about 8 times for JSON, 10 for HTML, 4 for CSV.
MOST_BYTES = {"json": 64_000_000, "html": 16_000_000, "csv": 128_000_000, "pdf": 256_000_000, "other": 512_000_000}
_SHAPES = {
    "code_report": {"json": "code_report", "html": "code_report", "csv": "code_report", "pdf": "narrative"},
    "dsa_report": {"csv": "dsa_report", "xlsx": "dsa_report", "zip": "dsa_report", "pdf": "narrative"},
    "enforcement": {
        "csv": "enforcement",
        "xlsx": "enforcement",
        "zip": "enforcement",
        "html": "enforcement",
        "pdf": "narrative",
    },
    "policy": {"html": "policy", "pdf": "narrative"},
    "narrative": {"pdf": "narrative", "html": "narrative", "csv": "narrative"},
}


def kind_of(media_type: str, payload: bytes) -> str:
    """`pdf`, `xlsx`, `zip`, `json`, `html`, `csv` (any text) or `other`: by the payload, because servers mislabel."""
    start = payload[:512].removeprefix(b"\xef\xbb\xbf").lstrip()
    if pdf.is_pdf(payload):
        return "pdf"
    if start.startswith(workbook.OLE):
        return "xlsx"
    if start.startswith(b"PK\x03\x04"):
        return "xlsx" if "spreadsheet" in media_type or container.is_workbook(payload) else "zip"
    if "json" in media_type or (start[:1] in (b"{", b"[") and not media_type.startswith("text/")):
        return "json"
    if "html" in media_type or start[:1] == b"<":
        return "html"
    return "csv" if _is_text(media_type, payload[:8192]) else "other"


def _is_text(media_type: str, start: bytes) -> bool:
    """Whether something may be text, whatever its server calls it: files to be saved often have types of their own."""
    if media_type.startswith(("image/", "audio/", "video/", "font/")):
        return False
    return media_type.startswith("text/") or b"\0" not in start or start.startswith((b"\xff\xfe", b"\xfe\xff"))


def pick(family: str, release: Release) -> Family | None:
    """The parser for a release from a source of this family; None when it is not for tables."""
    kind = kind_of(release.media_type, release.payload)
    name = _name_of(family, kind, release.url, in_archive=bool(release.run_id))
    return ALL[name] if name else None


def _name_of(family: str, kind: str, url: str, *, in_archive: bool) -> str | None:
    if family not in _SHAPES:
        raise ValueError(f"there is no family {family!r}; known: {', '.join(_SHAPES)}")
    if family == "code_report" and kind in ("html", "csv") and in_archive and report_of(url) is None:
        return None  # the portal's lists and introductions; a file outside an archive was chosen by hand
    return _SHAPES[family].get(kind)


def is_wanted(family: str, item: Item) -> bool:
    """Whether an item has to be read at all: a good page is HTML, so what the index says of it may be enough to know
    that no parser is for it. A document may be anything, whatever its server says."""
    if item.role != "page" or "html" not in item.media_type:
        return True
    return _name_of(family, "html", item.url, in_archive=True) is not None


def shaped(family: str, release: Release) -> Result:
    """What becomes of a release. Whatever is wrong with it ends as a reason, so that other documents go on.

    A web page that no parser is for is passed over: it leads to documents. A document is rejected.
    """
    parser = pick(family, release)
    if parser is None:
        kind = kind_of(release.media_type, release.payload)
        reason = f"no parser of the family {family} reads {release.media_type or 'files without a media type'} ({kind})"
        return Result(release=release, skipped=kind == "html" and release.role != "document", reason=reason)
    try:
        check_size(release)
        return Result(release=release, family=parser, parsed=parser.parse(release))
    except Rejected as error:
        return Result(release=release, reason=str(error))
    except Exception as error:  # noqa: BLE001  # a hostile or unforeseen document must not stop the others
        return Result(release=release, reason=f"the parser of {parser.name} failed: {type(error).__name__}: {error}")


def check_size(release: Release) -> None:
    """Raise Rejected for a payload that would take too much memory to read."""
    kind = kind_of(release.media_type, release.payload)
    size, most = len(release.payload), MOST_BYTES.get(kind, MOST_BYTES["other"])
    if size > most:
        raise Rejected(f"{size:,} bytes are too many for a report in {kind.upper()}: at most {most:,} are read")


def tables_of(family: str) -> list[str]:
    """The tables that documents of a source of this family can end up in."""
    return sorted(set(_SHAPES.get(family, {}).values()))
