"""Log lines name shops and numbers. Texts of errors quote what was being written, so none may get into a line."""

import ast
from pathlib import Path
from unittest import TestCase

ADDON = Path(__file__).parent.parent
LEVELS = {"debug", "info", "warning", "error", "critical", "log"}
HARMLESS = {"kind_of", "type"}  # what may be made of an error: its kind
FACTS = {"code", "where"}


def quotations(tree):
    """The lines at which a log line would quote an error."""
    caught = {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name}
    caught.add("error")  # the name of those that are handed on
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and _is_logger(call.func.value)):
            continue
        quotes = call.func.attr == "exception" or any(word.arg in ("exc_info", "stack_info") for word in call.keywords)
        if quotes or (call.func.attr in LEVELS and any(_quotes(part, caught) for part in call.args)):
            yield call.lineno


def _is_logger(node):
    return isinstance(node, ast.Name) and "logger" in node.id.lower()


def _quotes(node, caught):
    """Whether the text of an error is in the expression's value."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in HARMLESS:
        return False
    if isinstance(node, ast.Attribute) and node.attr in FACTS:
        return False
    if isinstance(node, ast.Name):
        return node.id in caught
    return any(_quotes(child, caught) for child in ast.iter_child_nodes(node))


class TestLogging(TestCase):
    def test_no_line_quotes_an_error(self):
        """D12 D22: `log_unforeseen` and `kind_of` of failure_log.py say what kind of error it was, and where."""
        found = []
        for path in sorted(ADDON.rglob("*.py")):
            inside = path.relative_to(ADDON)
            if inside.parts[0] not in ("tests", "simulator"):
                found += [f"{inside}:{line}" for line in quotations(ast.parse(path.read_text(encoding="utf-8")))]
        self.assertEqual(found, [])

    def test_what_is_found(self):
        """The check sees every way in which a line could quote one."""
        for line in (
            "_logger.exception('x')",
            "_logger.error('x', exc_info=True)",
            "_logger.info('x %s', error)",
            "_logger.info('x %s', str(error))",
            "_logger.info('x %s', error.message)",
            "_logger.info(f'x {error!r}')",
            "_logger.warning('x' + repr(error))",
        ):
            self.assertTrue([*quotations(ast.parse(line))], line)
        for line in (
            "_logger.info('x %s', kind_of(error))",
            "_logger.info('x %s', type(error).__name__)",
            "_logger.info('x %s', error.code)",
            "_logger.info('x %s', order.ref)",
        ):
            self.assertFalse([*quotations(ast.parse(line))], line)
