"""Crawls to kill: each a process of its own, forked, as starting Python and loading Scrapy takes longer than the crawl.

    python killed_crawl.py

It reads lines of arguments for `spiders.run`, as JSON. For each it starts a crawl and says its process id; what the
crawl says follows. After one more line it waits for its end and says `dead`.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module

from spiders.run import main

NAMED = ("spiders.crawl", "spiders.refresh", "spiders.download", "scrapy.extensions.throttle")  # loaded by a crawl


def serve() -> None:
    os.environ["TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS"] = ""  # as a crawl does before it loads them
    for name in NAMED:
        import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            main(json.loads(line))
            os._exit(0)
        print(f"pid {child}", flush=True)
        sys.stdin.readline()
        os.waitpid(child, 0)
        print("dead", flush=True)


if __name__ == "__main__":
    serve()
