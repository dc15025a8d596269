"""What work costs: time, processor time of Odoo and of its database process, queries, memory."""

import gc
import os
import time
from dataclasses import asdict, astuple, dataclass
from pathlib import Path


@dataclass
class Cost:
    """What some work took; processor time of the database is 0 where that runs on another machine."""

    seconds: float = 0.0
    odoo_cpu: float = 0.0
    database_cpu: float = 0.0
    queries: int = 0

    @property
    def cpu(self):
        """Processor time of Odoo and its database together."""
        return self.odoo_cpu + self.database_cpu

    def __add__(self, other):
        return Cost(*(mine + more for mine, more in zip(astuple(self), astuple(other), strict=True)))

    def rounded(self):
        """The cost for a report."""
        return {name: round(value, 2) for name, value in asdict(self).items()}


class Watch:
    """Measures work that takes turns with other work: `turns` holds the `Cost` of each."""

    def __init__(self, env):
        self.env = env
        self.turns = []
        self._before = None

    @property
    def total(self):
        """The cost of all turns."""
        return sum(self.turns, Cost())

    def start(self):
        """Begin a turn."""
        self._before = _readings(self.env)

    def stop(self):
        """End the turn, commit included."""
        self.env.cr.commit()
        now = _readings(self.env)
        self.turns.append(Cost(*(later - earlier for earlier, later in zip(self._before, now, strict=True))))

    def measure(self, work):
        """Do the work in one turn and return its result."""
        self.start()
        result = work()
        self.stop()
        return result


def settle(env):
    """Bring about the same conditions for whatever is measured next: clean cache, fresh statistics, no garbage."""
    env.cr.commit()
    env.invalidate_all()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    gc.collect()


def row_versions(env, tables):
    """Every row of the tables in its present version: (table, id, version)."""
    found = set()
    for table in tables:
        env.cr.execute(f"SELECT id, xmin::text FROM {table}")
        found.update((table, *row) for row in env.cr.fetchall())
    return found


def _readings(env):
    return time.perf_counter(), time.process_time(), _backend_cpu(env), env.cr.sql_log_count


def _backend_cpu(env):
    """Processor seconds of the database process behind the cursor, 0 where it cannot be seen."""
    try:
        stat = Path(f"/proc/{env.cr.connection.get_backend_pid()}/stat").read_text()
    except OSError:
        return 0.0
    name, _, numbers = stat.rpartition(")")
    if "postgres" not in name:
        return 0.0
    user, system = numbers.split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def forget_peak():
    """Let `peak_memory_mb` begin anew with what is resident now."""
    Path("/proc/self/clear_refs").write_text("5")


def peak_memory_mb():
    """The most memory that was resident; not `ru_maxrss`, which a process inherits from the one that started it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("The kernel does not tell the peak of resident memory.")
