"""An index on servers: where its addresses come from, which belong together, and consent to them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import pytest

import qa
from qa.consent import ConsentNeeded
from qa.settings import SettingsOptions
from qa.settings_servers import ServerLocation
from tests.helpers.commands import Commands
from tests.helpers.settings_files import write_trusted
from tui.indexing import IndexingRun

DATABASE = "postgresql://reader@db.example:5432/articles"
CHROMA = "http://chroma.example:8000"
SECRET = "hunter2"


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A corpus in the current folder."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text("The tram stops at noon.\n")
    return folder


def located(settings: qa.Settings) -> tuple[str, str]:
    """Return the two addresses of an index on servers."""
    assert settings.server is not None
    return settings.server.database, settings.server.vectors


# Where the addresses come from


def test_option_before_variable_before_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both addresses are as given, and no slash is lost; each may come from another source."""
    assert qa.load_settings(corpus="articles").server is None
    write_trusted(f'corpus = "articles"\nindex = "{DATABASE}1"\nvectors = "{CHROMA}1"')
    assert (f"{DATABASE}1", f"{CHROMA}1") == located(qa.load_settings())
    monkeypatch.setenv("QA_INDEX", f"{DATABASE}2")
    assert (f"{DATABASE}2", f"{CHROMA}1") == located(qa.load_settings())
    monkeypatch.setenv("QA_VECTORS", f"{CHROMA}2")
    assert (f"{DATABASE}2", f"{CHROMA}2") == located(qa.load_settings())
    options: SettingsOptions = {"index": f"{DATABASE}3", "vectors": "chroma-cloud"}
    assert (f"{DATABASE}3", "chroma-cloud") == located(qa.load_settings(**options))


@pytest.mark.parametrize("is_before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("command", [("index",), ("status",), ("ask", "Who?"), ("search", "tram"), ("doctor",)])
def test_commands_take_the_options(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], is_before: bool
) -> None:
    """They stand before or after the command, as those of any setting."""
    loaded: list[dict[str, Any]] = []

    def load(**options: Any) -> qa.Settings:
        loaded.append(options)
        raise qa.UsageError("loaded")

    monkeypatch.setattr("qa.settings.load_settings", load)
    monkeypatch.setattr("qa.opening.load_settings", load)
    options = ("--index", DATABASE, "--vectors", CHROMA)

    Commands(capsys)(*(options + command if is_before else command + options))

    assert (DATABASE, CHROMA) == (loaded[0]["index"], loaded[0]["vectors"])


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (DATABASE, "postgresql://db.example:5432/articles"),
        ("postgres://db.example/articles", "postgresql://db.example/articles"),
        ("postgresql:///articles?host=/run/postgresql", "postgresql://localhost/articles"),
        ("postgresql://:5433/articles", "postgresql://localhost:5433/articles"),
        ("postgresql://u@[::1]:5432/articles?sslmode=require", "postgresql://[::1]:5432/articles"),
        ("postgresql://one:1,two:2/articles", "postgresql://one:1,two:2/articles"),
    ],
)
def test_messages_show_an_address_without_user_and_options(address: str, shown: str) -> None:
    """The name of the index is the server and the database."""
    assert shown == qa.load_settings(index=address, vectors=CHROMA).index_name


def test_what_is_saved_on_this_machine_has_a_folder_for_each_index(tmp_path: Path) -> None:
    """It is in the user's data folder, and depends on both addresses, but not on how the scheme is written."""
    addresses = [(DATABASE, CHROMA), (DATABASE, "chroma-cloud"), (f"{DATABASE}2", CHROMA)]
    folders = {qa.load_settings(index=index, vectors=vectors).index_root for index, vectors in addresses}

    assert 3 == len(folders)
    assert {tmp_path / "data" / "qa" / "servers"} == {folder.parent for folder in folders}
    assert all(folder.name.startswith("articles") for folder in folders)
    again = qa.load_settings(index=DATABASE.replace("postgresql", "postgres"), vectors=f"{CHROMA}/")
    assert again.index_root in folders
    strange = qa.load_settings(index="postgresql://h/..%2F..%00" + "a" * 99, vectors=CHROMA).index_root
    assert tmp_path / "data" / "qa" / "servers" == strange.resolve().parent
    assert len(strange.name) < 60


def test_the_terminal_ui_passes_both_addresses_on(articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that updates the index uses the same servers; one of a folder uses none, whatever a variable says."""

    def passed_on(settings: qa.Settings) -> qa.Settings:
        request = json.loads(json.dumps(IndexingRun(settings, rebuild=False, total=1)._request))
        del request["rebuild"]
        return qa.Settings(**request)

    settings = qa.load_settings(corpus=articles, index=DATABASE, vectors=CHROMA)
    assert (DATABASE, CHROMA) == located(passed_on(settings))
    monkeypatch.setenv("QA_VECTORS", CHROMA)
    assert passed_on(qa.load_settings(corpus=articles, index="index")).server is None


# Which belong together


@pytest.mark.parametrize(
    ("options", "advice"),
    [
        ({"index": DATABASE}, "--vectors http://HOST:8000"),
        ({"vectors": CHROMA}, "or leave vectors out"),
        ({"index": "index", "vectors": CHROMA}, "or leave vectors out"),
    ],
    ids=["no vectors", "no index", "a folder"],
)
@pytest.mark.parametrize("source", ["option", "variable", "file"])
def test_one_without_the_other_is_refused(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, str],
    advice: str,
    source: Literal["option", "variable", "file"],
) -> None:
    """The exit code is 2, and the message says what to set or to leave out."""
    arguments = []
    if source == "option":
        arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
    elif source == "variable":
        for name, value in options.items():
            monkeypatch.setenv(f"QA_{name.upper()}", value)
    else:
        write_trusted("\n".join(f"{name} = '{value}'" for name, value in options.items()))

    outcome = Commands(capsys)("status", *arguments)

    assert (2, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n"))
    assert advice in outcome.err


def test_a_folder_that_is_given_needs_no_servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the place of servers that a file or a variable names; so does another corpus than that of the file."""
    write_trusted(f'corpus = "articles"\nindex = "{DATABASE}"\nvectors = "{CHROMA}"')
    assert tmp_path / "here" == qa.load_settings(index="here").index_root
    assert tmp_path / "data/qa/indexes" == qa.load_settings(corpus="other").index_root.parent
    with pytest.raises(qa.UsageError, match="leave vectors out"):
        qa.load_settings(index="here", vectors=CHROMA)

    monkeypatch.setenv("QA_INDEX", "there")
    assert tmp_path / "there" == qa.load_settings().index_root
    monkeypatch.setenv("QA_INDEX", DATABASE)
    monkeypatch.setenv("QA_VECTORS", CHROMA)
    assert tmp_path / "here" == qa.load_settings(index="here").index_root


def test_the_token_is_no_setting(articles: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """It is neither taken for one nor complained about, and nothing shows it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("QA_VECTORS_TOKEN", "PGPASSWORD", "CHROMA_API_KEY"):
            patch.setenv(name, SECRET)
        settings = qa.load_settings(index=DATABASE, vectors=CHROMA)
        outcome = Commands(capsys, articles, tmp_path / "index")("index")

    assert 0 == outcome.code
    assert SECRET not in f"{settings!r} {settings.server!r} {settings.index_root} {outcome.out} {outcome.err}"
    assert SECRET not in settings.model_dump_json()


# Consent


def test_servers_in_a_file_need_consent(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Each of both, so that no passage, password or token goes to an address that only a file names."""
    text = f'corpus = "articles"\nindex = "{DATABASE}"\nvectors = "{CHROMA}"\n'
    Path("qa.toml").write_text(text)
    partly: list[tuple[SettingsOptions, str]] = [
        ({}, "index"),
        ({"index": DATABASE}, "vectors"),
        ({"vectors": CHROMA}, "index"),
    ]
    for options, name in partly:
        with pytest.raises(ConsentNeeded, match=rf"sets .*{name} = "):
            qa.load_settings(None, **options)
    assert () == qa.load_settings(index=DATABASE, vectors=CHROMA).trusted

    shown = Commands(capsys)("trust").out
    assert f'index = "{DATABASE}", vectors = "{CHROMA}"' in shown
    assert {"index", "vectors"} == {*qa.load_settings().trusted}
    assert ServerLocation(DATABASE, CHROMA) == qa.load_settings().server
    for changed in (text.replace("db.", "evil."), text.replace("chroma.", "evil.")):
        Path("qa.toml").write_text(changed)
        with pytest.raises(ConsentNeeded):
            qa.load_settings()
