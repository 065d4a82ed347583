"""A private PostgreSQL server for tests: its own folder, its own socket, gone afterwards."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_DEBIAN = Path("/usr/lib/postgresql")


def server_binaries() -> Path | None:
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    versions = sorted(_DEBIAN.glob("*/bin/initdb"), reverse=True)
    return versions[0].parent if versions else None


@contextmanager
def private_server() -> Iterator[str]:
    """Start a server and yield the address of its first database; without PostgreSQL skip, or fail if required."""
    binaries = server_binaries()
    if binaries is None:
        if "postgresql" in os.environ.get("TEXTUNES_TEST_REQUIRE", "").split(","):
            pytest.fail("TEXTUNES_TEST_REQUIRE names postgresql, and no server binaries were found")
        pytest.skip("PostgreSQL's server binaries are not installed (Debian: postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="textunes-postgresql-"))
    user = _unprivileged_user()
    try:
        if user is not None:
            shutil.chown(folder, user)
        _run(user, binaries / "initdb", "-D", folder / "data", "-A", "trust", "-U", "textunes", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c max_connections=60"
        start = ("-D", folder / "data", "-l", folder / "log", "-o", options, "-w")
        _run(user, binaries / "pg_ctl", *start, "start")
        try:
            yield f"postgresql://textunes@/postgres?host={folder}"
        finally:
            _run(user, binaries / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """The address of a new, empty database on a server, dropped afterwards: a thousand of them would fill the disk."""
    name = f"test_{secrets.token_hex(6)}"
    folder = server.partition("host=")[2]
    connection = ("-h", folder, "-U", "textunes")
    _run(None, _binary("createdb"), *connection, name)
    try:
        yield server.replace("/postgres?", f"/{name}?")
    finally:
        _run(None, _binary("dropdb"), *connection, "--force", name)


def _binary(name: str) -> Path:
    binaries = server_binaries()
    assert binaries is not None
    return binaries / name


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root: the user that Debian's package makes, or nobody."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)


def _run(user: str | None, *command: str | Path) -> None:
    prefix = [] if user is None else ["runuser", "-u", user, "--"]
    arguments = [*prefix, *map(str, command)]
    done = subprocess.run(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=60,
        cwd="/",
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.decode(errors='replace')}")
