"""The architecture's rules that a linter does not know: which part of the addon may know which.

Each check yields one line per violation, as `path:line: what is wrong`.
"""

import ast
import re

from .settings import ADDON, ADDON_PATH, CHECKOUT

MARKETPLACE_WORDS = re.compile(r"lazada|shopee", re.IGNORECASE)
# The one model file with the provider selection and the map of clients.
MAY_NAME_MARKETPLACES = "marketplace_account.py"


def violations():
    """Return all violations in the addon."""
    return [*odoo_in_pure_packages(), *marketplaces_in_simulator(), *marketplace_names_in_models()]


def odoo_in_pure_packages(addon=ADDON_PATH):
    """`marketplaces/` and `simulator/` run without Odoo."""
    for package in ("marketplaces", "simulator"):
        for path, line, module in _imports(addon, package):
            if module.split(".")[0] == "odoo":
                yield f"{_shown(path)}:{line}: {package}/ must not import odoo"


def marketplaces_in_simulator(addon=ADDON_PATH):
    """The simulator reads the marketplaces' contracts for itself: a shared misreading would pass every test."""
    for path, line, module in _imports(addon, "simulator"):
        if module.split(".")[:2] == [ADDON, "marketplaces"]:
            yield f"{_shown(path)}:{line}: simulator/ must not import marketplaces/"


def marketplace_names_in_models(addon=ADDON_PATH):
    """Models know marketplaces only through the client's interface."""
    for path in sorted((addon / "models").rglob("*.py")):
        if path.name == MAY_NAME_MARKETPLACES:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if MARKETPLACE_WORDS.search(line):
                yield f"{_shown(path)}:{number}: models/ must not name a marketplace: {line.strip()}"


def _imports(addon, package):
    """Yield (path, line, absolute module name) for each import in a package of the addon."""
    for path in sorted((addon / package).rglob("*.py")):
        parents = (ADDON, *path.relative_to(addon).parent.parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
            if isinstance(node, ast.Import):
                yield from ((path, node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = parents[: len(parents) - node.level + 1] if node.level else ()
                prefix = [*base, node.module] if node.module else [*base]
                # `from .. import marketplaces` names the module only behind the import.
                yield from ((path, node.lineno, ".".join([*prefix, alias.name])) for alias in node.names)


def _shown(path):
    return path.relative_to(CHECKOUT) if path.is_relative_to(CHECKOUT) else path
