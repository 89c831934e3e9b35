"""Where Ollama is, which addresses are on this machine, and how an address is shown."""

from __future__ import annotations

import pytest

import qa
from qa.llm.addresses import is_this_machine, ollama_address, without_credentials


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("", "http://localhost:11434"),
        ("gpu", "http://gpu:11434"),
        ("gpu:8080", "http://gpu:8080"),
        (":8080", "http://localhost:8080"),
        (" 'gpu' ", "http://gpu:11434"),
        ("http://gpu", "http://gpu:80"),
        ("https://gpu/", "https://gpu:443"),
        ("https://gpu:8080/ollama/", "https://gpu:8080/ollama"),
        ("127.0.0.1", "http://127.0.0.1:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:8080", "http://127.0.0.1:8080"),
        ("::", "http://[::1]:11434"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("http://[fd00::2]:8080", "http://[fd00::2]:8080"),
    ],
)
def test_ollama_is_where_its_own_variable_says(monkeypatch: pytest.MonkeyPatch, text: str, address: str) -> None:
    """In each form that Ollama accepts; an address to listen on is one of this machine."""
    monkeypatch.setenv("OLLAMA_HOST", text)

    assert address == ollama_address()


@pytest.mark.parametrize("text", ["http://[::1", "gpu:port", "ftp://gpu", "gpu:99999"])
def test_a_wrong_variable_is_an_error(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """It is named before anything is sent."""
    monkeypatch.setenv("OLLAMA_HOST", text)

    with pytest.raises(qa.UsageError, match="OLLAMA_HOST is no address"):
        ollama_address()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://localhost:11434", True),
        ("localhost:11434", True),
        ("http://127.0.0.2:1/v1", True),
        ("http://[::1]:8000/v1", True),
        ("0.0.0.0:11434", True),
        ("http://models.localhost", True),
        ("http://localhost.example", False),
        ("http://127.0.0.1.example", False),
        ("http://127.0.0.1@models.example", False),
        ("https://192.168.0.3/v1", False),
    ],
)
def test_which_addresses_are_on_this_machine(address: str, expected: bool) -> None:
    """By the host only, not by what looks like one."""
    assert is_this_machine(address) is expected


def test_an_address_is_shown_without_a_password() -> None:
    """What is needed to recognise the server is shown."""
    assert "https://models.example:8000/v1" == without_credentials("https://me:secret@models.example:8000/v1?key=x")
