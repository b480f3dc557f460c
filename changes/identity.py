"""One name for one document, whatever its URL looked like today.

Two URLs get the same name when they differ only in what publishers rotate without moving the document: scheme, `www.`,
fragment, trailing slash, session, tracking and signature parameters, the order of parameters, and the node name of a
content delivery network. Parameters with a meaning (`?page=2`, `?commitmentId=214`) stay.
"""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

import tldextract

TRACKING = re.compile(
    r"(utm_|mtm_|pk_|hsa_|_hs|mc_[ce]id|vero_|mkt_tok|tracking_?id\Z|at_(medium|campaign)|fb_|ga_|guce_)"
    r"|((fb|g|d|tw|ms|ttc|y|wbra|gbra|igsh|li_fat_|epik|irc)(cl)?id|igsh|gclsrc|_ga|_gl|_openstat|trk|trkinfo|lipi)\Z"
    r"|(ref|ref_?src|ref_?url|referrer|referer|helpref|entry_?point|share_?id|spm|scm|cmpid|icid|ncid|[a-z]{2,8}_?did)\Z",
    re.IGNORECASE,
)
SESSION = re.compile(
    r"(jsessionid|phpsessid|aspsessionid\w*|cfid|cftoken|session_?id|sess_?id|csrf\w*|xsrf\w*|lsd|__cf_chl\w*)\Z"
    r"|((access_?|auth_?|security_?|download_?)?token)\Z"
    r"|(_|cb|nocache|no_cache|cache_?bust(er)?|rnd|rand|random|nonce|ts|timestamp|_ts|_t|_dc)\Z",
    re.IGNORECASE,
)
SIGNATURE = re.compile(
    r"(x-(amz|goog|oss|cos|obs|tos|ms)-|_nc_|hdn(ts|ea|tl)\Z|__(gda|token)__|x-(expires|signature)\Z)"
    r"|(awsaccesskeyid|googleaccessid|ossaccesskeyid|key-pair-id|signature|sig|hmac|expires?|expiry|expiration)\Z"
    r"|(oh|oe|ccb|edm|efg|stp|lk3s)\Z",
    re.IGNORECASE,
)
# Fields whose names say too little alone: (all of these present) says that the URL is signed and (these) sign it.
SIGNED_SETS = (
    ({"sv", "sig"}, {"sv", "se", "sr", "sp", "st", "sip", "spr", "skoid", "sktid", "skt", "ske", "sks", "skv", "sdd"}),
    ({"ex", "is", "hm"}, {"ex", "is", "hm"}),
    ({"policy", "key-pair-id"}, {"policy"}),
)
SHIM_PATH = re.compile(
    r"(l|out|away|go|goto|url|link|click|leave|leaving|exit|external|redir|redirect)(\.\w+)?\Z", re.I
)
SHIM_PARAMETER = ("u", "url", "q", "to", "target", "dest", "destination", "goto", "link", "redirect", "redirect_url")
DEFAULT_PAGE = re.compile(r"/(index\.(html?|php|aspx?)|default\.(html?|aspx?))\Z", re.IGNORECASE)
PATH_SESSION = re.compile(r";(jsessionid|phpsessid|sid)=[^/;]*", re.IGNORECASE)
PORTS = {"http": 80, "https": 443}
# The bundled list of public suffixes, private ones included (`s3.eu-west-1.amazonaws.com`); never fetched.
SUFFIXES = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


@cache
def registered_domain(host: str) -> str:
    """The part of a host name that somebody registered (`example.co.uk`); the host itself where there is none."""
    known = SUFFIXES(host)
    if known.suffix or known.ipv4 or known.ipv6:
        return known.top_domain_under_public_suffix or host
    return ".".join(host.split(".")[-2:])  # an unlisted suffix is one label, as the list's own default rule says


def document_id(url: str) -> str:
    """The identity of a document: `host/path?query`, without scheme. Any string is accepted."""
    parts = split(unwrap(url.strip()))
    if parts.scheme not in PORTS:
        return url.strip()
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not rotates(name, pairs)]
    query = urlencode(sorted(kept), safe="/:,@", quote_via=quote)
    return stable_host(parts, signed(pairs)) + stable_path(parts.path) + ("?" + query if query else "")


def split(url: str) -> SplitResult:
    """`urlsplit` that reads `//host/path` as https and never raises."""
    try:
        parts = urlsplit("https:" + url if url.startswith("//") else url)
        _ = parts.port  # raises where the port is no number
        return parts if parts.hostname else SplitResult("", "", url, "", "")
    except ValueError:
        return SplitResult("", "", url, "", "")


def unwrap(url: str, depth: int = 3) -> str:
    """The target of a redirect shim (`https://l.example.com/l.php?u=https%3A%2F%2F...`), else `url`."""
    parts = split(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    if not depth or not parts.query or not SHIM_PATH.match(last):
        return url
    values = dict(parse_qsl(parts.query))
    targets = [values[name] for name in SHIM_PARAMETER if values.get(name, "").startswith(("http://", "https://"))]
    return unwrap(targets[0], depth - 1) if targets else url


def signed(pairs: list[tuple[str, str]]) -> bool:
    """Whether these query parameters sign the URL: then its host is a delivery node, not the document's home."""
    names = {name.lower() for name, _ in pairs}
    return any(witness <= names for witness, _ in SIGNED_SETS) or any(SIGNATURE.match(name) for name in names)


def rotates(name: str, pairs: list[tuple[str, str]]) -> bool:
    """Whether a query parameter changes from visit to visit without naming another document."""
    if TRACKING.match(name) or SESSION.match(name) or SIGNATURE.match(name):
        return True
    names = {other.lower() for other, _ in pairs}
    return any(witness <= names and name.lower() in signing for witness, signing in SIGNED_SETS)


def stable_host(parts: SplitResult, is_signed: bool) -> str:
    """The host in lower case without `www.` and default port; a delivery network's node gives its registered domain."""
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    if is_signed or "cdn" in host:  # only then: the list of suffixes takes long to load
        domain = registered_domain(host)
        host = domain if is_signed or "cdn" in domain.partition(".")[0] else host
    port = parts.port
    return host if port in (None, PORTS[parts.scheme]) else f"{host}:{port}"


def stable_path(path: str) -> str:
    """The path with one way of percent-encoding, no empty segments, session, default page or trailing slash."""
    segments = [quote(unquote(part), safe="!$&'()*+,;=:@~") for part in PATH_SESSION.sub("", path).split("/") if part]
    return DEFAULT_PAGE.sub("", "/" + "/".join(segments)).rstrip("/")
