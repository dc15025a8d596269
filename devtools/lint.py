"""./dev lint: ruff, pylint with Odoo's rules, and the architecture's own rules."""

import os

from . import architecture, environment
from .console import say
from .processes import Child
from .settings import ADDON, ADDON_PATH, CACHE, CHECKOUT


def run(fix):
    """Run every check, show what each finds, and return 0 if none finds anything."""
    ruff = [environment.python(), "-m", "ruff"]
    pylint = [environment.python(), "-m", "pylint"]
    checks = {
        "ruff check": [*ruff, "check", *(["--fix"] if fix else []), "."],
        "ruff format": [*ruff, "format", *([] if fix else ["--check"]), "."],
    }
    if (ADDON_PATH / "__manifest__.py").exists():
        checks["pylint"] = [*pylint, ADDON]
    failed = [name for name, command in checks.items() if _run(name, command)]
    say("architecture")
    broken_rules = architecture.violations()
    print("\n".join(broken_rules) or "All rules are kept.", flush=True)
    if broken_rules:
        failed.append("architecture")
    say(f"lint: {', '.join(failed)} found something." if failed else "lint: nothing found.")
    return int(bool(failed))


def _run(name, command):
    say(name)
    caches = {"RUFF_CACHE_DIR": str(CACHE / "ruff"), "PYLINTHOME": str(CACHE / "pylint")}
    process = Child(command, cwd=CHECKOUT, env={**os.environ, **caches})
    try:
        return process.wait()
    finally:
        process.stop()
