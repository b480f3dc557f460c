"""The demo site in both editions, fetched as a visitor without a browser would."""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import urlencode, urljoin, urlsplit

import pypdf
import pytest
from lxml import html

from fanlight.origin import social_site
from fanlight.origin.code_data import STATES
from fanlight.origin.list_sites import FRUIT, RIGHTS, SEARCH, SEARCH_DATA, SIGNED, STORAGE
from fanlight.origin.published import EDITIONS
from fanlight.origin.site import WALLED, everything, hosts

PORTAL = "https://code.example"
REPORT = f"{PORTAL}/reports/social-photos/8"
WITHDRAWN = f"{PORTAL}/reports/helpful-checks/6"


def page(got):
    return html.fromstring(got.text)


def hrefs(got, base):
    return {urljoin(base, href) for href in page(got).xpath("//a/@href")}


def table(tree):
    return [[cell.text_content() for cell in row] for row in tree.iter("tr")]


def test_everything_kept_is_under_example_and_answers(get, site):
    assert all(host.endswith(".example") for host in hosts())
    for edition in EDITIONS:
        site.edition = edition
        for url, thing in everything(edition).items():
            if thing.role != "asset" and url not in (WALLED, SIGNED):
                assert get(url).status in (200, 302), url


def test_pages_differ_in_bytes_at_every_request_and_documents_do_not(get):
    assert get(REPORT).body != get(REPORT).body
    pdf = f"{RIGHTS}/files/annual-human-rights-report-2024.pdf"
    assert get(pdf).body == get(pdf).body
    assert get(pdf, If_None_Match=get(pdf).headers["ETag"]).status == 304


def test_robots_txt_is_served_and_closes_a_part(get):
    assert "Disallow: /internal/" in get(f"{PORTAL}/robots.txt").text


def test_the_portal_leads_from_home_to_every_commitment(get):
    found, waiting = set(), {f"{PORTAL}/"}
    while waiting:
        url = waiting.pop()
        found.add(url)
        links = {link for link in hrefs(get(url), url) if urlsplit(link).path.startswith("/reports/")}
        waiting |= {link for link in links if not link.endswith("/text")} - found
    kept = {url for url, thing in everything(1).items() if thing.source == "demo_code" and thing.role == "page"}
    assert found == kept


def test_json_has_the_portals_traps(get):
    holes = json.loads(get(f"{REPORT}/json").text)["chapters"]
    assert sorted(holes) == ["2", "5"]
    commitment = holes["2"]["commitments"][0]
    rows = json.loads(commitment["measures"][1]["slis"][0]["table_value"])
    assert {row[0] for row in rows} >= {*STATES, "Total EU", "Total EEA"}
    older = json.loads(get(f"{PORTAL}/reports/social-photos/6/json").text)["chapters"]["2"]["commitments"][0]
    assert (commitment["code"], commitment["id"]) == ("14", 357)
    assert (older["code"], older["id"]) == ("14", 265)


def test_updated_at_moves_where_nothing_else_does(get, site):
    url = f"{PORTAL}/reports/social-photos/6/json"
    before = json.loads(get(url).text)
    site.edition = 2
    after = json.loads(get(url).text)
    assert before != after
    assert json.dumps(before).replace(before["updated_at"], after["updated_at"]) == json.dumps(after)


@pytest.mark.parametrize("edition", EDITIONS)
def test_page_and_json_state_the_same_table(get, site, edition):
    site.edition = edition
    commitment = json.loads(get(f"{REPORT}/json").text)["chapters"]["2"]["commitments"][0]
    stated = json.loads(commitment["measures"][1]["slis"][0]["table_value"])
    url = f"{REPORT}?chapterId={commitment['chapter_id']}&commitmentId={commitment['id']}"
    assert table(page(get(url))) == stated
    germany = next(row for row in stated if row[0] == "Germany")
    assert germany[1] == {1: "191,880", 2: "203,415"}[edition]


def test_the_text_view_drops_radio_values(get):
    text = page(get(f"{REPORT}/text?chapterId=73")).text_content()
    assert "did you deploy new implementation measures" in text
    assert not {"Yes", "No"} & set(text.split())


def test_the_withdrawn_report_is_gone_and_no_longer_linked(get, site):
    assert WITHDRAWN in hrefs(get(f"{PORTAL}/"), PORTAL)
    site.edition = 2
    assert WITHDRAWN not in hrefs(get(f"{PORTAL}/"), PORTAL)
    assert get(WITHDRAWN).status == get(f"{WITHDRAWN}/json").status == 410
    assert get(f"{PORTAL}/never-there").status == 404


def test_script_pages_are_shells_without_their_data(get):
    shell = get(social_site.REPORT)
    assert page(shell).xpath("normalize-space(//div[@id='root'])") == ""
    api, path = f"{social_site.ROOT}/api/graphql/", urlsplit(social_site.REPORT).path
    assert get(api, body=urlencode({"path": path}).encode()).status == 400
    data = json.loads(get(api, body=urlencode({"path": path, "lsd": "x"}).encode()).text)["data"]
    assert data["links"][0] == ["Download (CSV)", social_site.CSV_LINK]


def test_the_csv_is_behind_an_address_signed_anew(get, site):
    addresses = [get(social_site.CSV_LINK).headers["Location"] for _ in range(8)]
    assert len(set(addresses)) == 8
    assert len({urlsplit(address).path for address in addresses}) == 1
    assert len({urlsplit(address).hostname for address in addresses}) > 1
    assert len({get(address).body for address in addresses}) == 1
    first = addresses[0]
    assert get(first.partition("?")[0]).status == 403
    site.edition = 2
    assert urlsplit(get(social_site.CSV_LINK).headers["Location"]).path != urlsplit(first).path


def test_the_csv_rewrites_its_history(get, site):
    def rows():
        text = get(get(social_site.CSV_LINK).headers["Location"]).text
        return {tuple(row[:4]): row[4] for row in list(csv.reader(io.StringIO(text)))[1:]}

    before = rows()
    site.edition = 2
    after = rows()
    nudity = ("Social", "Adult Nudity & Sexual Activity")
    assert (before[*nudity, "Proactive Rate", "2023Q2"], after[*nudity, "Proactive Rate", "2023Q2"]) == (
        "93.80%",
        "93.70%",
    )
    assert after[*nudity, "Content Appealed", "2023Q2"] == "1000000"
    assert [key[3] for key in before if key[2] == "Prevalence"] == ["2023Q2"]
    assert [key[3] for key in after if key[2] == "Prevalence"] == ["2023Q3"]
    assert {key[1] for key in before} - {key[1] for key in after} == {"Bullying And Harassment"}


def test_the_bot_wall_stands_during_edition_two_until_told_otherwise(get, site):
    assert get(WALLED).status == 200
    site.edition = 2
    assert [get(WALLED).status for _ in range(3)] == [403, 403, 403]
    assert get(social_site.REPORT).status == 200
    site.walled = False
    assert get(WALLED).status == 200


def test_signed_address_rotates_between_requests_and_is_needed(get):
    def address():
        return next(link for link in hrefs(get(f"{FRUIT}/dsa/"), FRUIT) if link.startswith(SIGNED))

    first, second = address(), address()
    assert first != second
    assert get(first).body == get(second).body
    assert get(SIGNED).status == 403


def test_a_new_document_appears_on_the_static_list(get, site):
    new = f"{FRUIT}/dsa/transparency-report-2602.pdf"
    assert new not in hrefs(get(f"{FRUIT}/dsa/"), FRUIT)
    assert get(new).status == 410  # known to the site, not published
    site.edition = 2
    assert new in hrefs(get(f"{FRUIT}/dsa/"), FRUIT)
    assert get(new).body.startswith(b"%PDF-")


def test_a_file_is_swapped_and_another_only_saved_again(get, site):
    urls = [f"{RIGHTS}/files/annual-human-rights-report-{year}.pdf" for year in (2024, 2023)]
    before = [get(url).body for url in urls]
    site.edition = 2
    after = [get(url).body for url in urls]
    assert all(old != new for old, new in zip(before, after, strict=True))
    texts = [
        ["\n".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(b)).pages) for b in pair]
        for pair in (before, after)
    ]
    assert "19,100" in texts[0][0]
    assert "21,400" in texts[1][0]
    assert texts[0][1] == texts[1][1]


def test_reports_have_an_outline(get):
    reader = pypdf.PdfReader(io.BytesIO(get(f"{RIGHTS}/files/annual-human-rights-report-2024.pdf").body))
    assert [entry.title for entry in reader.outline] == ["About this report", "Elections", "Crises", "Remedy"]
    assert len(reader.pages) == 4


def test_the_drawn_list_loses_a_document(get, site):
    def files():
        text = get(f"{SEARCH_DATA}?report_id=27").text
        assert text.startswith(")]}'\n")
        return [url for _, url in json.loads(text[5:])[0][1]]

    before = files()
    site.edition = 2
    after = files()
    lost = f"{STORAGE}/search-dsa_2025-1-1_2025-6-30_en_v1.pdf"
    assert set(before) - set(after) == {lost}
    assert get(lost).status == 410
    assert page(get(f"{SEARCH}/")).xpath("//a") == []
