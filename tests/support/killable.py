"""A Chromium of its own, with a profile on disk, that can be killed like a computer that is switched off."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, Error

from tests.support.browser import ARGUMENTS, CHROMIUM, PATIENCE_MS
from tests.support.waiting import wait_until

AWAKE = [
    "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
]  # fmt: skip
"""Each tab stands for a window in front."""


@contextmanager
def killable_browser(browser: Browser, profile: Path) -> Iterator[tuple[Browser, Callable[[], None]]]:
    """A new process on ``profile``, and what kills it with all its children at once. ``browser``: of the session."""
    port_file = profile / "DevToolsActivePort"
    port_file.unlink(missing_ok=True)
    command = [
        CHROMIUM, *ARGUMENTS, *AWAKE, "--lang=fr-FR", "--remote-debugging-port=0", f"--user-data-dir={profile}",
        "about:blank",
    ]  # fmt: skip
    process = subprocess.Popen(
        command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )

    def kill() -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    try:
        wait_until(lambda: port_file.exists() and port_file.read_text(encoding="ascii").count("\n") > 0)
        port = port_file.read_text(encoding="ascii").splitlines()[0]
        connected = browser.browser_type.connect_over_cdp(f"http://127.0.0.1:{port}")
        connected.contexts[0].set_default_timeout(PATIENCE_MS)
        yield connected, kill
    finally:
        kill()
        with suppress(Error):
            connected.close()
