"""The command line of ./dev."""

import argparse
import os
import sys

from . import environment, odoo_source, processes
from .console import StepFailed, say
from .settings import CACHE, CHECKOUT, LOGS

HELP = """\
./dev demo            Odoo with one Lazada and one Shopee shop, connected to simulated marketplaces
./dev demo --once     the same without staying: connects, synchronises, checks the counts
./dev test [...]      all tests; further arguments go to pytest (-k name, -x, a file)
./dev bench [name]    the benchmarks, or one of them
./dev lint            style, static checks and the architecture's rules; --fix formats
./dev shell           an Odoo shell on the demo's database
./dev clean           remove the cache; --databases only the databases

Environment:
  MARKETPLACE_CACHE     work files (default ~/.cache/marketplace-connector)
  ODOO_SOURCE           a checkout of Odoo 19.0 to use instead of fetching one
  MARKETPLACE_PG_DSN    a PostgreSQL server to use instead of a private one (or PGHOST, PGPORT, PGUSER, ...)
  MARKETPLACE_INSTALL_CHROMIUM=1  as root: install Chromium for the browser tours if there is none
  MARKETPLACE_SCREENSHOTS         where the browser tours leave their pictures
"""
# What each command needs from requirements/, and whether it needs Odoo.
NEEDS = {
    "demo": (("odoo", "dev"), True),
    "shell": (("odoo", "dev"), True),
    "bench": (("odoo", "dev", "test"), True),
    "test": (("odoo", "dev", "test"), True),
    "lint": (("test",), False),
    "clean": ((), False),
}


def main(argv):
    """Run one command and return its exit code."""
    arguments = _parse(argv)
    processes.catch_signals()
    try:
        source = _prepare(arguments.command, argv)
        return _run(arguments, source)
    except StepFailed as error:
        say(f"dev: {error}")
        return 1
    except processes.Interrupted as interruption:
        say("dev: stopped.")
        return interruption.exit_code
    except PermissionError as error:
        say(f"dev: {error}\nIf another user made the cache folder {CACHE}, set MARKETPLACE_CACHE to one of your own.")
        return 1


def _parse(argv):
    parser = argparse.ArgumentParser(
        prog="./dev",
        usage="./dev demo | test | bench | lint | shell | clean [--help]",
        description=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(prog="./dev", dest="command", required=True, help=argparse.SUPPRESS)
    demo = commands.add_parser("demo")
    demo.add_argument("--once", action="store_true", help="check the counts and end")
    demo.add_argument("--port", type=int, default=8069, help="Odoo's port (default 8069)")
    demo.add_argument("--simulator-port", type=int, default=8099, help="the simulators' first port (default 8099)")
    demo.add_argument("--seed", type=int, default=1, help="the simulated world (default 1)")
    commands.add_parser("test", add_help=False)
    bench = commands.add_parser("bench")
    bench.add_argument("name", nargs="?", help="benchmarks/bench_<name>.py")
    bench.add_argument("--json", action="store_true", help="only one JSON object on standard output")
    bench.add_argument("--quick", action="store_true", help="few orders: a smoke test")
    bench.add_argument("--seed", help="the same one gives the same world")
    bench.add_argument("--minutes", type=float, help="how long the faults go on (./dev bench faults)")
    bench.add_argument("--port", type=int, help="the first port to try for Odoo (./dev bench faults)")
    lint = commands.add_parser("lint")
    lint.add_argument("--fix", action="store_true", help="correct what can be corrected, and format")
    commands.add_parser("shell")
    clean = commands.add_parser("clean")
    clean.add_argument("--databases", action="store_true", help="only the databases")
    clean.add_argument("--yes", action="store_true", help="do not ask")
    if argv[:1] == ["test"]:  # everything else is pytest's
        return argparse.Namespace(command="test", pytest=argv[1:])
    return parser.parse_args(argv)


def _prepare(command, argv):
    """Set up what the command needs, go on inside the virtual environment, and return the Odoo source."""
    groups, needs_odoo = NEEDS[command]
    if not groups:
        return None
    LOGS.mkdir(parents=True, exist_ok=True)
    environment.prepare(*groups)
    if not environment.is_active():
        sys.stderr.flush()
        os.execv(environment.python(), [str(environment.python()), str(CHECKOUT / "dev"), *argv])
    return odoo_source.prepare() if needs_odoo else None


def _run(arguments, source):
    # The commands use packages of the virtual environment, so they are imported only here.
    if arguments.command == "demo":
        from . import demo

        return demo.run(source, arguments)
    if arguments.command == "test":
        from . import testing

        return testing.run(source, arguments.pytest)
    if arguments.command == "bench":
        from . import bench

        return bench.run(source, arguments)
    if arguments.command == "shell":
        from . import demo

        return demo.shell(source)
    if arguments.command == "lint":
        from . import lint

        return lint.run(arguments.fix)
    from . import clean

    return clean.run(arguments.databases, arguments.yes)
