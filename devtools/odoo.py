"""Running Odoo: its configuration file, its environment, its command lines."""

import contextlib
import os
import tempfile
from pathlib import Path

from . import environment, postgres
from .console import StepFailed, tail
from .databases import Databases
from .processes import log_file, run
from .settings import CACHE, CHECKOUT


class Odoo:
    """One Odoo source on one PostgreSQL server, with a folder for this run's own files."""

    def __init__(self, source, server, folder):
        self.source = source
        self.server = server
        self.folder = folder

    def environment(self, **more):
        """Return environment variables under which `import odoo` works, free of other servers and settings."""
        kept = {name: value for name, value in os.environ.items() if name not in (*postgres.ENVIRONMENT, "ODOO_RC")}
        return {**kept, "PYTHONPATH": str(self.source.root), "PYTHONUNBUFFERED": "1", **more}

    def write_config(self, database, **options):
        """Write an odoo.conf for this database and return its path."""
        values = {
            "addons_path": ",".join(str(path) for path in (*self.source.addons_paths, CHECKOUT)),
            "data_dir": self.server.odoo_data,
            "db_host": self.server.host,
            "db_port": self.server.port,
            "db_user": self.server.user,
            "db_password": self.server.password,
            "db_name": database,
            "db_maxconn": 32,
            "list_db": False,
            "http_interface": "127.0.0.1",
            "workers": 0,
            "max_cron_threads": 0,
            "limit_time_cpu": 3600,
            "limit_time_real": 7200,
            "admin_passwd": os.urandom(16).hex(),
            **options,
        }
        path = self.folder / f"{database}.conf"
        path.touch(mode=0o600)
        lines = ["[options]", *(f"{name} = {value}" for name, value in values.items() if value != "")]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def command(self, *arguments):
        """Return the command line of an Odoo command."""
        return [environment.python(), "-W", "ignore", "-m", "odoo", *arguments]

    def install(self, database, modules):
        """Install modules in a database that is empty or has Odoo; raise StepFailed unless all are installed."""
        log = self._load(database, "-i", modules)
        missing = set(modules) - Databases(self.server).installed_modules(database)
        if missing:
            raise StepFailed(f"Odoo did not install {', '.join(sorted(missing))}:\n{tail(log)}\nAll of it: {log}")

    def upgrade(self, database, modules):
        """Upgrade modules that are installed in a database."""
        self._load(database, "-u", modules)

    def _load(self, database, option, modules):
        config = self.write_config(database)
        arguments = ["-c", config, "-d", database, option, ",".join(modules), "--stop-after-init", "--no-http"]
        return self._run("odoo-install", arguments)

    def run_script(self, database, script, log_name, **more_environment):
        """Run a Python file with `env` in an Odoo shell; return what it printed."""
        config = self.write_config(database)
        output = self.folder / f"{log_name}.out"
        with open(script, "rb") as source, open(output, "wb") as printed:
            self._run(
                log_name, ["shell", "-c", config, "-d", database, "--no-http"],
                stdin=source, printed=printed, env=self.environment(**more_environment),
            )  # fmt: skip
        return output.read_text(encoding="utf-8")

    def _run(self, log_name, arguments, *, printed=None, **options):
        log = log_file(log_name)
        options.setdefault("env", self.environment())
        if printed:
            options["stdout"] = printed
        run(self.command(*arguments), log=log, cwd=CHECKOUT, **options)
        return log


@contextlib.contextmanager
def session(source):
    """Yield an Odoo that is ready to run: server up, folder made; put everything away afterwards."""
    runs = CACHE / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    with postgres.server() as server, tempfile.TemporaryDirectory(prefix="run-", dir=runs) as folder:
        yield Odoo(source, server, Path(folder))
