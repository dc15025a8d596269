"""What a person sees: one line per step on standard error, with the time it took."""

import contextlib
import sys
import time


class StepFailed(Exception):
    """A step could not be done. The message says why, and what to do about it."""


def say(text):
    """Show one line of progress. Standard output is kept for results."""
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(title):
    """Show `title` while the body runs, then the seconds it took; name the step if it fails."""
    print(f"{title} ... ", end="", file=sys.stderr, flush=True)
    started = time.monotonic()
    try:
        yield
    except StepFailed as error:
        say("failed")
        raise StepFailed(f"{title}: {error}") from error
    except BaseException:
        say("interrupted")
        raise
    say(f"{time.monotonic() - started:.1f} s")


def tail(path, lines=15):
    """Return the last lines of a log file, indented, or a word that it is empty."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        text = ""
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:]) or "    (no output)"
