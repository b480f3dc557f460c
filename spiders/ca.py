"""The key that the recording proxy shows to our own browser, and to nobody else.

The browser is told to accept certificates over this one public key (`--ignore-certificate-errors-spki-list`); what the
servers show is verified by our side of the proxy. The key is made anew for every visit.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import ssl
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# The browser looks at the key alone, so the dates mean nothing; they are fixed to keep the clock out of here.
VALID = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 1, 1, tzinfo=UTC))


class Authority:
    """Self-signed certificates, one per host, all over one key. `spool` is a folder for short-lived files."""

    def __init__(self, spool: Path) -> None:
        self._spool = spool
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._contexts: dict[str, ssl.SSLContext] = {}

    @property
    def pin(self) -> str:
        """base64 of the SHA-256 of the public key, in the form that Chromium wants."""
        public = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return base64.b64encode(hashlib.sha256(public).digest()).decode()

    def context(self, host: str) -> ssl.SSLContext:
        """The TLS context with which the proxy answers for `host`."""
        if host not in self._contexts:
            self._contexts[host] = self._new_context(host)
        return self._contexts[host]

    def _new_context(self, host: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        with tempfile.NamedTemporaryFile(dir=self._spool) as file:
            file.write(self._private_bytes() + self._certificate(host).public_bytes(serialization.Encoding.PEM))
            file.flush()
            context.load_cert_chain(file.name)
        return context

    def _private_bytes(self) -> bytes:
        return self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def _certificate(self, host: str) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Fanlight recorder")])
        builder = x509.CertificateBuilder(subject_name=name, issuer_name=name)
        builder = builder.public_key(self._key.public_key()).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(VALID[0]).not_valid_after(VALID[1])
        builder = builder.add_extension(x509.SubjectAlternativeName([_alternative(host)]), critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
