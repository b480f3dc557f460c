"""Signatures, and where a webhook may not go."""

import base64
import hashlib
import hmac
import json
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from receiver import Clock, Receiver, receiving
from told import happened

from events.deliveries.connect import is_public
from events.deliveries.errors import DeliveryMisconfigured, Refused, Unavailable
from events.deliveries.model import Delivery, Message, Place
from events.deliveries.webhook import Webhook, signed

KEYS = [b"k" * 24, b"o" * 32]
SECRETS = ["whsec_" + base64.b64encode(key).decode() for key in KEYS]
MESSAGE = Message(event=happened("a"), place=Place(3, 1), after=Place(4))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def hook(url: str, **more: Any) -> Webhook:
    settings: dict[str, Any] = {"allow_private": True, "timeout": 60.0, **more}
    return Webhook(Delivery(name="h", kind="webhook", url=url, secrets=("NEW", "OLD"), **settings), SECRETS, Clock())


def test_the_example_of_the_standard() -> None:
    """The key, message and signature that Standard Webhooks publishes for testing implementations."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = signed([key], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


def test_a_request_is_signed_with_the_new_secret_and_the_old(receiver: Receiver) -> None:
    hook(receiver.url).send([MESSAGE])
    ((headers, body),) = receiver.asked
    assert headers["webhook-id"] == MESSAGE.event.id
    assert headers["content-type"].startswith("application/cloudevents+json")
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = [base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode() for key in KEYS]
    assert headers["webhook-signature"] == " ".join(f"v1,{one}" for one in expected)
    assert json.loads(body)["sequence"] == "000000000003-0001"


@pytest.mark.parametrize("secret", ["whsec_not base64!", "whsec_" + base64.b64encode(b"short").decode()])
def test_a_bad_secret_is_named_and_not_shown(secret: str) -> None:
    delivery = Delivery(name="h", kind="webhook", url="https://a.example/", secrets=("NEW",))
    with pytest.raises(DeliveryMisconfigured, match="NEW is") as caught:
        Webhook(delivery, [secret], Clock())
    assert secret not in str(caught.value)


@pytest.mark.parametrize("status", [301, 307, 308])
def test_redirects_are_not_followed(receiver: Receiver, status: int) -> None:
    receiver.answer = lambda _: (status, {"Location": receiver.url})
    with pytest.raises(Refused, match="redirects are not followed"):
        hook(receiver.url).send([MESSAGE])
    assert len(receiver.asked) == 1


@pytest.mark.parametrize("status", [408, 410, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(receiver: Receiver, status: int) -> None:
    receiver.answer = lambda _: (status, {})
    with pytest.raises(Unavailable, match=f"it answered {status}"):
        hook(receiver.url).send([MESSAGE])


def test_a_name_that_is_not_found_in_time_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    never = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: never.wait(20))
    started = time.monotonic()
    with pytest.raises(Unavailable, match=r"the address of a\.example was not found"):
        hook("https://a.example/", timeout=0.3).send([MESSAGE])
    assert time.monotonic() - started < 15
    never.set()


def test_a_name_that_nobody_has_is_tried_again() -> None:
    with pytest.raises(Unavailable, match="gaierror"):
        hook("https://nobody.invalid/").send([MESSAGE])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]", "2130706433"])
def test_a_private_address_is_refused_before_a_byte_is_sent(receiver: Receiver, host: str) -> None:
    port = receiver.url.split(":")[2].split("/")[0]
    with pytest.raises(Unavailable, match="not a public address: set allow_private"):
        hook(f"http://{host}:{port}/", allow_private=False).send([MESSAGE])
    assert receiver.asked == []


def test_the_address_is_checked_that_is_connected_to(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is public when it is asked for first and private a moment later does not get through."""
    import socket

    real, asked = socket.getaddrinfo, []
    port = int(receiver.url.split(":")[2].split("/")[0])

    def rebinding(host: str, *rest: Any, **more: Any) -> Any:
        asked.append(host)
        return real("93.184.215.14" if len(asked) == 1 else "127.0.0.1", *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket.socket, "connect", _only_loopback(socket.socket.connect))
    with pytest.raises(Unavailable, match="no route outside"):
        hook(f"http://rebinding.example:{port}/", allow_private=False).send([MESSAGE])
    with pytest.raises(Unavailable, match="not a public address"):
        hook(f"http://rebinding.example:{port}/", allow_private=False).send([MESSAGE])
    assert asked == ["rebinding.example"] * 2
    assert receiver.asked == []


def _only_loopback(connect: Any) -> Any:
    def guarded(made: Any, address: tuple[Any, ...]) -> None:
        if not str(address[0]).startswith("127."):
            raise OSError("no route outside")
        connect(made, address)

    return guarded


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True), ("::ffff:93.184.215.14", True),
        ("64:ff9b::5db8:d70e", True), ("64:ff9b::a00:1", False),
        ("10.0.0.1", False), ("172.16.3.4", False), ("192.168.1.1", False), ("100.64.0.1", False),
        ("127.0.0.1", False), ("169.254.169.254", False), ("0.0.0.0", False), ("224.0.0.1", False),
        ("255.255.255.255", False), ("192.0.2.1", False), ("::1", False), ("::", False), ("fe80::1%eth0", False),
        ("fd00::1", False), ("::ffff:10.0.0.1", False), ("2002:a00:1::", False), ("ff02::1", False),
    ],
)  # fmt: skip
def test_what_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[str, Path, list[bytes]]]:
    """A receiver over TLS: its address, the certificate to trust, and what it got."""
    certificate, key = _self_signed(tmp_path)
    got: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"https://localhost:{server.server_port}/", certificate, got
    server.shutdown()
    server.server_close()


def test_over_tls_the_certificate_is_checked(
    secure: tuple[str, Path, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, certificate, got = secure
    with pytest.raises(Unavailable, match="CERTIFICATE_VERIFY_FAILED"):
        hook(url).send([MESSAGE])
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with pytest.raises(Unavailable, match="CERTIFICATE_VERIFY_FAILED"):
        hook(url.replace("localhost", "127.0.0.1")).send([MESSAGE])
    assert got == []
    hook(url).send([MESSAGE])
    assert json.loads(got[0])["id"] == MESSAGE.event.id


def _self_signed(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    certificate, private = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, private
