"""Packages from the Debian or Ubuntu archive without installing anything: private apt folders, `dpkg -x`.

The archive, its key and any proxy are the machine's own, read from its apt configuration.
"""

import contextlib
import dataclasses
import platform
import re
import shutil
import tempfile
from pathlib import Path

from .console import StepFailed
from .processes import log_file, run

SOURCE_LIST = Path("/etc/apt/sources.list")
SOURCE_PARTS = Path("/etc/apt/sources.list.d")
SUITE_ALIASES = ("oldstable", "stable", "testing", "unstable", "sid")


@dataclasses.dataclass(frozen=True)
class Archive:
    """The distribution's archive as this machine reaches it."""

    uri: str
    suite: str
    components: str
    options: tuple = ()  # further deb822 fields as (name, value), above all Signed-By

    def stanza(self, suites):
        """Return the deb822 text that names these suites of the archive."""
        fields = [("Types", "deb"), ("URIs", self.uri), ("Suites", " ".join(suites)), ("Components", self.components)]
        # A key that stands in the file itself begins on a line of its own.
        texts = ((name, f"\n {value}" if "\n" in value else f" {value}") for name, value in (*fields, *self.options))
        return "".join(f"{name}:{text}\n" for name, text in texts)


def is_debian():
    """Return True on Debian itself, whose archive also has the suite sid; Ubuntu and others have none."""
    return _os_release().get("ID") == "debian"


def download(packages, into, *, extra_suites=()):
    """Unpack packages into the folder `into`. `packages` maps a name to a suite, or to None for the machine's own.

    Raises StepFailed if this machine has no such archive, or it does not have the packages.
    """
    for tool in ("apt-get", "dpkg"):
        if not shutil.which(tool):
            raise StepFailed(f"this machine has no {tool}")
    archives = own_archives()
    if not archives:
        raise StepFailed("the apt sources of this machine name no archive of its distribution")
    failures = []
    for archive in archives:
        try:
            _download_from(archive, packages, into, extra_suites)
            return
        except StepFailed as error:
            failures.append(str(error))
    raise StepFailed("\n".join(failures))


def _download_from(archive, packages, into, extra_suites):
    log = log_file("apt")
    with tempfile.TemporaryDirectory(prefix="apt-", dir=into.parent) as folder:
        apt = _private_apt(Path(folder), archive.stanza(dict.fromkeys((archive.suite, *extra_suites))))
        run([*apt, "update"], log=log, cwd=folder)
        wanted = [f"{name}/{suite or archive.suite}" for name, suite in packages.items()]
        run([*apt, "download", *wanted], log=log, cwd=folder)
        for package in sorted(Path(folder).glob("*.deb")):
            run(["dpkg", "-x", package, into], log=log)


def _private_apt(folder, sources):
    """Return an apt-get command line that keeps its lists and packages in `folder` and reads only `sources`."""
    for name in ("state/lists/partial", "cache/archives/partial", "sources"):
        (folder / name).mkdir(parents=True)
    (folder / "state/status").touch()
    (folder / "sources/archive.sources").write_text(sources, encoding="utf-8")
    options = {
        "Dir::State": folder / "state",
        "Dir::State::status": folder / "state/status",
        "Dir::Cache": folder / "cache",
        "Dir::Etc::sourcelist": "/dev/null",
        "Dir::Etc::sourceparts": folder / "sources",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        "APT::Sandbox::User": "root",  # as root apt would else drop to a user who cannot read the cache
    }
    # Read after the machine's own configuration, which stays in force for the rest: proxy, certificates.
    lines = [f'{name} "{value}";\n' for name, value in options.items()]
    (folder / "apt.conf").write_text("".join(lines), encoding="utf-8")
    return ["apt-get", "--config-file", folder / "apt.conf", "-q", "-y"]


def own_archives():
    """Return the archives of this machine's distribution, the most likely one first."""
    release = _os_release()
    codename = release.get("UBUNTU_CODENAME") or release.get("VERSION_CODENAME", "")
    found = {}
    for entry in _source_entries():
        suites = [suite for suite in entry.get("suites", "").split() if suite in (codename, *SUITE_ALIASES)]
        if not suites or "main" not in entry.get("components", "").split() or "deb" not in entry["types"].split():
            continue
        options = tuple(
            (name.title(), entry[name]) for name in ("signed-by", "trusted", "architectures") if name in entry
        )
        for uri in entry.get("uris", "").split():
            archive = Archive(uri, suites[0], entry["components"], options)
            # Other repositories, too, name their suite stable, and a disk would be asked for at the keyboard.
            if not uri.startswith("cdrom:") and (archive.suite == codename or _looks_official(archive)):
                found.setdefault(uri, archive)
    return sorted(found.values(), key=lambda archive: not _looks_official(archive))


def _looks_official(archive):
    """Return True for the distribution's own archive, as far as its key or path tells."""
    key = dict(archive.options).get("Signed-By", "")
    name = _os_release().get("ID", "debian")
    return f"{name}-archive-keyring" in key or archive.uri.rstrip("/").endswith(f"/{name}")


def _os_release():
    with contextlib.suppress(OSError):
        return platform.freedesktop_os_release()
    return {}


def _source_entries():
    """Yield each enabled apt source as a dict of lower-case deb822 fields."""
    for path in (SOURCE_LIST, *sorted(SOURCE_PARTS.glob("*.list")), *sorted(SOURCE_PARTS.glob("*.sources"))):
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        yield from _parse_deb822(text) if path.suffix == ".sources" else _parse_one_line(text)


def _parse_one_line(text):
    for line in text.splitlines():
        match = re.match(r"\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)", line)
        if match:
            options = dict(option.split("=", 1) for option in (match[1] or "").split() if "=" in option)
            if "arch" in options:
                options["architectures"] = options.pop("arch").replace(",", " ")
            yield {**options, "types": "deb", "uris": match[2], "suites": match[3], "components": match[4].strip()}


def _parse_deb822(text):
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for stanza in re.split(r"\n\s*\n", "\n".join(lines)):
        # A value may go on over indented lines, as a key that stands in the file itself does.
        fields = {
            name.lower(): value.strip()
            for name, value in re.findall(r"^([\w-]+):[ \t]*(.*(?:\n[ \t]+.*)*)", stanza, flags=re.MULTILINE)
        }
        if "types" in fields and fields.get("enabled", "yes").lower() != "no":
            yield fields
