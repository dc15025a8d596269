"""The virtual environment in the cache: pinned requirements, made once for a Python and a set of pins."""

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from . import apt
from .console import StepFailed, step
from .processes import locked, log_file, run
from .settings import CACHE, CHECKOUT

REQUIREMENTS = CHECKOUT / "requirements"
PIP_ADVICE = "Check the network and pip's configuration (`python3 -m pip config list`), then run ./dev again."


def folder():
    """Return where the environment of this Python and these requirements stands, or will stand."""
    pins = hashlib.sha256()
    for path in sorted(REQUIREMENTS.glob("*.txt")):
        pins.update(path.read_bytes())
    return CACHE / f"venv-{sys.version_info[0]}.{sys.version_info[1]}-{pins.hexdigest()[:12]}"


def python():
    """Return the environment's interpreter."""
    return folder() / "bin/python"


def is_active():
    """Return True when this process runs inside the environment."""
    return Path(sys.prefix).resolve() == folder()


def prepare(*groups):
    """Make the environment with these files of requirements/ installed (odoo, dev, test)."""
    stamps = {group: folder() / f".ready-{group}" for group in groups}
    if python().exists() and all(stamp.exists() for stamp in stamps.values()):
        return
    with locked("environment"):
        if not python().exists() or not (folder() / ".ready-pip").exists() or _interrupted().exists():
            with step(f"Making the virtual environment (Python {sys.version_info[0]}.{sys.version_info[1]})"):
                _create()
        for group, stamp in stamps.items():
            if not stamp.exists():
                with step(f"Installing requirements/{group}.txt"):
                    _install(group)
                stamp.touch()


def _interrupted():
    """Return the path of the mark that stands while pip works: left over, it tells of half a package."""
    return folder() / ".installing"


def _install(group):
    log = log_file(f"pip-{group}")
    command = [python(), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    _interrupted().touch()
    run([*command, "-r", REQUIREMENTS / f"{group}.txt"], log=log, cwd=CHECKOUT, advice=PIP_ADVICE)
    _interrupted().unlink()


def _create():
    """Make an empty environment with pip, whichever way this machine allows."""
    CACHE.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder(), ignore_errors=True)
    log = log_file("venv")
    reasons = []
    for create in (_with_ensurepip, _with_virtualenv, _with_archive_wheel):
        try:
            create(log)
            (folder() / ".ready-pip").touch()
            return
        except StepFailed as error:
            reasons.append(f"- {error}")
            shutil.rmtree(folder(), ignore_errors=True)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    raise StepFailed(
        "no way worked:\n" + "\n".join(reasons) + f"\nInstall venv with: apt-get install python{version}-venv "
        "(or python3-venv), then run ./dev again."
    )


def _with_ensurepip(log):
    run([sys.executable, "-m", "venv", folder()], log=log)


def _with_virtualenv(log):
    run([sys.executable, "-m", "virtualenv", "--quiet", folder()], log=log)


def _with_archive_wheel(log):
    """Take pip from the distribution's python3-pip-whl: Debian splits it off the standard library."""
    run([sys.executable, "-m", "venv", "--without-pip", folder()], log=log)
    with tempfile.TemporaryDirectory(prefix="pip-", dir=folder()) as unpacked:
        apt.download({"python3-pip-whl": None}, Path(unpacked))
        wheels = list(Path(unpacked).glob("usr/share/python-wheels/pip-*.whl"))
        if not wheels:
            raise StepFailed("the archive's python3-pip-whl has no wheel of pip")
        run([python(), f"{wheels[0]}/pip", "install", "--no-index", wheels[0]], log=log, env={**os.environ})
