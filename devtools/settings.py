"""Where things are: the checkout, the cache folder, and the names used in both."""

import ast
import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
ADDON = "marketplace_connector"
ADDON_PATH = CHECKOUT / ADDON
ODOO_SERIES = "19.0"

CACHE = Path(os.environ.get("MARKETPLACE_CACHE") or "~/.cache/marketplace-connector").expanduser().resolve()
LOGS = CACHE / "logs"
ODOO_DATA = CACHE / "odoo-data"
# All that ./dev makes in the cache folder; `./dev clean` removes these and nothing else.
CACHE_ENTRIES = (
    "bin",
    "locks",
    "logs",
    "odoo",
    "odoo-data",
    "postgres",
    "pylint",
    "pytest",
    "ruff",
    "runs",
    "screenshots",
    "venv-*",
)


def addon_manifest():
    """Return the addon's manifest as a dict."""
    return ast.literal_eval((ADDON_PATH / "__manifest__.py").read_text(encoding="utf-8"))
