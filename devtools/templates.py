"""Databases that are made once and cloned from then on: one per Odoo version, one per state of the addon."""

import hashlib
from pathlib import Path

from .console import step
from .databases import PREFIX, Databases
from .processes import locked
from .settings import ADDON, ADDON_PATH, addon_manifest

KEPT = 3  # templates per layer; older ones are dropped
# Folders of the addon that no database depends on; a changed tour only has its small bundle built anew.
OUTSIDE_DATABASE = ("tests", "simulator", "static/tests")
INSTALLED_SUFFIXES = (".py", ".xml", ".csv", ".js", ".scss", ".css", ".sql", ".po")
PREBUILD_ASSETS = Path(__file__).with_name("prebuild_assets.py")


def prepare(odoo, *more_modules):
    """Return the name of a database with the addon as it stands now, installed and its assets built.

    `more_modules` are Odoo modules that the addon does not depend on but is to be tried with.
    """
    databases = Databases(odoo.server)
    depends, base, addon = _layers(odoo, more_modules)
    with locked("templates"):
        if addon not in databases.names():
            if base not in databases.names():
                with step("Making a database with Odoo's own modules (once)"):
                    databases.create(_unfinished(base))
                    odoo.install(_unfinished(base), depends)
                    _finish(databases, base)
            with step("Installing the addon in a copy of it (once per change)"):
                databases.clone(base, _unfinished(addon))
                odoo.install(_unfinished(addon), [ADDON])
                odoo.run_script(_unfinished(addon), PREBUILD_ASSETS, "prebuild-assets")
                _finish(databases, addon)
    return addon


def current(odoo, *more_modules):
    """Return the name that `prepare` gives to a database with the addon as it stands now."""
    return _layers(odoo, more_modules)[-1]


def _layers(odoo, more_modules):
    """Return Odoo's modules, and the names of the templates with them and with the addon, too."""
    depends = sorted({*addon_manifest()["depends"], *more_modules})
    base = _name("base", odoo.source.version, *depends)
    return depends, base, _name("addon", base, _addon_digest())


def _name(layer, *parts):
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
    return f"{PREFIX}{layer}_{digest}"


def _unfinished(name):
    return f"{name}_unfinished"


def _finish(databases, name):
    """Give a finished template its name, and drop those that are too old or were never finished."""
    databases.rename(_unfinished(name), name)
    layer = name.rpartition("_")[0]
    finished = []
    for other in databases.names(f"{layer}_"):
        databases.drop(other) if other.endswith("_unfinished") else finished.append(other)
    for old in finished[:-KEPT]:
        databases.drop(old)


def _addon_digest():
    digest = hashlib.sha256()
    for path in sorted(ADDON_PATH.rglob("*")):
        inside = path.relative_to(ADDON_PATH)
        outside_database = any(inside.is_relative_to(folder) for folder in OUTSIDE_DATABASE)
        if path.suffix in INSTALLED_SUFFIXES and not outside_database and path.is_file():
            digest.update(f"{inside}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
