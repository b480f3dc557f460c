"""The stack's keys and passwords: made at the first start, kept where only their owner reads them."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from fanlight.errors import UserError

OWNER_ONLY = 0o600


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """S3's key pair, the password of Airflow's `admin`, and the three secrets Airflow's components share."""

    access_key: str
    secret_key: str
    password: str
    jwt: str
    session: str
    fernet: str


def make() -> Credentials:
    """Fresh random credentials."""
    return Credentials(
        access_key=secrets.token_hex(10),
        secret_key=secrets.token_urlsafe(30),
        password=secrets.token_urlsafe(12),
        jwt=secrets.token_urlsafe(48),
        session=secrets.token_urlsafe(48),
        fernet=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    )


def load(path: Path) -> Credentials:
    """What was kept in this file. Raises FileNotFoundError, and a UserError when the file makes no sense."""
    try:
        return Credentials(**json.loads(path.read_text()))
    except (ValueError, TypeError) as error:
        action = "put the right file back, or remove it so that new credentials are made at the next start"
        raise UserError(f"{path} does not hold the stack's credentials", action) from error


def load_or_make(path: Path) -> Credentials:
    """The kept credentials, or new ones that are kept from now on."""
    try:
        return load(path)
    except FileNotFoundError:
        made = make()
        write(path, json.dumps(asdict(made), indent=1))
        return made


def write(path: Path, text: str) -> None:
    """Write a file that only its owner may read; it is never visible half-written or with wider rights."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w") as file:
        file.write(text)
    draft.replace(path)
