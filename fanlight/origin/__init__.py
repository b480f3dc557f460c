"""A small web of our own: an origin that answers for hosts it plays, and the demo site in two editions.

Everything is under `*.example`, listens on loopback, and is reached through the ordinary proxy setting, so that
spiders, redirects and TLS behave as on the web.
"""

from fanlight.origin.http import Reply, Request, Site
from fanlight.origin.server import Origin

__all__ = ["Origin", "Reply", "Request", "Site"]
