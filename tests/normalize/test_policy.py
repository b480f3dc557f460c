"""Policy pages: a version as Markdown, its sections, its change log."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from shaping import release

from normalize import cite, policy
from normalize.model import Parsed, Rejected

PAGE = b"""<body><nav>Rules</nav><div><h3>Other rules</h3></div><h2>Lamps</h2><p>Lamps are <b>allowed</b>.</p>
<h3>Do not</h3><p>Do not light:</p><ul><li>oil<ul><li>of fish</li></ul></li><li>wax</li></ul>
<h3>Changelog</h3><p>Apr 28, 2022</p><p>31 January 2022</p><p>2021-02-30</p><p>Current version</p>
<footer>x</footer></body>"""


def parse(payload: bytes) -> Parsed:
    parsed = policy.parse(release(payload, "https://lantern.example/policies/lamps", "text/html"))
    for fact in parsed.facts:
        cited = cite.resolve(payload, "text/html", fact.citation.pointer)
        assert " ".join(fact.raw_value.split()) in " ".join(cited.split())
    return parsed


def test_a_page_is_a_version_with_sections_and_changes() -> None:
    found = parse(PAGE).facts
    assert [(fact.kind, fact.key[1:], fact.raw_value) for fact in found] == [
        ("version", (), "Lamps"),
        ("section", ("lamps",), "Lamps are allowed."),
        ("section", ("lamps", "do not"), "Do not light:\noil\nof fish\nwax"),
        ("section", ("lamps", "changelog"), "Apr 28, 2022\n31 January 2022\n2021-02-30\nCurrent version"),
        ("change", ("2022-04-28",), "Apr 28, 2022"),
        ("change", ("2022-01-31",), "31 January 2022"),
    ]
    assert found[2].labels["path"] == "Lamps > Do not"
    assert found[0].labels["markdown"] == (
        "## Lamps\n\nLamps are allowed.\n\n### Do not\n\nDo not light:\n\n- oil\n\n  - of fish\n\n- wax\n\n"
        "### Changelog\n\nApr 28, 2022\n\n31 January 2022\n\n2021-02-30\n\nCurrent version\n"
    )


@pytest.mark.parametrize("page", [b"<p>Just a moment...</p>", b"<h1>Rules</h1>", b"<body></body>"])
def test_what_is_no_policy_is_rejected(page: bytes) -> None:
    with pytest.raises(Rejected):
        parse(page)


@pytest.mark.captures
def test_real_policies_have_sections(captures: Path) -> None:
    with zipfile.ZipFile(captures / "plain-pages.zip") as files:
        names = [name for name in files.namelist() if name.endswith(".html")]
        for name in names[:: len(names) // 6]:
            kinds = [fact.kind for fact in parse(files.read(name)).facts]
            assert kinds.count("section") >= 3
