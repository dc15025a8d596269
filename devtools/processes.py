"""Child processes that never outlive ./dev, ports that are free, and locks between ./dev processes."""

import contextlib
import ctypes
import fcntl
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

from .console import StepFailed, say, tail
from .settings import CACHE, LOGS

TERMINATION_SECONDS = 15
PR_SET_PDEATHSIG = 1


class Interrupted(BaseException):
    """Somebody asked ./dev to stop (Ctrl-C, SIGTERM, a closed terminal)."""

    def __init__(self, signum):
        super().__init__(signal.Signals(signum).name)
        self.exit_code = 128 + signum


def catch_signals():
    """Turn the signals that end a program into `Interrupted`, so that everything is put away in order."""

    def interrupt(signum, _frame):
        ignore_signals()  # a second Ctrl-C must not cut the clean-up short
        raise Interrupted(signum)

    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, interrupt)


def ignore_signals():
    """From here on, let nothing interrupt the clean-up."""
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.SIG_IGN)


def _prepare_child():
    """In the child: default signals, and an end when ./dev itself is killed."""
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """A process in a group of its own, which `stop` ends together with all that it started."""

    def __init__(self, argv, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        self.process = subprocess.Popen(
            [str(word) for word in argv], start_new_session=True, preexec_fn=_prepare_child, **options
        )
        self.pid = self.process.pid

    def ended(self, block=False):
        """Return True once the process is over. It stays unreaped, so that its group's number stays ours."""
        flags = os.WEXITED | os.WNOWAIT | (0 if block else os.WNOHANG)
        return self.process.returncode is not None or os.waitid(os.P_PID, self.pid, flags) is not None

    def wait(self):
        """Wait for the end, end what it left behind, and return the exit code."""
        self.ended(block=True)
        self._signal(signal.SIGKILL)
        return self.process.wait()

    def stop(self):
        """Ask the group to end, insist after a while, and return the exit code."""
        if self.process.returncode is None:
            self._signal(signal.SIGTERM)
            wait_until(self.ended, TERMINATION_SECONDS)
            self._signal(signal.SIGKILL)
        return self.process.wait()

    def kill(self):
        """End the group without any notice."""
        self._signal(signal.SIGKILL)
        return self.process.wait()

    def _signal(self, signum):
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signum)


@contextlib.contextmanager
def child(argv, **options):
    """Run a process for as long as the body lasts."""
    process = Child(argv, **options)
    try:
        yield process
    finally:
        process.stop()


def log_file(name):
    """Return the path of a log file in the cache, made empty."""
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / (re.sub(r"[^\w.-]+", "-", name) + ".log")
    path.write_text("", encoding="utf-8")
    return path


def run(argv, *, log, advice="", stdout=None, **options):
    """Run a command to its end with its output in the log file `log`; raise StepFailed if it fails."""
    with open(log, "ab") as output:
        try:
            with child(argv, stdout=stdout or output, stderr=output, **options) as process:
                code = process.wait()
        except FileNotFoundError as error:
            raise StepFailed(f"{error.filename} was not found. {advice}".strip()) from error
    if code:
        command = " ".join([Path(argv[0]).name, *(str(word) for word in argv[1:7])])
        raise StepFailed(f"`{command} ...` ended with code {code}:\n{tail(log)}\nAll of it: {log}\n{advice}".rstrip())


def wait_until(condition, seconds, interval=0.05):
    """Return True as soon as `condition()` holds, False if it does not within the given time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(interval)
    return True


def free_port(wanted, purpose, count=1):
    """Return `wanted`, or the next port from which `count` ports are free; say so when it is another."""
    for port in range(wanted, wanted + 200, count):
        if all(_is_free(port + offset) for offset in range(count)):
            if port != wanted:
                taken = f"Port {wanted} is" if count == 1 else f"Of the ports {wanted} to {wanted + count - 1} one is"
                say(f"{taken} in use; {purpose} takes {port}.")
            return port
    raise StepFailed(f"no free port for {purpose} between {wanted} and {wanted + 200}. End a program that uses one.")


def _is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextlib.contextmanager
def locked(name, *, shared=False, wait=True):
    """Hold a lock that all ./dev processes of this cache share; yields False if it is taken and `wait` is off."""
    folder = CACHE / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    with open(folder / name, "ab") as lock:
        try:
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if not wait:
                yield False
                return
            say(f"Another ./dev is busy with this ({name}); waiting for it.")
            fcntl.flock(lock, kind)
        yield True
