"""./dev demo: Odoo with two shops that are connected to the simulated marketplaces."""

import contextlib
import json
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

from . import environment, odoo, templates
from .console import StepFailed, say, step, tail
from .databases import PREFIX, Databases
from .processes import Interrupted, child, free_port, locked, log_file, wait_until
from .settings import ADDON, CHECKOUT, LOGS

DATABASE = f"{PREFIX}demo"
SETUP = Path(__file__).with_name("demo_setup.py")
SIMULATOR_SECONDS = 30
ODOO_SECONDS = 120


def run(source, arguments):
    """Start everything, connect and synchronise; stay until Ctrl-C, or with --once check the counts and end."""
    with _only_demo(), odoo.session(source) as runner:
        template = templates.prepare(runner)
        with step("Making the demo database"):
            databases = Databases(runner.server)
            databases.clone(template, DATABASE)
            databases.note(DATABASE, template)
        with _simulator(arguments) as simulator:
            port = free_port(arguments.port, "Odoo")
            address = f"http://127.0.0.1:{port}"
            with step("Connecting and synchronising two shops"):
                result = _connect_and_sync(runner, simulator, address)
            with _server(runner, port) as server:
                expected = _counts(simulator)
                _register_pushes(simulator, result["push_urls"])
                if not arguments.once:
                    return _stay(server, address, simulator, result)
    # Said last, when everything has been put away.
    return _report(result, expected)


@contextlib.contextmanager
def _only_demo():
    with locked("demo", wait=False) as free:
        if not free:
            raise StepFailed("another ./dev demo is running. End it first (Ctrl-C), or set another MARKETPLACE_CACHE.")
        yield


@contextlib.contextmanager
def _simulator(arguments):
    """Yield what the simulator says of itself when it starts: addresses, keys, shops."""
    port = free_port(arguments.simulator_port, "the simulator", count=2)
    log, output = log_file("simulator"), log_file("simulator-output")
    command = [environment.python(), "-m", f"{ADDON}.simulator", "--port", port, "--seed", arguments.seed]
    with open(log, "ab") as errors, open(output, "ab") as printed, contextlib.ExitStack() as stack:
        with step("Starting the simulated marketplaces"):
            process = stack.enter_context(child(command, cwd=CHECKOUT, stdout=printed, stderr=errors))
            wait_until(lambda: b"\n" in output.read_bytes() or process.ended(), SIMULATOR_SECONDS)
            try:
                simulator = json.loads(output.read_text(encoding="utf-8").partition("\n")[0])
            except ValueError as error:
                raise StepFailed(f"the simulator did not start:\n{tail(log)}\nAll of it: {log}") from error
        yield simulator


def _connect_and_sync(runner, simulator, address):
    """Return the result line of demo_setup.py: how many shops, orders imported, needing attention, failed."""
    information = json.dumps({**simulator, "odoo_url": address})
    printed = runner.run_script(DATABASE, SETUP, "demo-setup", MARKETPLACE_DEMO=information)
    for line in reversed(printed.splitlines()):
        with contextlib.suppress(ValueError):
            result = json.loads(line)
            if {"shops", "imported", "attention", "failed"} <= result.keys():
                return result
    raise StepFailed(f"devtools/demo_setup.py printed no result line, but: {printed.strip()[-500:] or 'nothing'}")


@contextlib.contextmanager
def _server(runner, port):
    """Run Odoo with one thread for scheduled actions; yield once it answers."""
    log = log_file("odoo")
    config = runner.write_config(DATABASE, http_port=port, max_cron_threads=1, dbfilter=f"^{DATABASE}$")
    command = runner.command("-c", config)
    with open(log, "ab") as output, contextlib.ExitStack() as stack:
        options = {"cwd": CHECKOUT, "env": runner.environment(), "stdout": output, "stderr": output}
        with step("Starting Odoo"):
            server = stack.enter_context(child(command, **options))
            wait_until(lambda: server.ended() or _answers(f"http://127.0.0.1:{port}/web/login"), ODOO_SECONDS, 0.3)
            if server.ended() or not _answers(f"http://127.0.0.1:{port}/web/login"):
                raise StepFailed(f"Odoo did not answer:\n{tail(log)}\nAll of it: {log}")
        yield server


def _answers(address):
    try:
        return bool(_get(address))
    except OSError:
        return False


def _get(address):
    """Return the body at a local address; proxies in the environment are for other hosts."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address, timeout=30) as response:
        return response.read()


def _counts(simulator):
    """Return what the simulated marketplaces themselves count: orders to import, and those that need attention."""
    bases = [_origin(simulator[name]["base_url"]) for name in ("lazada", "shopee")]
    try:
        counts = [json.loads(_get(f"{base}/seller-center/counts")) for base in bases]
    except (OSError, ValueError) as error:
        raise StepFailed(f"the simulator does not tell its counts: {error}") from error
    return {name: sum(count[name] for count in counts) for name in ("importable", "attention")}


def _register_pushes(simulator, urls):
    """Let the simulated marketplaces tell Odoo at once what changes."""
    for name, url in urls.items():
        data = json.dumps({"url": url}).encode()
        address = f"{_origin(simulator[name]['base_url'])}/seller-center/pushes"
        _get(urllib.request.Request(address, data, {"Content-Type": "application/json"}))


def _origin(address):
    return "/".join(address.split("/")[:3])


def _stay(server, address, simulator, result):
    """Tell where everything is, and wait for Ctrl-C; return the exit code."""
    print(
        f"\n{_summary(result)}\n\n"
        f"  Odoo           {address}/odoo   log in as admin, password admin\n"
        f"  Lazada         {_origin(simulator['lazada']['base_url'])}/seller-center\n"
        f"  Shopee         {_origin(simulator['shopee']['base_url'])}/seller-center\n\n"
        "Ctrl-C ends all of it.",
        flush=True,
    )
    try:
        while not server.ended():
            time.sleep(0.5)
    except Interrupted:
        say("Stopping.")
        return 0
    raise StepFailed(f"Odoo ended by itself. Its log: {LOGS / 'odoo.log'}")


def _summary(result):
    return (
        f"demo: {result['shops']} shops, {result['imported']} orders imported, "
        f"{result['attention']} need attention, {result['failed']} failed"
    )


def _report(result, expected):
    """Print the closing line; return 0 only if Odoo's counts are the marketplaces' own."""
    wrong = []
    if result["shops"] != 2:
        wrong.append(f"{result['shops']} shops are connected instead of 2")
    if result["imported"] != expected["importable"]:
        wrong.append(f"{result['imported']} orders were imported, the marketplaces count {expected['importable']}")
    if result["attention"] != expected["attention"]:
        wrong.append(f"{result['attention']} orders need attention, the marketplaces count {expected['attention']}")
    if result["failed"]:
        wrong.append(f"{result['failed']} orders failed")
    for problem in wrong:
        say(f"dev: {problem}.")
    print(_summary(result), flush=True)
    return 1 if wrong else 0


def shell(source):
    """Open an Odoo shell on the demo's database; return its exit code."""
    with odoo.session(source) as runner:
        databases = Databases(runner.server)
        if DATABASE not in databases.names():
            raise StepFailed("there is no demo database yet. Make it with: ./dev demo --once")
        state = templates.current(runner)
        if databases.noted(DATABASE) != state:
            with step("Upgrading the demo database to the addon as it stands now"):
                runner.upgrade(DATABASE, [ADDON])
            databases.note(DATABASE, state)
        config = runner.write_config(DATABASE)
        command = runner.command("shell", "-c", config, "-d", DATABASE, "--no-http")
        # In our own process group, so that it has the terminal; Ctrl-C there is the shell's alone.
        signal.signal(signal.SIGINT, lambda *_: None)
        return subprocess.call([str(word) for word in command], cwd=CHECKOUT, env=runner.environment())
