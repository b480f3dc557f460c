"""Runs the demo site by hand: `python -m fanlight.origin --edition 1`. Loopback only."""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

from fanlight.origin.server import Origin
from fanlight.origin.site import DemoSite, hosts


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m fanlight.origin", description=__doc__)
    parser.add_argument("--edition", type=int, choices=(1, 2), default=1, help="what the site has published (1 or 2)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: any free one)")
    parser.add_argument("--folder", type=Path, help="where to put the certificates (default: a temporary folder)")
    chosen = parser.parse_args()
    with TemporaryDirectory() as folder:
        return _run(Origin(DemoSite(chosen.edition), chosen.folder or Path(folder), port=chosen.port))


def _run(origin: Origin) -> int:
    try:
        origin.start()
    except OSError as error:
        print(f"The origin cannot listen: {error.strerror}. Choose another --port.", file=sys.stderr)
        return 1
    for name, value in origin.environment.items():
        print(f"export {name}={value}")
    print(f"# playing {', '.join(sorted(hosts()))}; Ctrl-C stops it", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        origin.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
