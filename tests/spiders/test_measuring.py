"""What bench_capture measures did its work, or there are no figures."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
FETCH = "import urllib.request as u; u.build_opener(u.ProxyHandler({})).open(ORIGIN + '/static').read()"
MEASURE = """
import sys
from measuring import Site
site = Site(0)
try:
    print(site.measure([sys.executable, "-c", f"ORIGIN = {site.origin!r}\\n" + sys.argv[1]], wanted={*sys.argv[2:]}))
finally:
    site.stop()
"""


def measure(program: str, *wanted: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", MEASURE, program, *wanted]
    return subprocess.run(command, cwd=BENCHMARKS, capture_output=True, text=True, timeout=60, check=False)


def test_a_child_that_fetched_all_has_figures() -> None:
    done = measure(FETCH, "/static")
    assert done.returncode == 0 and "Measured(seconds=" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("program", "wanted", "told"),
    [
        (FETCH + "; raise SystemExit('broke')", ["/static"], "broke\n\nended with code 1"),
        (FETCH, ["/static", "/page/0.html"], "fetched 1 of 2 URLs; not the same: ['/page/0.html']"),
        ("print('idle')", ["/static"], "idle\n\nfetched 0 of 1 URLs"),
    ],
)
def test_one_that_fails_or_fetches_less_ends_the_benchmark(program: str, wanted: list[str], told: str) -> None:
    done = measure(program, *wanted)
    assert done.returncode == 1 and told in done.stderr and not done.stdout
