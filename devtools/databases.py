"""Databases together with their filestores: make, clone, rename, drop."""

import contextlib
import os
import shutil

PREFIX = "mpc_"  # of every database that ./dev makes


class Databases:
    """The databases of one server that ./dev made."""

    def __init__(self, server):
        self.server = server

    def names(self, prefix=PREFIX):
        """Return the names that begin with `prefix`, oldest first."""
        rows = self._execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid", prefix)
        return [name for (name,) in rows]

    def create(self, name):
        """Make an empty database, in place of one of that name."""
        self.drop(name)
        self._execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")

    def clone(self, source, name):
        """Make a copy of a database that nobody is connected to, in place of one named `name`."""
        self.drop(name)
        if self._filestore(source).exists():
            # Odoo names stored files after their content and never changes one, so links are copies.
            shutil.copytree(self._filestore(source), self._filestore(name), copy_function=os.link)
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')

    def rename(self, name, new_name):
        """Rename a database; its filestore first, so that a database is never without it."""
        if self._filestore(name).exists():
            shutil.rmtree(self._filestore(new_name), ignore_errors=True)
            self._filestore(name).rename(self._filestore(new_name))
        self._execute(f'ALTER DATABASE "{name}" RENAME TO "{new_name}"')

    def drop(self, name):
        """Drop a database if it is there, whoever is connected."""
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(self._filestore(name), ignore_errors=True)

    def note(self, name, text):
        """Keep a text with a database."""
        self._execute(f'COMMENT ON DATABASE "{name}" IS %s', text)

    def noted(self, name):
        """Return the text that is kept with a database; None without one."""
        rows = self._execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", name)
        return rows[0][0] if rows else None

    def installed_modules(self, name):
        """Return the names of the Odoo modules that are installed in a database."""
        rows = self._execute("SELECT name FROM ir_module_module WHERE state = 'installed'", database=name)
        return {module for (module,) in rows}

    @contextlib.contextmanager
    def temporary(self, source, purpose):
        """Yield the name of a copy of `source` that is dropped afterwards."""
        self.drop_abandoned(purpose)
        name = f"{PREFIX}{purpose}_{os.getpid()}"
        self.clone(source, name)
        try:
            yield name
        finally:
            self.drop(name)

    def drop_abandoned(self, purpose):
        """Drop the copies of ./dev processes on this machine that were killed."""
        if not self.server.private:
            return
        for name in self.names(f"{PREFIX}{purpose}_"):
            if not os.path.exists(f"/proc/{name.rpartition('_')[2]}"):
                self.drop(name)

    def _execute(self, statement, *parameters, database=None):
        import psycopg2

        with contextlib.closing(psycopg2.connect(**self.server.connection_options(database))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, parameters or None)
                return cursor.fetchall() if cursor.description else []

    def _filestore(self, name):
        return self.server.odoo_data / "filestore" / name
