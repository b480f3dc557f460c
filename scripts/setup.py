"""Make this clone ready: `.venv`, the locked dependencies, the project itself and a browser.

Runs on the standard library of any Python 3, so that even an old one can say what is missing. Safe to run again: what
is up to date is left alone. Exit code 0 when everything but perhaps the browser is there.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "fanlight-setup"
BROWSER_STAMP = VENV / "fanlight-browser"
OLDEST = (3, 11)
NEWEST = (3, 13)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = (
    "setup: no browser was found and none could be installed. Install Chromium (Debian: apt-get install chromium) or "
    "set FANLIGHT_CHROMIUM to one. Everything that renders no page works without it."
)


def main():
    wanted = fingerprint()
    if not (STAMP.is_file() and STAMP.read_text() == wanted and PYTHON.exists()):
        make_venv(find_python())
        install_dependencies()
        install_project()
        STAMP.write_text(wanted)
    if not find_browser() and not install_browser():
        print(NO_BROWSER, file=sys.stderr)
    if "--tests" in sys.argv and not shutil.which("redis-server") and is_root() and shutil.which("apt-get"):
        say("installing Debian's redis-server, which deliveries are tested against")
        apt_get("redis-server")


def fingerprint():
    """What the environment was made from: it is made anew when this changes."""
    parts = [LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def find_python():
    """A Python that the lock was made for: this one, or a newer or older one on PATH."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    version = ".".join(map(str, sys.version_info[:2]))
    sys.exit(f"setup: this is Python {version}; install Python 3.11, 3.12 or 3.13 and run make again")


def make_venv(python):
    if PYTHON.exists() and run([PYTHON, "-c", "import pip"], quiet=True, check=False):
        return
    say("making .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    if run([python, "-m", "venv", VENV], quiet=True, check=False):
        return
    if is_root() and shutil.which("apt-get"):
        say("this Python cannot make environments yet: installing Debian's python3-venv")
        apt_get("python3-venv")
        shutil.rmtree(VENV, ignore_errors=True)
        if run([python, "-m", "venv", VENV], check=False):
            return
    sys.exit("setup: this Python cannot make virtual environments; install its venv module (Debian: python3-venv)")


def install_dependencies():
    """With uv, which is itself installed from the lock; with pip and the same hashes where uv does not run."""
    say("installing the locked dependencies")
    only_uv = VENV / "uv.lock.txt"
    only_uv.write_text(locked("uv"))
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r"]
    run([*pip, only_uv])
    uv = [VENV / "bin" / "uv", "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", "--compile-bytecode"]
    if not run([*uv, LOCK], check=False):
        say("uv did not manage; trying pip, which takes longer")
        run([*pip, LOCK])


def locked(name):
    """The lines of one package in the lock, hashes included."""
    match = re.search(rf"^{re.escape(name)}==.*(?:\n[ \t].*)*", LOCK.read_text(), re.MULTILINE)
    if match is None:
        sys.exit(f"setup: {name} is not in requirements.lock; run `make lock`")
    return match.group(0) + "\n"


def install_project():
    say("installing fanlight")
    uv = [VENV / "bin" / "uv", "pip", "install", "--quiet", "--python", PYTHON]
    editable = ["--no-deps", "--no-build-isolation", "--editable", ROOT]
    if not run([*uv, *editable], check=False):
        run([PYTHON, "-m", "pip", "install", "--quiet", *editable])


def find_browser():
    """Where a browser is: FANLIGHT_CHROMIUM, then PATH, then Playwright's own. None when there is none."""
    named = os.environ.get("FANLIGHT_CHROMIUM")
    if named:
        if not os.access(named, os.X_OK):
            sys.exit(f"setup: FANLIGHT_CHROMIUM is {named}, which is no program; set it to a Chromium or unset it")
        return named
    return next(filter(None, map(shutil.which, BROWSERS)), None) or playwrights_own()


def playwrights_own():
    script = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    done = subprocess.run([str(PYTHON), "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    path = done.stdout.decode().strip()
    return path if path and os.access(path, os.X_OK) else None


def install_browser():
    """Playwright's download, then Debian's package; tried once per environment."""
    tried = fingerprint()
    if BROWSER_STAMP.is_file() and BROWSER_STAMP.read_text() == tried:
        return None
    BROWSER_STAMP.write_text(tried)
    say("no browser found: trying Playwright's own download")
    with_deps = ["--with-deps"] if is_root() and shutil.which("apt-get") else []
    run([PYTHON, "-m", "playwright", "install", *with_deps, "chromium"], quiet=True, check=False)
    if not playwrights_own() and is_root() and shutil.which("apt-get"):
        say("that did not work: installing Debian's chromium")
        apt_get("chromium")
    return find_browser()


def apt_get(package):
    # RUNLEVEL=1: no server that is installed is started as well.
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive", RUNLEVEL="1")
    run(["apt-get", "update", "-qq"], quiet=True, check=False, env=environment)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    run(install, quiet=True, check=False, env=environment)


def is_root():
    return hasattr(os, "geteuid") and os.geteuid() == 0


def run(command, quiet=False, check=True, env=None):
    """Whether the command succeeded; ends the set-up when it had to."""
    sink = subprocess.DEVNULL if quiet else None
    done = subprocess.run([str(part) for part in command], stdout=sink, stderr=sink, env=env, check=False)
    if check and done.returncode:
        shown = " ".join(str(part) for part in command)
        sys.exit(f"setup: `{shown}` failed; see the lines above")
    return done.returncode == 0


def say(text):
    print(f"setup: {text}", flush=True)


if __name__ == "__main__":
    main()
