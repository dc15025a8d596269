"""The Chromium for browser tours: found, or installed where we may, and started without chatter."""

import os
import shutil

from .console import step
from .processes import log_file, run
from .settings import CACHE

NAMES = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser")
# Odoo passes --headless and --no-sandbox; these keep the browser from talking to anybody but Odoo.
FLAGS = (
    "--disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
HOW_TO_INSTALL = "Install one with: apt-get install chromium"


def prepare():
    """Return the folder with the browser's starter, to be put first in PATH, or None without a browser."""
    browser = _find()
    if not browser and os.environ.get("MARKETPLACE_INSTALL_CHROMIUM") == "1" and os.geteuid() == 0:
        with step("Installing Chromium"):
            _install()
        browser = _find()
    if not browser:
        return None
    folder = CACHE / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{os.getpid()}"
    unfinished.write_text(f'#!/bin/sh\nexec "{browser}" {FLAGS} "$@"\n', encoding="utf-8")
    unfinished.chmod(0o755)
    unfinished.rename(folder / NAMES[0])  # the name that Odoo looks for first
    return folder


def _find():
    own = str(CACHE / "bin")
    path = os.pathsep.join(folder for folder in os.get_exec_path() if folder != own)
    return next(filter(None, (shutil.which(name, path=path) for name in NAMES)), None)


def _install():
    log = log_file("chromium")
    options = {"log": log, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    run(["apt-get", "update"], **options)
    run(["apt-get", "install", "-y", "--no-install-recommends", "chromium"], **options)
