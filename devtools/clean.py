"""./dev clean: remove what ./dev made in the cache folder."""

import shutil
import sys

from . import postgres
from .console import StepFailed, say
from .processes import locked
from .settings import CACHE, CACHE_ENTRIES, ODOO_DATA


def run(only_databases, confirmed):
    """Remove the cache, or only its databases, once that is confirmed; return the exit code."""
    paths = [postgres.FOLDER, ODOO_DATA] if only_databases else [p for name in CACHE_ENTRIES for p in CACHE.glob(name)]
    paths = [path for path in paths if path.exists()]
    if not paths:
        say(f"There is nothing to remove in {CACHE}.")
        return 0
    if not confirmed and not _ask(f"Remove {', '.join(path.name for path in paths)} in {CACHE}?"):
        say("Nothing was removed.")
        return 1
    with locked("postgres-start"), locked("postgres-users", wait=False) as unused:
        if not unused:
            raise StepFailed("another ./dev is running on this cache. End it first.")
        postgres.stop()
        for path in paths:
            shutil.rmtree(path, ignore_errors=True)
    if not any(CACHE.iterdir()):
        CACHE.rmdir()
    if postgres.is_given():
        say("Databases on the PostgreSQL server that the environment names are still there (mpc_...).")
    return 0


def _ask(question):
    if not sys.stdin.isatty():
        raise StepFailed("this asks before it removes anything. Without a terminal, add --yes.")
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
