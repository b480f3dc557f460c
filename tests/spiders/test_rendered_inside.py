"""What stands in shadow roots and inner frames belongs to the page: its text, its links, its folds."""

from __future__ import annotations

import pytest
from fidelity import page, reply
from visits import SiteMaker, SourceMaker, Visitor

from changes.html import parse

ORIGIN = "https://site.example"
SHADOWS = """<reports-list><p slot="note">In the light</p></reports-list><script>
const build = (host, inner) => { host.attachShadow({mode: 'open'}).innerHTML = inner; return host.shadowRoot; };
const root = build(document.querySelector('reports-list'), `<style>p { color: red }</style>
  <h2>In the shadow</h2><slot name="note"></slot><deep-list></deep-list>
  <button aria-expanded="false">Open</button><details><summary>Older</summary>folded</details>`);
build(root.querySelector('deep-list'), '<ul><li><a href="/files/deep.csv">Deeper</a></li></ul>');
root.querySelector('button').onclick = event => {
  event.target.ariaExpanded = 'true';
  event.target.insertAdjacentHTML('afterend', '<a href="/files/opened.csv">New</a>');
};
</script>"""
FRAMES = """<section id="reports"><iframe title="a > b" src="https://cdn.example/lists/inner"></iframe></section>
<iframe srcdoc="<p>Written in place</p><a href='files/placed.csv'>Placed</a>"></iframe>
<iframe src="/hidden" style="display: none"></iframe><iframe src="https://away.example/"></iframe>"""
INNER = '<a href="figures.csv">Framed</a><button onclick="this.outerHTML = \'<i>asked</i>\'">Show more</button>'
RULES = "follow=(Follow(match='framed|figures', within='#reports'), Follow(match='csv$'))"


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_shadow_roots_and_inner_frames(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    csv = reply(b"a,b\n1,2\n", kind="text/csv")
    files = ("/files/deep.csv", "/files/opened.csv", "/files/placed.csv", "/lists/figures.csv")
    served = site(
        {
            "/shadows": reply(page("Shadows", SHADOWS)),
            "/frames": reply(page("Frames", FRAMES)),
            "/lists/inner": reply(page("Inner", INNER)),
            "/hidden": reply(page("Hidden", '<a href="/files/hidden.csv">Hidden</a>')),
            **dict.fromkeys(files, csv),
        }
    )
    starts = f"start_urls=('{ORIGIN}/shadows', '{ORIGIN}/frames'), allowed_hosts=('site.example', 'cdn.example')"
    source = make_source(f"{starts}, spider='rendered_list', {RULES}, politeness=Politeness(delay=0.0)")

    visited = visit(source, env=served.env())

    assert visited.code == 0, visited.output
    assert {c.url.partition("example")[2] for c in visited.captures if c.label.role == "document"} == set(files)
    assert visited.one("https://cdn.example/lists/figures.csv").label.via == f"{ORIGIN}/frames"
    dom, text = visited.body(f"urn:dom:{ORIGIN}/shadows"), visited.body(f"urn:text:{ORIGIN}/shadows").decode()
    assert dom.count(b'<template shadowrootmode="open">') == 2 and dom.endswith(b"</html>")
    assert {"In the light", "In the shadow", "Deeper", "folded"} <= set(text.split("\n")) and "color" not in text
    assert "In the shadow" in "".join(parse(dom).find("body").find(".//reports-list").itertext())
    assert not parse(dom).xpath("//template")  # what is compared sees it
    dom, text = visited.body(f"urn:dom:{ORIGIN}/frames"), visited.body(f"urn:text:{ORIGIN}/frames").decode()
    assert b'</iframe><section data-frame="https://cdn.example/lists/inner">' in dom and b"fanlight" not in dom
    assert "Framed" in text and "asked" in text and "Written in place" in text and "Hidden" not in text
    assert b"away.example" in dom and dom.count(b"<section data-frame") == 2
