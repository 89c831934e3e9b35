"""Which addresses an index on servers may have: none with a password, which is never shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import qa
from tests.helpers.commands import Commands

SECRET = "hunter2"
WITH_PASSWORD = {
    "index": [
        f"postgresql://user:{SECRET}@host/articles",
        f"postgres://user:{SECRET}@host/articles",
        f"POSTGRESQL://user:{SECRET}@host/articles",
        f" postgresql://user:{SECRET}@host/articles",
        f"postgresql://user:1/{SECRET}@host/articles",
        f"postgresql://user:1?{SECRET}@host/articles",
        f"postgresql://user:1#{SECRET}@host/articles",
        f"postgresql://user:1@{SECRET}@host/articles",
        f"postgresql://host/articles?password={SECRET}",
        f"postgresql://host/articles?sslmode=require&pass%77ord={SECRET}",
        f"postgresql://host/articles?sslpassword={SECRET}",
        f"postgresql+psycopg://user:{SECRET}@host/articles",
        f"jdbc:postgresql://host/articles?user=a&password={SECRET}",
        f"host=db.example password={SECRET} dbname=articles",
        f"http://user:{SECRET}@host:8000",
    ],
    "vectors": [
        f"http://user:{SECRET}@host:8000",
        f"https://{SECRET}@host",
        f"http://host:8000?token={SECRET}",
        f"http://host:8000#{SECRET}",
        f"chroma-cloud:{SECRET}",
        f"{SECRET}@host:8000",
    ],
}
REFUSED = [(name, address) for name, addresses in WITH_PASSWORD.items() for address in addresses]
NAMED = {"index": ["PGPASSWORD", ".pgpass"], "vectors": ["QA_VECTORS_TOKEN", "CHROMA_API_KEY", "CHROMA_TENANT"]}


def as_option(name: str, value: str | Path) -> dict[str, Any]:
    """Return the keyword argument for a setting."""
    return {name: value}


@pytest.mark.parametrize(("name", "address"), REFUSED)
@pytest.mark.parametrize("source", ["option", "variable", "file", "trust"])
def test_a_password_is_refused_and_never_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, address: str, source: str
) -> None:
    """The message is one line, and names the variable that the password belongs into."""
    arguments = ["trust" if source == "trust" else "status"]
    if source == "option":
        arguments += [f"--{name}", address]
    elif source == "variable":
        monkeypatch.setenv(f"QA_{name.upper()}", address)
    else:  # another setting that needs consent must not show it either
        Path("qa.toml").write_text(f'llm = "openai/x"\n{name} = "{address}"')
        if source == "file":
            arguments += [f"--{name}", "index" if name == "index" else "http://host:8000"]

    outcome = Commands(capsys)(*arguments)

    assert (2, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n"))
    assert SECRET not in outcome.err
    assert all(word in outcome.err for word in NAMED[name])
    assert f"{name} must " in outcome.err.lower()


@pytest.mark.parametrize(("name", "address"), REFUSED)
def test_no_python_error_shows_a_password(name: str, address: str) -> None:
    """Neither that of ``load_settings``, nor that of ``Settings`` itself."""
    with pytest.raises(qa.UsageError) as refused:
        qa.load_settings(None, **as_option(name, address))
    with pytest.raises(ValidationError) as invalid:
        qa.Settings(**as_option(name, address))

    assert SECRET not in f"{refused.value} {refused.value!r} {invalid.value} {invalid.value!r}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("index", "postgresql://host"),
        ("index", "postgresql://host/"),
        ("index", "postgresql://host/a/b"),
        ("index", "postgresql://host:port/a"),
        ("index", "postgresql://host/a b"),
        ("index", "postgresql://host/a\x1b"),
        ("index", "postgresql://host/a#b"),
        ("index", "postgresql://host/a?host=elsewhere.example"),
        ("index", "postgresql://host/a?host=/run/postgresql"),
        ("index", "postgresql://host/a?hostaddr=10.0.0.1"),
        ("index", "postgresql://host/a?dbname=b"),
        ("index", "postgresql:/host/a"),
        ("index", Path("postgresql://host/a")),
        ("index", "mysql://host/a"),
        ("index", "http://host:8000"),
        ("vectors", ""),
        ("vectors", "host:8000"),
        ("vectors", "http://"),
        ("vectors", "http://host:port"),
        ("vectors", "ftp://host"),
        ("vectors", "postgresql://host/a"),
    ],
)
def test_what_is_no_address_of_such_a_server_is_refused(name: str, value: str | Path) -> None:
    """Nothing is taken for a folder that is meant as an address, and no option leads elsewhere than is shown."""
    with pytest.raises(qa.UsageError, match=f"--{name} must be .*address such as"):
        qa.load_settings(None, **as_option(name, value))


@pytest.mark.parametrize("folder", ["a/b", "postgresql", "postgres:1", "host=a/b", "/x/password=1", "~/a"])
def test_folders_stay_folders(folder: str) -> None:
    """A path is a path, also with characters that addresses have."""
    assert Path(folder) == qa.load_settings(index=folder).index
