"""`python -m fanlight.origin`, as somebody would run it to look at the demo site."""

from __future__ import annotations

import socket
import subprocess
import sys
import urllib.request
from urllib.parse import urlsplit

COMMAND = (sys.executable, "-m", "fanlight.origin")


def test_it_says_how_to_reach_it_and_plays_the_edition(tmp_path):
    with subprocess.Popen(
        [*COMMAND, "--edition", "2", "--folder", str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as running:
        told = dict(running.stdout.readline().removeprefix("export ").strip().split("=", 1) for _ in range(5))
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": told["HTTP_PROXY"]}))
        page = opener.open("http://code.example/", timeout=10).read().decode()
        running.terminate()
    assert urlsplit(told["HTTPS_PROXY"]).hostname == "127.0.0.1"
    assert told["SSL_CERT_FILE"] == str(tmp_path / "ca.pem")
    assert "Social Videos" in page


def test_a_taken_port_is_said_in_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run([*COMMAND, "--port", port], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert "cannot listen" in done.stderr
    assert "Traceback" not in done.stderr
