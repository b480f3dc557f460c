"""A small run of benchmarks/bench_faults.py: what happened is told, all of it and once, whatever went wrong."""

import os
import subprocess
import sys
from pathlib import Path

from stores import S3Server

BENCH = Path(__file__).parents[2] / "benchmarks" / "bench_faults.py"


def run(*arguments: str, **env: str) -> dict[str, int]:
    """The figures of a run by name. Fails with what it printed when a goal was missed."""
    command = [sys.executable, str(BENCH), *arguments]
    done = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    return {name: int(value) for _, name, value, _, _ in lines}


def test_in_a_folder_nothing_is_lost_or_told_twice() -> None:
    figures = run("--faults", "30", "--seed", "7", "--folder")
    assert figures["faults_injected"] >= 30
    assert figures["events_expected"] > 0
    assert figures["events_lost"] == figures["events_duplicated"] == figures["log_gaps"] == 0
    assert figures["requests_for_the_last_10_of_a_million"] <= 60
    assert figures["requests_for_the_last_5_minutes_of_a_million"] <= 80
    assert figures["requests_for_what_is_new_since_a_place"] <= 2


def test_in_a_bucket_behind_a_bad_line_nothing_is_lost_or_told_twice(s3: S3Server) -> None:
    figures = run("--faults", "12", "--seed", "8", **s3.env)
    assert figures["faults_injected"] >= 12
    assert figures["events_expected"] > 0
    assert figures["events_lost"] == figures["events_duplicated"] == figures["webhook_lost"] == 0
