"""Where the stack keeps things, and what it leaves there for the command line."""

from __future__ import annotations

import errno
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from fanlight.errors import UserError
from fanlight.stack import credentials
from fanlight.stack.credentials import Credentials
from fanlight.stack.ports import HOST, Ports

BUCKET = "fanlight"
ROOM = 1_000_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The project's folder and the data folder, both absolute."""

    root: Path
    var: Path

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def airflow(self) -> Path:
        return self.var / "airflow"

    @property
    def bucket(self) -> Path:
        return self.var / "seaweedfs"

    @property
    def credentials(self) -> Path:
        return self.var / "secrets.json"

    @property
    def address(self) -> Path:
        """Which S3 port the stack last used."""
        return self.var / "stack.json"


def find_root() -> Path:
    """The folder with `airflow.cfg` and `dags/`: the one this package lies in, else the working folder."""
    for folder in (Path(__file__).resolve().parents[2], Path.cwd()):
        if (folder / "airflow.cfg").is_file() and (folder / "dags").is_dir():
            return folder
    raise UserError("airflow.cfg and dags/ are nowhere to be found", "run it from the folder of a clone of Fanlight")


def prepare(place: Place) -> None:
    """Make the folders. Raises a UserError when there is no right or no room to write."""
    try:
        for folder in (place.logs, place.airflow, place.bucket):
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / ".writable"
            probe.write_bytes(b"x")
            probe.unlink()
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        action = (
            f"{'free some space there' if full else 'make that folder writable'} or set FANLIGHT_VAR to another one"
        )
        raise UserError(f"cannot write below {place.var} ({error.strerror})", action) from error
    free = shutil.disk_usage(place.var).free
    if free < ROOM:
        problem = f"only {free / 1e6:.0f} MB are free below {place.var}"
        raise UserError(
            problem, f"free some space ({ROOM / 1e6:.0f} MB are needed) or set FANLIGHT_VAR to another disk"
        )


def empty(place: Place) -> None:
    """Throw away what a stack kept, and nothing else that may lie under `var`."""
    for folder in (place.logs, place.airflow, place.bucket, place.var / "spool"):
        shutil.rmtree(folder, ignore_errors=True)
    place.credentials.unlink(missing_ok=True)
    prepare(place)


def archive_settings(made: Credentials, ports: Ports) -> dict[str, str]:
    """The environment in which every tool finds the embedded bucket."""
    return {
        "ARCHIVE_URL": f"s3://{BUCKET}",
        "AWS_ENDPOINT_URL": f"http://{HOST}:{ports.s3}",
        "AWS_ACCESS_KEY_ID": made.access_key,
        "AWS_SECRET_ACCESS_KEY": made.secret_key,
        "AWS_REGION": "us-east-1",
    }


def archive_environment(var: Path) -> dict[str, str] | None:
    """How to reach the bucket of the stack under `var`; None when none was ever started there."""
    place = Place(root=var, var=var)
    if not place.address.exists() or not place.credentials.exists():
        return None
    try:
        ports = Ports(**json.loads(place.address.read_text()))
    except (ValueError, TypeError) as error:
        raise UserError(
            f"{place.address} is damaged", "delete it and start the stack again, or set ARCHIVE_URL"
        ) from error
    return archive_settings(credentials.load(place.credentials), ports)
