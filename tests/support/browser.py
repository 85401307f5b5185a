"""A real Chromium for the tests: found on the system, or installed where there is none.

`python -m tests.support.browser` makes sure that there is one; the tests start it with `launch`.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# libatomic1: what Playwright's own driver needs, and a bare system lacks.
DEBIAN_PACKAGES = ("chromium", "fonts-wqy-microhei", "libatomic1")

# No sandbox: tests run as root in containers too, and open nothing but the product's own pages.
# The rest keeps the browser from calling home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--lang=zh-CN",
]


class NoBrowser(Exception):
    """No Chromium could be had for the tests."""


def find() -> str | None:
    """Return the path of the system's Chromium, or None."""
    given = os.environ.get("TEST_BROWSER")
    if given:
        return given
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    return None


def find_own(playwright: Playwright) -> str | None:
    """Return the path of the Chromium that Playwright installed for itself, or None."""
    path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def launch(playwright: Playwright) -> Browser:
    """Start the browser without a window.

    Raises
    ------
    NoBrowser
        If there is none: `make browser` installs one.
    """
    path = find() or find_own(playwright)
    if path is None:
        message = "There is no Chromium for the browser tests: run `make browser`."
        raise NoBrowser(message)
    return playwright.chromium.launch(executable_path=path, args=ARGUMENTS)


def install() -> None:
    """Install a Chromium: Debian's as root, else Playwright's own build."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        commands = (
            ["apt-get", "update", "-q"],
            ["apt-get", "install", "-y", "-q", "--no-install-recommends", *DEBIAN_PACKAGES],
        )
        if all(subprocess.run(step, env=environment, check=False).returncode == 0 for step in commands):
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def has_chinese_type() -> bool:
    """Tell whether the system can draw Chinese."""
    listing = shutil.which("fc-list")
    if listing is None:
        return False
    answer = subprocess.run([listing, ":lang=zh-cn"], capture_output=True, text=True, check=False)
    return bool(answer.stdout.strip())


def driver_works() -> bool:
    """Tell whether Playwright's driver can start at all."""
    program, *_ = compute_driver_executable()
    return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0


def found_anywhere() -> str | None:
    """Return the path of the system's Chromium or of Playwright's own, or None."""
    path = find()
    if path is None and driver_works():
        with sync_playwright() as playwright:
            path = find_own(playwright)
    return path


def main() -> int:
    """Make sure that there is a browser, and say which."""
    may_add_packages = os.geteuid() == 0 and shutil.which("apt-get") is not None
    if found_anywhere() is None or (may_add_packages and not (driver_works() and has_chinese_type())):
        install()
    path = found_anywhere()
    if path is None or not driver_works():
        sys.stderr.write("No Chromium found that the tests can drive, and none could be installed.\n")
        return 1
    sys.stdout.write(f"Browser for the tests: {path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
