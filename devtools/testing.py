"""./dev test: the pure tests, then the tests that need Odoo in two lanes, and one line that sums up all."""

import ast
import contextlib
import os
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from . import browser, environment, odoo, templates
from .console import say
from .databases import Databases
from .processes import child
from .settings import ADDON_PATH, CACHE, CHECKOUT

TESTS = ADDON_PATH / "tests"
PURE, TOUR = "test_pure_", "test_tour_"
NO_TESTS_SELECTED = 5
MODULES = ("sale_mrp",)  # for the tests with kits
LANES = 2  # databases that the tests with Odoo are shared out to
TOUR_WEIGHT = 6  # a browser tour takes as long as so many other tests
LIFECYCLE, LIFECYCLE_WEIGHT = "test_lifecycle", 30  # so does what happens to a whole database


class Selection:
    """Which files each of the two runs takes, and the pytest options for both."""

    def __init__(self, arguments):
        targets = [argument for argument in arguments if self._is_target(argument)]
        self.options = [argument for argument in arguments if argument not in targets]
        targets = targets or [str(path) for path in sorted(TESTS.glob("test_*.py"))]
        self.pure = [target for target in targets if PURE in target]
        self.odoo = [target for target in targets if PURE not in target]

    @staticmethod
    def _is_target(argument):
        return not argument.startswith("-") and (CHECKOUT / argument.partition("::")[0]).suffix == ".py"

    def lanes(self):
        """The targets that need Odoo, in parts that take about as long; the browser tours are in one of them."""
        parts = [[] for _ in range(min(LANES, os.cpu_count() or 1))]
        weights = [0] * len(parts)
        for target in sorted(self.odoo, key=lambda target: (TOUR not in target, -_weight(target))):
            lane = 0 if TOUR in target else weights.index(min(weights))
            parts[lane].append(target)
            weights[lane] += _weight(target)
        return [sorted(part) for part in parts if part]

    def without_tours(self):
        """Leave out the browser tours, and return how many there are."""
        tours = [target for target in self.odoo if TOUR in target]
        self.odoo = [target for target in self.odoo if target not in tours]
        return sum(_count_tests(CHECKOUT / target.partition("::")[0]) for target in tours)


def _weight(target):
    weight = TOUR_WEIGHT if TOUR in target else LIFECYCLE_WEIGHT if LIFECYCLE in target else 1
    return _count_tests(CHECKOUT / target.partition("::")[0]) * weight


def _count_tests(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return sum(isinstance(node, ast.FunctionDef) and node.name.startswith("test_") for node in ast.walk(tree))


class Outcome:
    """What one pytest run counted, read from its JUnit report."""

    def __init__(self, code, report):
        self.code = code
        self.passed = self.failed = self.skipped = 0
        self.skipped_tours = []
        if not report.exists():
            return
        for case in ElementTree.parse(report).iter("testcase"):
            if case.find("failure") is not None or case.find("error") is not None:
                self.failed += 1
            elif case.find("skipped") is not None:
                self.skipped += 1
                if TOUR in case.get("classname", ""):
                    self.skipped_tours.append(f"{case.get('name')}: {case.find('skipped').get('message')}")
            else:
                self.passed += 1


def run(source, arguments):
    """Run the tests and return 0 if every one that was selected passed."""
    selection = Selection(arguments)
    with tempfile.TemporaryDirectory(prefix="marketplace-test-") as folder, contextlib.ExitStack() as stack:
        folder = Path(folder)
        pure = _start_pure(selection, folder, stack)
        outcomes, left_out = [], 0
        if selection.odoo:
            runner = stack.enter_context(odoo.session(source))
            browser_folder = browser.prepare()
            if not browser_folder:
                left_out = selection.without_tours()
            template = templates.prepare(runner, *MODULES)
            outcomes += _finish_pure(pure, folder)
            outcomes += _run_odoo(runner, template, selection, folder, browser_folder)
        else:
            outcomes += _finish_pure(pure, folder)
    return _summarise(outcomes, left_out)


def _start_pure(selection, folder, stack):
    """Start the pure tests, which run while the database is prepared; return the process."""
    if not selection.pure:
        return None
    command = _pytest(folder, "pure", "-p", "no:odoo", *selection.pure, *selection.options)
    output = stack.enter_context(open(folder / "pure.out", "wb"))
    return stack.enter_context(
        child(command, cwd=CHECKOUT, env={**os.environ, **_homes(folder)}, stdout=output, stderr=output)
    )


def _finish_pure(process, folder):
    """Wait for the pure tests and show what they printed; return their outcome as a list."""
    if not process:
        return []
    say("Tests without Odoo")
    code = process.wait()
    print((folder / "pure.out").read_text(encoding="utf-8", errors="replace"), flush=True)
    return [Outcome(code, folder / "pure.xml")]


def _run_odoo(runner, template, selection, folder, browser_folder):
    """Run the tests that need Odoo, each lane in a database of its own, and return their outcomes.

    The first lane is seen as it goes on, the others when they are done.
    """
    say("Tests with Odoo")
    path = os.pathsep.join(str(part) for part in (browser_folder, os.environ.get("PATH", os.defpath)) if part)
    with contextlib.ExitStack() as stack:
        lanes = []
        for number, targets in enumerate(selection.lanes()):
            database = stack.enter_context(Databases(runner.server).temporary(template, f"test{number}"))
            # Of tours that fail. The pictures of the guide go where MARKETPLACE_SCREENSHOTS says, see tests/browser.py.
            config = runner.write_config(database, screenshots=(CACHE / "screenshots").resolve())
            options = [f"--odoo-config={config}", f"--odoo-database={database}", "--odoo-http"]
            command = _pytest(folder, f"odoo{number}", *options, *targets, *selection.options)
            output = stack.enter_context(open(folder / f"odoo{number}.out", "wb")) if number else None
            lanes.append((command, output))
        # For tests that uninstall and upgrade, which cannot be taken back.
        spare = stack.enter_context(Databases(runner.server).temporary(template, "spare"))
        environ = runner.environment(PATH=path, MARKETPLACE_SPARE_DATABASE=spare, **_homes(folder))
        processes = [
            stack.enter_context(child(command, cwd=CHECKOUT, env=environ, stdout=output, stderr=output))
            for command, output in lanes
        ]
        return [_finish_lane(process, f"odoo{number}", folder) for number, process in enumerate(processes)]


def _finish_lane(process, name, folder):
    code = process.wait()
    if (folder / f"{name}.out").exists():
        print((folder / f"{name}.out").read_text(encoding="utf-8", errors="replace"), flush=True)
    return Outcome(code, folder / f"{name}.xml")


def _homes(folder):
    """Return environment variables that make libraries write into this run's own folder."""
    return {"HOME": str(folder), "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "hypothesis")}


def _pytest(folder, name, *arguments):
    own = ["-o", f"cache_dir={CACHE / 'pytest' / name}", f"--junitxml={folder / name}.xml"]
    return [environment.python(), "-m", "pytest", *arguments, *own]


def _summarise(outcomes, left_out):
    """Print the closing line and return the exit code."""
    failed = [outcome for outcome in outcomes if outcome.code not in (0, NO_TESTS_SELECTED)]
    none_selected = all(outcome.code == NO_TESTS_SELECTED for outcome in outcomes)
    skipped_tours = [tour for outcome in outcomes for tour in outcome.skipped_tours]
    for tour in skipped_tours:
        say(f"dev: there is a browser, and yet a tour was skipped: {tour}")
    if left_out:
        say(f"dev: {left_out} browser tours were left out, since there is no Chromium. {browser.HOW_TO_INSTALL}")
    if none_selected:
        say("dev: no test was selected.")
    passed = sum(outcome.passed for outcome in outcomes)
    broken = sum(outcome.failed for outcome in outcomes)
    skipped = sum(outcome.skipped for outcome in outcomes) + left_out
    print(f"{passed} passed, {broken} failed, {skipped} skipped", flush=True)
    if failed:
        return failed[0].code
    return NO_TESTS_SELECTED if none_selected else int(bool(skipped_tours))
