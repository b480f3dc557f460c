"""Which browser to use, and with which switches."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from spiders.errors import VisitError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NONE = (
    "this source needs a browser and none was found: install Chromium (on Debian `apt-get install chromium`, elsewhere "
    "`python -m playwright install chromium`), or name one in FANLIGHT_CHROMIUM"
)
# The last --disable-features counts, and Playwright gives one of its own: so this names what that one does, too. But
# ThirdPartyStoragePartitioning stays, as everywhere else: without it a frame of another site has no storage at all.
FEATURES = (
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter",
    "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch",
    "TcpPortRandomizationWin", "Translate",
    "WebRtcHideLocalIpsWithMdns",  # it joins a multicast group; without it pages learn no address either
    "SpareRendererForSitePerProcess",  # kept for the tab that asked last: of several, each would end the others' one
    "WebUIOmniboxAimPopup", "WebUIOmniboxPopup",  # two pages that every window loads to suggest addresses: 0.8 s of CPU
)  # fmt: skip
SWITCHES = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    f"--disable-features={','.join(FEATURES)}",
    "--proxy-bypass-list=<-loopback>",  # nothing goes past the recorder, not even to loopback
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # nor is a name looked up: the recorder does that
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--no-pings",
    "--default-tile-width=1280",
    "--default-tile-height=1024",  # drawn in few pieces, not in 55 for a page of two screens
)


def find(env: Mapping[str, str], own: str) -> str:
    """The path of the browser: FANLIGHT_CHROMIUM, then one on PATH, then `own` (Playwright's download)."""
    named = env.get("FANLIGHT_CHROMIUM")
    if named:
        found = shutil.which(named)
        if not found:
            raise VisitError(f"FANLIGHT_CHROMIUM names {named!r}, which cannot be run")
        return found
    for name in NAMES:
        if found := shutil.which(name):
            return found
    if Path(own).is_file():
        return own
    raise VisitError(NONE)


def switches(pin: str) -> list[str]:
    """Those of ours, and no other key trusted than `pin`."""
    return [*SWITCHES, f"--ignore-certificate-errors-spki-list={pin}"]
