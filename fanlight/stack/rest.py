"""Airflow's REST API as an operator uses it: look, trigger, whatever else."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from datetime import datetime
from typing import Any

from fanlight.errors import UserError

HEALTH_NAMES = {"api-server": "metadatabase", "dag-processor": "dag_processor"}
PAGE = 1000
CONFLICT, SERVER_ERROR = 409, 500
Json = dict[str, Any]


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


class Airflow:
    """One Airflow at one address. Requests raise a UserError when they fail."""

    def __init__(self, address: str, user: str, password: str) -> None:
        self.address = address
        self._login = {"username": user, "password": password}
        self._token: str | None = None
        # Airflow is on this machine: a proxy setting is not meant for it.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def is_healthy(self, component: str) -> bool:
        """Whether a component (api-server, scheduler, dag-processor, triggerer) says that it is well."""
        try:
            health = self._send("GET", "/api/v2/monitor/health", None, {})
        except (OSError, ValueError):
            return False
        return bool(health.get(HEALTH_NAMES.get(component, component), {}).get("status") == "healthy")

    def answers_tasks(self) -> bool:
        """Whether tasks get answers: the first takes Airflow seconds, or a minute, in which it gives no other."""
        try:
            self._send("GET", "/execution/health", None, {})
        except (OSError, ValueError):
            return False
        return True

    def dags(self) -> dict[str, Json]:
        """All DAGs by id."""
        return {dag["dag_id"]: dag for dag in self.get("/dags", limit=PAGE)["dags"]}

    def import_errors(self, since: datetime) -> dict[str, str]:
        """DAG files that did not load when they were read last: name, and the last line of what Python said."""
        errors = self.get("/importErrors", limit=PAGE)["import_errors"]
        return {
            error["filename"]: error["stack_trace"].strip().rpartition("\n")[2]
            for error in errors
            if _time(error["timestamp"]) >= since
        }

    def read_since(self, since: datetime) -> set[str]:
        """DAG files, by name, that were read since then, whether they load or not."""
        read = {dag["relative_fileloc"] for dag in self.dags().values() if _time(dag["last_parsed_time"]) >= since}
        return read | set(self.import_errors(since))

    def trigger(self, dag: str, run_id: str = "") -> str:
        """Start a run now, unless there is one of that id; its id.

        It is asked again when Airflow answers 500 (its database is busy): one id makes one run.
        """
        run_id = run_id or f"asked_{uuid.uuid4()}"
        body = {"logical_date": None, "dag_run_id": run_id}
        for seconds in (1, 2, 4, 0):
            try:
                self.ask("POST", f"/dags/{dag}/dagRuns", body)
                break
            except UserError as error:
                answer = getattr(error.__cause__, "code", None)
                if answer == CONFLICT:
                    break
                if answer != SERVER_ERROR or not seconds:
                    raise
                time.sleep(seconds)
        return run_id

    def runs(self, dag: str = "~") -> list[Json]:
        """Runs of a DAG, or of all, oldest first."""
        runs: list[Json] = self.get(f"/dags/{dag}/dagRuns", limit=PAGE, order_by="run_after")["dag_runs"]
        return runs

    def task_instances(self, dag: str = "~", run: str = "~") -> list[Json]:
        """Task instances of a run of a DAG; `~` stands for all."""
        path = f"/dags/{dag}/dagRuns/{urllib.parse.quote(run, safe='~')}/taskInstances"
        found: list[Json] = self.get(path, limit=PAGE)["task_instances"]
        return found

    def get(self, path: str, **query: Any) -> Json:
        return self.ask("GET", f"{path}?{urllib.parse.urlencode(query)}" if query else path)

    def ask(self, method: str, path: str, body: Json | None = None) -> Json:
        """Any other request below `/api/v2`."""
        try:
            if self._token is None:
                self._token = self._send("POST", "/auth/token", self._login, {})["access_token"]
            return self._send(method, f"/api/v2{path}", body, {"Authorization": f"Bearer {self._token}"})
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace")[:500]
            raise UserError(f"Airflow answered {error.code} to {method} {path}", f"it said {said}") from error
        except OSError as error:
            raise UserError(f"Airflow does not answer at {self.address} ({error})", "see its logs") from error

    def _send(self, method: str, path: str, body: Json | None, headers: dict[str, str]) -> Json:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - always http, on loopback
            self.address + path, data, {**headers, "Content-Type": "application/json"}, method=method
        )
        with self._opener.open(request, timeout=30) as reply:
            return json.load(reply)  # type: ignore[no-any-return]
