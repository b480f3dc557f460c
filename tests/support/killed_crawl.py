"""Crawls to kill: each a process of its own, forked, as starting Python and loading Scrapy takes longer than the crawl.

    python killed_crawl.py

It reads lines of arguments for `spiders.run`, as JSON. For each it starts a crawl and says its process id; what the
crawl says follows, then `over`, or `broke` and why. After one more line it waits for its end and says `dead`.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from importlib import import_module
from typing import NoReturn

from spiders.run import main, say

NAMED = ("spiders.crawl", "spiders.refresh", "spiders.download", "scrapy.extensions.throttle")  # loaded by a crawl


def crawl(arguments: list[str]) -> NoReturn:
    """Whatever happens, this process ends here, and a last line says so: somebody waits for it."""
    try:
        main(arguments)
        say("over")
    except BaseException as error:  # noqa: BLE001  # argparse exits
        traceback.print_exc()
        say(f"broke: {error!r}")
    os._exit(0)


def serve() -> None:
    os.environ["TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS"] = ""  # as a crawl does before it loads them
    for name in NAMED:
        import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            crawl(json.loads(line))
        say(f"pid {child}")
        sys.stdin.readline()
        os.waitpid(child, 0)
        say("dead")


if __name__ == "__main__":
    serve()
