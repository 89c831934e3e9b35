"""``docs/compose.yaml``, the servers to start with docker compose; the tests have no docker."""

from __future__ import annotations

import subprocess
from typing import Any

import chromadb
import yaml

from tests.conftest import PROJECT
from tests.helpers.servers import ChromaServer, PostgresServer, postgres_programs

SERVICES: dict[str, Any] = yaml.safe_load((PROJECT / "docs/compose.yaml").read_text(encoding="utf-8"))["services"]


def health(service: str, image_port: int, port: int) -> int:
    """Run the check of a service's health against another port, and return its exit code."""
    kind, program, *arguments = SERVICES[service]["healthcheck"]["test"]
    assert "CMD" == kind
    arguments = [argument.replace(f"/{image_port}", f"/{port}") for argument in arguments]
    if program == "pg_isready":
        folder = postgres_programs()
        assert folder
        program, arguments = str(folder / program), [*arguments, f"--port={port}"]
    return subprocess.run([program, *arguments], capture_output=True, check=False).returncode


def test_chroma_is_the_version_that_is_tested() -> None:
    """Client and server agree."""
    assert f"chromadb/chroma:{chromadb.__version__}" == SERVICES["chroma"]["image"]


def test_servers_are_reached_from_this_machine_only() -> None:
    """Neither answers others before somebody decides that."""
    ports = [port for service in SERVICES.values() for port in service["ports"]]
    assert ["127.0.0.1:5432:5432", "127.0.0.1:8000:8000"] == ports


def test_health_is_told_from_its_absence(chroma_server: ChromaServer, postgres_server: PostgresServer) -> None:
    """A server that runs is healthy; another one's port is not."""
    assert 0 == health("chroma", 8000, chroma_server.port)
    assert 0 == health("postgres", 5432, postgres_server.port)
    assert 0 != health("chroma", 8000, postgres_server.port)
    assert 0 != health("postgres", 5432, chroma_server.port)
