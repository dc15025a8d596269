"""./dev bench: run the benchmarks, each in a fresh database."""

import os
import sys

from . import environment, odoo, templates
from .console import StepFailed, say
from .databases import Databases
from .processes import Child
from .settings import CHECKOUT

BENCHMARKS = CHECKOUT / "benchmarks"
BY_NAME_ONLY = ("faults",)  # they take as long as one wants

OPTIONS = ("seed", "minutes", "port")


def run(source, arguments):
    """Run one benchmark, or all of them; return 0 if all ended well. Results go to standard output."""
    name = arguments.name
    known = {path.stem.removeprefix("bench_"): path for path in sorted(BENCHMARKS.glob("bench_*.py"))}
    if name and name not in known:
        raise StepFailed(f"there is no benchmark {name}. There are: {', '.join(known) or 'none'}")
    if arguments.json and not name and len(known) > 1:
        raise StepFailed(f"--json prints one object: name one benchmark of {', '.join(known)}")
    options = ["--json"] * arguments.json + ["--quick"] * arguments.quick
    options += [
        f"--{option}={value}" for option in ("seed", "minutes", "port") if (value := getattr(arguments, option))
    ]
    code = 0
    with odoo.session(source) as runner:
        template = templates.prepare(runner)
        for title, path in known.items():
            if name == title or (not name and title not in BY_NAME_ONLY):
                say(f"Benchmark {title}")
                code = _run_one(runner, template, path, options) or code
    return code


def _run_one(runner, template, path, options):
    with Databases(runner.server).temporary(template, "bench") as database:
        config = runner.write_config(database)
        command = [environment.python(), path, "--config", config, "--database", database]
        search_path = os.pathsep.join((str(runner.source.root), str(CHECKOUT)))
        process = Child(
            [*command, *options],
            cwd=CHECKOUT,
            env=runner.environment(PYTHONPATH=search_path),
            stderr=sys.stderr,
        )
        try:
            return process.wait()
        finally:
            process.stop()
