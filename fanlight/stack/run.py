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
from pathlib import Path
from typing import TYPE_CHECKING

from fanlight.errors import UserError
from fanlight.stack import airflow, credentials, processes, seaweed
from fanlight.stack.credentials import Credentials
from fanlight.stack.place import Place, archive_settings, empty, find_root, prepare
from fanlight.stack.ports import Ports, from_environment, require_free
from fanlight.stack.rest import Airflow
from fanlight.stack.supervisor import Supervisor

if TYPE_CHECKING:
    from fanlight.settings import Settings

Say = Callable[[str], None]
PARSING = 120.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Stack:
    """A running stack. `archive` is the environment in which its bucket is found."""

    place: Place
    ports: Ports
    api: Airflow
    password: str = field(repr=False)
    archive: Mapping[str, str] = field(repr=False)
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
    fresh: bool = False,
) -> Iterator[Stack]:
    """The stack with its data under `var`, ready to use; afterwards no process of it is left.

    `settings` is added to the environment of all Airflow components, `tasks` to that of tasks only. `fresh` throws away
    what an earlier stack kept under `var`. Raises a UserError when something stands in the way.
    """
    place, ports = Place(root=find_root(), var=var.absolute()), from_environment(os.environ)
    prepare(place)
    with _signals_end(), Supervisor(logs=place.logs, var=place.var) as supervisor:
        require_free(ports)
        if fresh:
            empty(place)
        made = credentials.load_or_make(place.credentials)
        place.address.write_text(json.dumps(asdict(ports)))
        archive = archive_settings(made, ports)
        environment = airflow.environment(place, ports, made, {**archive, **_links(ports), **(settings or {})})
        api = airflow.client(ports, made)
        _start(supervisor, place, ports, made, environment, api, tasks or {}, say)
        yield Stack(place=place, ports=ports, api=api, password=made.password, archive=archive, supervisor=supervisor)
        say("stopping")


def _start(
    supervisor: Supervisor, place: Place, ports: Ports, made: Credentials,
    environment: Mapping[str, str], api: Airflow, tasks: Mapping[str, str], say: Say,
) -> None:  # fmt: skip
    began = time.monotonic()
    say(f"starting SeaweedFS and Airflow (logs: {place.logs})")
    supervisor.start(seaweed.component(place, ports, made))
    airflow.migrate(place, environment, made)
    supervisor.await_ready()
    supervisor.start(*airflow.components(environment, api, tasks))
    supervisor.await_ready()
    await_dags(api, supervisor)
    say(f"ready after {time.monotonic() - began:.0f} s")


def await_dags(api: Airflow, supervisor: Supervisor) -> None:
    """Wait until every DAG file was read. Raises a UserError that names the files which do not load."""
    deadline = time.monotonic() + PARSING
    while not api.dags() and not api.import_errors():
        supervisor.check()
        if time.monotonic() > deadline:
            raise UserError("no DAG was found", "see the log of the dag-processor")
        time.sleep(0.3)
    if errors := api.import_errors():
        broken = "; ".join(f"{name}: {error}" for name, error in errors)
        raise UserError(f"a DAG file does not load ({broken})", "mend it, then start again")


def _links(ports: Ports) -> dict[str, str]:
    return {"FANLIGHT_BUCKET_UI": seaweed.bucket_page(ports)}


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
    """Run the stack with the declared sources on their schedules until Ctrl-C."""
    with contextlib.suppress(KeyboardInterrupt), started(settings.var, say=say) as stack:
        for line in welcome(stack):
            say(line)
        stay(stack)


def stay(stack: Stack) -> None:
    """Stay until interrupted. Raises ComponentFailed when a component ends by itself."""
    while True:
        stack.supervisor.check()
        time.sleep(1)


def welcome(stack: Stack) -> list[str]:
    """What a person needs to know to use it."""
    return [
        f"Airflow  {stack.api.address}  login {airflow.USER} / {stack.password}",
        f"bucket   {seaweed.bucket_page(stack.ports)}",
        f"S3       {stack.archive['AWS_ENDPOINT_URL']}  keys in {stack.place.credentials}",
        f"look     FANLIGHT_VAR={stack.place.var} {Path(sys.executable).with_name('fanlight')} events",
        "Ctrl-C stops everything; what is kept stays.",
    ]
