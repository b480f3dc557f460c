"""The proxy: what reaches the site, what goes back over the wire."""

from __future__ import annotations

import gzip
import http.client
import socket
import ssl
from pathlib import Path

import pytest

from fanlight.origin import Origin, Reply, Request
from fanlight.origin.http import etagged, reply


class Echo:
    """Says what it was asked."""

    def plays(self, host: str) -> bool:
        return host.endswith(".example")

    def __call__(self, request: Request) -> Reply:
        told = f"{request.method} {request.url}\n".encode() + request.body
        if "tagged" in request.url:
            return etagged(reply(told))
        return Reply(headers=(("Content-Type", "text/plain"),), body=told * 500, chunked="chunked" in request.url)


@pytest.fixture
def site() -> Echo:
    return Echo()


@pytest.mark.parametrize("url", ["http://a.example/x?y=1", "https://a.example/x?y=1", "https://b.example:8443/"])
def test_the_site_sees_the_absolute_url(get, url):
    got = get(url)
    assert got.status == 200
    assert got.text.startswith(f"GET {url}\n")


def test_default_ports_and_empty_paths_are_tidied(origin):
    with socket.create_connection(("127.0.0.1", int(origin.proxy.rpartition(":")[2]))) as connection:
        connection.sendall(b"GET http://a.example:80?q HTTP/1.0\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert b"GET http://a.example/?q\n" in answer


@pytest.mark.parametrize("url", ["http://a.example/plain", "https://a.example/chunked"])
def test_gzip_when_asked_and_the_same_body(get, url):
    plain, packed = get(url), get(url, Accept_Encoding="gzip, br")
    assert plain.headers["Content-Encoding"] is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.body) == plain.body


def test_chunked_has_no_length(get):
    got = get("http://a.example/chunked")
    assert got.headers["Transfer-Encoding"] == "chunked"
    assert got.headers["Content-Length"] is None


def test_head_has_the_headers_without_the_body(get):
    whole, head = get("http://a.example/tagged"), get("http://a.example/tagged", method="HEAD")
    assert head.body == b""
    assert head.headers["Content-Length"] == str(len(whole.body) + 1)  # the echo says HEAD instead of GET


def test_conditional_requests(get):
    tag = get("http://a.example/tagged").headers["ETag"]
    again = get("http://a.example/tagged", If_None_Match=f'"other", {tag}')
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    assert get("http://a.example/tagged", If_None_Match='"other"').status == 200


def test_request_bodies_with_length_and_in_chunks(get, origin):
    assert get("http://a.example/form", body=b"a=1").text.startswith("POST http://a.example/form\na=1")
    connection = http.client.HTTPConnection("127.0.0.1", int(origin.proxy.rpartition(":")[2]))
    connection.request("POST", "http://a.example/form", body=iter([b"a=", b"2"]), encode_chunked=True,
                       headers={"Transfer-Encoding": "chunked"})  # fmt: skip
    assert b"\na=2" in connection.getresponse().read()


def test_a_connection_is_kept_for_further_requests_inside_tls(origin):
    context = ssl.create_default_context(cafile=str(origin.ca_bundle))
    connection = http.client.HTTPSConnection(
        "127.0.0.1", int(origin.proxy.rpartition(":")[2]), context=context, timeout=10
    )
    connection.set_tunnel("a.example", 443)
    for number in range(3):
        connection.request("GET", f"/{number}")
        assert connection.getresponse().read().startswith(f"GET https://a.example/{number}\n".encode())
        assert connection.sock is not None


def test_an_unknown_host_is_refused_in_clear_words(get):
    got = get("http://elsewhere.org/")
    assert got.status == 502
    assert "does not play elsewhere.org" in got.text
    with pytest.raises(OSError, match="502"):
        get("https://elsewhere.org/")


def test_a_stranger_does_not_trust_the_authority(origin):
    connection = http.client.HTTPSConnection("127.0.0.1", int(origin.proxy.rpartition(":")[2]), timeout=10)
    connection.set_tunnel("a.example", 443)
    with pytest.raises(ssl.SSLCertVerificationError):
        connection.request("GET", "/")


def test_the_log_counts_bytes(get, origin):
    got = get("http://a.example/tagged", body=b"12345")
    logged = origin.log[-1]
    assert (logged.method, logged.url, logged.status, logged.received) == ("POST", "http://a.example/tagged", 200, 5)
    assert logged.sent > len(got.body)


def test_stop_frees_the_port_and_a_taken_port_is_an_error(site, tmp_path: Path):
    first = Origin(site, tmp_path)
    first.start()
    port = int(first.proxy.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        Origin(site, tmp_path, port=port).start()
    first.stop()
    with Origin(site, tmp_path, port=port) as again:
        assert again.proxy.endswith(str(port))


def test_the_environment_names_proxy_and_authority(origin):
    environment = origin.environment
    assert environment["HTTPS_PROXY"] == environment["http_proxy"] == origin.proxy
    assert Path(environment["SSL_CERT_FILE"]).read_text().startswith("-----BEGIN CERTIFICATE-----")
