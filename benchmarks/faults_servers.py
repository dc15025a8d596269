"""What the campaign runs on: a PostgreSQL of its own that keeps what it has committed, and two Odoo servers on it."""

import configparser
import os
import subprocess
import sys

import psycopg2
import requests

from devtools import postgres
from devtools.console import tail
from devtools.processes import Child, free_port, log_file, wait_until

ODOO_SECONDS = 120
DUE_COLUMNS = (  # what falls due, and when
    ("marketplace_job", "next_try"),
    ("marketplace_shop", "wait_until"),
    ("marketplace_shop", "payouts_go_on_at"),
    ("marketplace_listing", "stock_next_try"),
    ("marketplace_day_check", "next_check"),
    ("ir_cron_trigger", "call_at"),
    ("ir_cron", "nextcall"),
)


class Database:
    """A copy of a database in a cluster of the campaign's own."""

    def __init__(self, config_file, name, folder):
        self.name = name
        self.folder = folder
        self.config = configparser.ConfigParser(interpolation=None)
        self.config.read(config_file)
        self.cluster = postgres.Cluster(folder / "postgres", postgres.DURABLE)

    def __enter__(self):
        self.cluster.start()
        self._copy()
        return self

    def __exit__(self, *_error):
        postgres.stop(self.cluster.data)

    def _copy(self):
        """Bring the database over from the server of the configuration file."""
        binaries, given = self.cluster.binaries, self.config["options"]
        dump = self.folder / "database.dump"
        source = ["-h", given["db_host"], "-p", given.get("db_port", "5432"), "-U", given["db_user"]]
        environment = {**os.environ, "PGPASSWORD": given.get("db_password", "")}
        own = ["-h", self.cluster.sockets, "-p", "5432", "-U", self.cluster.server.user]
        for command in (
            [binaries / "pg_dump", *source, "-Fc", "-Z1", "-f", dump, self.name],
            [binaries / "createdb", *own, "-T", "template0", self.name],
            [binaries / "pg_restore", *own, "--no-owner", "-j2", "-d", self.name, dump],
        ):
            subprocess.run([str(word) for word in command], check=True, stdout=sys.stderr, env=environment)
        dump.unlink()

    def write_config(self, title, **options):
        """A configuration file for Odoo on the copy; returns its path."""
        own = {"db_host": self.cluster.sockets, "db_port": 5432, "db_user": self.cluster.server.user}
        config = configparser.ConfigParser(interpolation=None)
        config["options"] = {**self.config["options"], **own, "db_name": self.name, **options}
        config["options"] = {name: str(value) for name, value in config["options"].items() if name != "gevent_port"}
        path = self.folder / f"{title}.conf"
        with open(path, "w", encoding="utf-8") as file:
            config.write(file)
        return path

    def execute(self, statement, *parameters):
        """Run one statement on a connection of its own; gives rows, or None where there are none to give."""
        options = self.cluster.server.connection_options(self.name)
        connection = psycopg2.connect(**options, options="-c lock_timeout=3000")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, parameters or None)
                return cursor.fetchall() if cursor.description else None
        finally:
            connection.close()

    def let_time_pass(self, minutes):
        """What falls due falls due so much earlier, which is the same as a later clock; scheduled actions wake up."""
        for table, column in DUE_COLUMNS:
            try:
                self.execute(f"UPDATE {table} SET {column} = {column} - %s * interval '1 minute'", minutes)
            except psycopg2.Error:
                continue  # somebody works on it, or the server is away: next time
        try:
            self.execute("SELECT pg_notify('cron_trigger', %s)", self.name)
            connection = psycopg2.connect(**self.cluster.server.connection_options())
            connection.autocommit = True
            connection.cursor().execute("SELECT pg_notify('cron_trigger', %s)", (self.name,))
            connection.close()
        except psycopg2.Error:
            pass


class OdooServer:
    """One Odoo process with scheduled actions, at a port of its own."""

    def __init__(self, database, number, wanted_port):
        self.port = free_port(wanted_port, f"Odoo {number}")
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = log_file(f"faults-odoo-{number}")
        options = {"http_port": self.port, "http_interface": "127.0.0.1", "max_cron_threads": 2, "workers": 0}
        self.config = database.write_config(
            f"odoo-{number}", **options, dbfilter=f"^{database.name}$", log_level="warn", db_maxconn=16
        )
        self.process = None
        self.session = None

    def start(self):
        """Start it, unless it runs; `is_up` tells when it answers."""
        if self.process and not self.process.ended():
            return
        with open(self.log, "ab") as output:
            self.process = Child(
                [sys.executable, "-W", "ignore", "-m", "odoo", "-c", self.config], stdout=output, stderr=output
            )

    def is_up(self):
        """Whether it answers."""
        try:
            return requests.get(f"{self.address}/web/health", timeout=5).ok
        except requests.RequestException:
            return False

    def wait(self):
        """Until it answers; raises RuntimeError where it does not."""
        if not wait_until(self.is_up, ODOO_SECONDS, 0.5):
            raise RuntimeError(f"Odoo did not answer:\n{tail(self.log)}\nAll of it: {self.log}")

    def kill(self):
        """SIGKILL."""
        self.process.kill()
        self.session = None

    def stop(self):
        if self.process:
            self.process.stop()

    def call(self, model, method, ids, **keywords):
        """Press a button over HTTP as the administrator; the result. Raises UserRefused, or requests' exceptions."""
        parameters = {"model": model, "method": method, "args": [ids] if ids is not None else [], "kwargs": keywords}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", parameters)

    def logged_in(self, database_name):
        """Log in, unless that is done."""
        if not self.session:
            self.session = requests.Session()
            credentials = {"db": database_name, "login": "admin", "password": "admin"}
            self._post("/web/session/authenticate", credentials)
        return self

    def _post(self, path, parameters):
        answer = self.session.post(
            f"{self.address}{path}", json={"jsonrpc": "2.0", "method": "call", "params": parameters}, timeout=60
        )
        answer.raise_for_status()
        content = answer.json()
        if "error" in content:
            raise UserRefused(content["error"].get("data", {}).get("name", ""), content["error"])
        return content.get("result")


class UserRefused(Exception):
    """Odoo said no; the first argument is the name of the exception there."""
