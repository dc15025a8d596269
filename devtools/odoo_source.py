"""Where Odoo 19.0 comes from: ODOO_SOURCE, the Debian archive, or Odoo's public repository."""

import dataclasses
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import apt
from .console import StepFailed, step
from .processes import locked, log_file, run
from .settings import CACHE, ODOO_SERIES

REPOSITORY = "https://github.com/odoo/odoo"
DEBIAN_PACKAGES = {
    "odoo-19": "sid",
    # The package's fonts and jQuery are links into these. They come from the machine's own suite, since
    # Odoo is drawn with Font Awesome 4.7 and sid has a newer, different one.
    "fonts-font-awesome": None,
    "fonts-roboto-unhinted": None,
    "libjs-jquery": None,
}
# The web client's bundle names this file, and the package lacks it.
MISSING_FILE = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclasses.dataclass(frozen=True)
class OdooSource:
    """An Odoo 19.0 tree: the folder to put on PYTHONPATH, and what tells its version from others."""

    root: Path
    version: str

    @property
    def addons_paths(self):
        """Return Odoo's own addon folders: one in the Debian package, two in a checkout."""
        inner = self.root / "odoo/addons"
        return [inner] if (inner / "web").is_dir() else [self.root / "addons", inner]


def prepare():
    """Return Odoo 19.0, fetched into the cache if it is not there yet."""
    if os.environ.get("ODOO_SOURCE"):
        return _given(Path(os.environ["ODOO_SOURCE"]).expanduser().resolve())
    with locked("odoo"):
        return _cached() or _fetch()


def _given(root):
    series = _series(root)
    if series != ODOO_SERIES:
        found = f"Odoo {series}" if series else "no Odoo (odoo/release.py is missing)"
        raise StepFailed(f"ODOO_SOURCE={root} has {found}. Point it to a checkout of Odoo {ODOO_SERIES}, or unset it.")
    return OdooSource(root, _revision(root) or f"at-{root}")


def _cached():
    for folder in sorted((CACHE / "odoo").glob("[!.]*")):
        root = _root_in(folder)
        if root:
            return OdooSource(root, folder.name)
    return None


def _fetch():
    reasons = []
    for way, fetch in (("the Debian archive", _fetch_from_debian), ("a git clone", _fetch_from_git)):
        folder = CACHE / "odoo"
        folder.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(folder)
        unfinished = Path(tempfile.mkdtemp(prefix=".", dir=folder))
        try:
            with step(f"Fetching Odoo {ODOO_SERIES} from {way}"):
                name = fetch(unfinished)
                if not _root_in(unfinished):
                    raise StepFailed(f"what came is not Odoo {ODOO_SERIES}")
                unfinished.chmod(0o755)
                unfinished.rename(folder / name)
                return _cached()
        except StepFailed as error:
            reasons.append(f"- {error}")
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    raise StepFailed(
        f"Odoo {ODOO_SERIES} could not be fetched.\n" + "\n".join(reasons) + "\nCheck the network and the apt sources, "
        f"or get Odoo {ODOO_SERIES} in another way and set ODOO_SOURCE=/path/to/odoo."
    )


def _remove_leftovers(folder):
    """Remove what an interrupted download left; the lock says that nobody is at it."""
    for leftover in folder.glob(".*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _fetch_from_debian(folder):
    if not apt.is_debian():
        raise StepFailed("this is not Debian, whose suite sid has the package odoo-19")
    apt.download(DEBIAN_PACKAGES, folder, extra_suites=["sid"])
    root = _root_in(folder)
    if root:
        missing = root / "odoo/addons" / MISSING_FILE
        missing.parent.mkdir(parents=True, exist_ok=True)
        missing.touch()
    return f"debian-{_package_version(folder)}"


def _package_version(folder):
    """Return the version of the unpacked Debian package, from its changelog's name and head."""
    for changelog in folder.glob("usr/share/doc/odoo-19/changelog*"):
        text = subprocess.run(["gzip", "-cdf", changelog], capture_output=True, text=True, check=False).stdout
        match = re.match(r"\S+ \(([^)]+)\)", text)
        if match:
            return match[1].replace(":", "-")
    return ODOO_SERIES


def _fetch_from_git(folder):
    run(
        ["git", "clone", "--quiet", "--depth", "1", "--branch", ODOO_SERIES, REPOSITORY, folder],
        log=log_file("git-clone"),
        env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},
        advice="Install git with: apt-get install git" if not shutil.which("git") else "",
    )
    return f"git-{_revision(folder) or ODOO_SERIES}"


def _root_in(folder):
    """Return the folder that holds the Python package `odoo` of the right series, or None."""
    for root in (folder, folder / "usr/lib/python3/dist-packages"):
        if _series(root) == ODOO_SERIES:
            return root
    return None


def _series(root):
    """Return the series of the Odoo tree at `root`, such as 19.0, or None."""
    try:
        text = (root / "odoo/release.py").read_text(encoding="utf-8")
    except OSError:
        return None
    match = re.search(r"^version_info = \((\d+), (\d+),", text, flags=re.MULTILINE)
    return f"{match[1]}.{match[2]}" if match else None


def _revision(root):
    """Return the short hash of a git checkout's commit, or None."""
    if not (root / ".git").exists() or not shutil.which("git"):
        return None
    found = subprocess.run(
        ["git", "-C", root, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or None
