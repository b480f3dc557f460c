"""The stack as a whole: `started` is a context in which it runs, `up` runs it for a person."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archive.store import open_store
from fanlight.errors import UserError
from fanlight.stack import airflow, credentials, processes, seaweed
from fanlight.stack.credentials import Credentials
from fanlight.stack.place import Place, archive_environment, archive_settings, empty, find_root, prepare
from fanlight.stack.ports import Ports, from_environment, require_free
from fanlight.stack.rest import Airflow
from fanlight.stack.supervisor import Supervisor

if TYPE_CHECKING:
    from fanlight.settings import Settings

Say = Callable[[str], None]
PARSING = 600.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Stack:
    """A running stack. `archive` is the environment in which the archive is found; `bucket` a page of our own one."""

    place: Place
    ports: Ports
    api: Airflow
    made: Credentials
    archive: Mapping[str, str] = field(repr=False)
    bucket: str | None
    supervisor: Supervisor = field(repr=False)

    def memory(self) -> int:
        """Bytes of memory of this process and all below it."""
        return processes.memory(os.getpid())


@contextlib.contextmanager
def started(
    var: Path,
    *,
    say: Say = print,
    settings: Mapping[str, str] | None = None,
    tasks: Mapping[str, str] | None = None,
    archive: Mapping[str, str] | None = None,
    fresh: bool = False,
) -> Iterator[Stack]:
    """The stack with its data under `var`, ready to use; afterwards no process of it is left.

    `settings` is added to the environment of all Airflow components, `tasks` to that of tasks only. `archive` says
    where somebody else's archive is (default: one of our own is started). `fresh` throws away what an earlier stack
    kept under `var`. Raises a UserError when something stands in the way.
    """
    place, ports = Place(root=find_root(), var=var.absolute()), from_environment(os.environ)
    prepare(place)
    with _signals_end(), Supervisor(logs=place.logs, var=place.var) as supervisor:
        require_free(ports, seaweed=archive is None)
        if fresh:
            empty(place)
        made = credentials.load_or_make(place.credentials)
        stack = Stack(
            place=place,
            ports=ports,
            api=airflow.client(ports, made),
            made=made,
            archive=archive_settings(made, ports) if archive is None else archive,
            bucket=seaweed.bucket_page(ports) if archive is None else None,
            supervisor=supervisor,
        )
        try:
            _start(stack, settings or {}, tasks or {}, say)
            yield stack
        finally:
            say("stopping")


def _start(stack: Stack, settings: Mapping[str, str], tasks: Mapping[str, str], say: Say) -> None:
    began = datetime.now(UTC)
    place, ports, made, supervisor = stack.place, stack.ports, stack.made, stack.supervisor
    links = {"FANLIGHT_BUCKET_UI": stack.bucket} if stack.bucket else {}
    environment = airflow.environment(place, ports, made, {**stack.archive, **links, **settings})
    say(f"starting {'SeaweedFS and ' if stack.bucket else ''}Airflow (logs: {place.logs})")
    if stack.bucket:
        place.address.write_text(json.dumps(asdict(ports)))
        supervisor.start(seaweed.component(place, ports, made))
    airflow.prepare(place, environment, made)
    supervisor.await_ready()
    supervisor.start(*airflow.components(environment, stack.api, tasks))
    supervisor.await_ready()
    await_dags(stack, began)
    say(f"ready after {(datetime.now(UTC) - began).total_seconds():.0f} s")


def await_dags(stack: Stack, began: datetime) -> None:
    """Wait until every DAG file was read. Raises a UserError that names the files which do not load."""
    deadline = time.monotonic() + PARSING
    while unread := _unread(stack, began):
        stack.supervisor.check()
        if time.monotonic() > deadline:
            problem = f"Airflow did not read {', '.join(sorted(unread))} within {PARSING:.0f} s"
            raise UserError(problem, f"see the log of the dag-processor in {stack.place.logs}")
        time.sleep(0.3)
    if errors := stack.api.import_errors(began):
        broken = "; ".join(f"{name}: {error}" for name, error in errors.items())
        raise UserError(f"a DAG file does not load ({broken})", "mend it, then start again")


def _unread(stack: Stack, began: datetime) -> set[str]:
    silent = airflow.dag_files(stack.place) - stack.api.read_since(began)
    return {file for file in silent if not airflow.is_settled(stack.place, file, began)}


@contextlib.contextmanager
def _signals_end() -> Iterator[None]:
    """Being asked to end (SIGTERM, a closed terminal) leaves the same way as Ctrl-C."""

    def leave(number: int, _: object) -> None:
        raise KeyboardInterrupt(signal.Signals(number).name)

    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, leave) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def up(settings: Settings, *, say: Say = print) -> None:
    """Run the stack with the declared sources on their schedules until Ctrl-C.

    Raises an ArchiveError before anything is started when somebody else's archive cannot be used.
    """
    if archive := _foreign(settings):
        open_store(settings.archive_url).check()
    with contextlib.suppress(KeyboardInterrupt), started(settings.var, say=say, archive=archive) as stack:
        for line in welcome(stack):
            say(line)
        stay(stack)


def _foreign(settings: Settings) -> Mapping[str, str] | None:
    """Where the archive is, when the user has chosen one that is not the embedded stack's."""
    own = archive_environment(settings.var)
    if settings.archive_url == (settings.var / "archive").as_uri() or (own and own.items() <= os.environ.items()):
        return None
    return {"ARCHIVE_URL": settings.archive_url}


def stay(stack: Stack) -> None:
    """Stay until interrupted. Raises ComponentFailed when a component ends by itself."""
    while True:
        stack.supervisor.check()
        time.sleep(1)


def welcome(stack: Stack) -> list[str]:
    """What a person needs to know to use it."""
    own = (
        f"bucket   {stack.bucket}",
        f"S3       {stack.archive['AWS_ENDPOINT_URL']}  keys in {stack.place.credentials}",
        f"look     FANLIGHT_VAR={stack.place.var} {Path(sys.executable).with_name('fanlight')} events",
    ) if stack.bucket else (f"archive  {stack.archive['ARCHIVE_URL']}",)  # fmt: skip
    return [
        f"Airflow  {stack.api.address}  login {airflow.USER} / {stack.made.password}",
        *own,
        "Ctrl-C stops everything; what is kept stays.",
    ]
