"""Sources of settings and their precedence, and the corpus and index that result."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import qa
from tests.conftest import RunQA
from tests.helpers.commands import Commands
from tests.helpers.settings_files import write_trusted

DEFAULTS = {"corpus": None, "index": None, "top_k": 10, "model": "all-MiniLM-L6-v2", "min_confidence": 0.3}


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "qa.toml").write_text(text, encoding="utf-8")
    return folder


# Precedence


def test_defaults_apply_without_other_sources() -> None:
    """No option, variable or file is needed."""
    assert DEFAULTS == {name: getattr(qa.load_settings(), name) for name in DEFAULTS}


@pytest.mark.parametrize(
    ("name", "default", "in_file", "in_variable", "option"),
    [
        ("top_k", 10, 2, 3, 4),
        ("min_confidence", 0.3, 0.2, 0.4, 0.5),
        ("model", "all-MiniLM-L6-v2", "two", "three", "four"),
    ],
)
def test_option_before_variable_before_file_before_default(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    default: Any,
    in_file: Any,
    in_variable: Any,
    option: Any,
) -> None:
    """Each source overrides the ones after it."""
    assert default == getattr(qa.load_settings(), name)
    write_trusted(f"{name} = {in_file!r}")
    assert in_file == getattr(qa.load_settings(), name)
    monkeypatch.setenv(f"QA_{name.upper()}", str(in_variable))
    assert in_variable == getattr(qa.load_settings(), name)
    assert option == getattr(qa.load_settings(None, **{name: option}), name)


def test_corpus_and_index_have_the_same_precedence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative paths are relative to the folder of ``qa.toml`` in it, and to the current folder elsewhere."""
    write(tmp_path / "top", 'corpus = "a"\nindex = "b"')
    monkeypatch.chdir(tmp_path / "top")
    settings = qa.load_settings()
    assert (tmp_path / "top/a", tmp_path / "top/b") == (settings.corpus_root, settings.index_root)

    monkeypatch.setenv("QA_CORPUS", "c")
    monkeypatch.setenv("QA_INDEX", "../d")
    settings = qa.load_settings()
    assert (tmp_path / "top/c", tmp_path / "d") == (settings.corpus_root, settings.index_root)

    settings = qa.load_settings(corpus="e", index=tmp_path / "f")
    assert (tmp_path / "top/e", tmp_path / "f") == (settings.corpus_root, settings.index_root)


def test_none_and_empty_variables_are_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``None`` as an option and an empty variable fall through to the next source."""
    write(tmp_path, 'corpus = "a"\ntop_k = 2')
    for name in ("CORPUS", "INDEX", "TOP_K", "MODEL", "MIN_CONFIDENCE"):
        monkeypatch.setenv(f"QA_{name}", "")

    settings = qa.load_settings(corpus=None, top_k=None)

    assert (tmp_path / "a", 2, None) == (settings.corpus_root, settings.top_k, settings.index)


# qa.toml


def test_the_nearest_file_in_the_parent_folders_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of several files are not merged; paths are relative to the folder of the file in effect."""
    write(tmp_path, 'corpus = "outer"\ntop_k = 2')
    write(tmp_path / "a/b", 'corpus = "inner"')
    (tmp_path / "a/b/c").mkdir()

    monkeypatch.chdir(tmp_path / "a")
    assert (tmp_path / "outer", 2) == (qa.load_settings().corpus_root, qa.load_settings().top_k)
    monkeypatch.chdir(tmp_path / "a/b/c")
    assert (tmp_path / "a/b/inner", 10) == (qa.load_settings().corpus_root, qa.load_settings().top_k)
    assert tmp_path / "outer" == qa.load_settings(start=tmp_path / "a").corpus_root


def test_paths_in_the_file_may_be_absolute_or_in_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tilde is the user's home folder, in the file and elsewhere."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    write(tmp_path, f"corpus = '~/news'\nindex = '{tmp_path / 'far'}'")

    settings = qa.load_settings()

    assert (tmp_path / "home/news", tmp_path / "far") == (settings.corpus_root, settings.index_root)
    assert tmp_path / "home/other" == qa.load_settings(corpus="~/other").corpus_root


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('colour = "red"', "colour"),
        ('editor = "rm -rf"', "editor"),
        ("top_k = 0", "top_k"),
        ("top_k = 1001", "top_k"),
        ('top_k = "many"', "top_k"),
        ("min_confidence = 2", "min_confidence"),
        ("corpus = 5", "corpus"),
        ("corpus = 5\nindex = 'b'", "corpus"),
        ("corpus = 'a'\nindex = ['b']", "index"),
        ("[corpus]\npath = 'a'", "corpus"),
        ('model = ""', "model"),
        ('llm_base_url = "http://[::1"', "llm_base_url must be an address"),
        ('llm_base_url = "http://"', "llm_base_url must be an address"),
        ('corpus = "\\u0000"', "corpus: a path cannot contain the character NUL"),
        ("index = '~nosuchuser/x'", "index: there is no user 'nosuchuser'"),
        ("keys = " + "[" * 2000, "qa.toml cannot be read"),
        ("#" * 100_001, "qa.toml is longer than 100,000 bytes"),
        ("corpus =", "qa.toml cannot be read"),
        ("corpus = 'a'\ncorpus = 'b'", "qa.toml cannot be read"),
        ("\N{REPLACEMENT CHARACTER}", "qa.toml cannot be read"),
    ],
)
@pytest.mark.parametrize("arguments", [["status"], ["status", "--corpus", "elsewhere"]], ids=" ".join)
def test_a_mistake_in_the_file_is_reported_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str, arguments: list[str]
) -> None:
    """The exit code is 2, and the message names the key or the file, whatever the options are."""
    write(tmp_path, text)

    outcome = Commands(capsys)(*arguments)

    assert (2, "") == (outcome.code, outcome.out)
    assert 1 == outcome.err.count("\n")
    assert message in outcome.err
    assert "qa.toml" in outcome.err


def test_a_file_in_another_encoding_is_reported_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """TOML is UTF-8; a file that is not cannot be read."""
    (tmp_path / "qa.toml").write_bytes(b"corpus = 'caf\xe9'")

    outcome = Commands(capsys)("status")

    assert (2, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n"))
    assert f"{tmp_path / 'qa.toml'} cannot be read" in outcome.err


@pytest.mark.parametrize(("name", "value"), [("TOP_K", "many"), ("TOP_K", "0"), ("MIN_CONFIDENCE", "-1")])
def test_a_mistake_in_a_variable_is_reported_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """The exit code is 2, and the message names the variable."""
    monkeypatch.setenv(f"QA_{name}", value)

    outcome = Commands(capsys)("status")

    assert (2, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n"))
    assert f"QA_{name} must be" in outcome.err


def test_an_unknown_option_of_open_is_refused() -> None:
    """A misspelt setting is an error and not ignored."""
    with pytest.raises(qa.UsageError, match="top_n"):
        qa.open(corpus="news", top_n=3)  # type: ignore[call-arg]


# Which index


def test_another_corpus_does_not_use_the_index_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index named next to a corpus belongs to that corpus, whatever path leads to it."""
    write(tmp_path, 'corpus = "a"\nindex = "b"')
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to("a")

    assert tmp_path / "data" in qa.load_settings(corpus="other").index_root.parents
    for name in ("a", "./a", tmp_path / "a", "link"):
        assert tmp_path / "b" == qa.load_settings(corpus=name).index_root
    assert tmp_path / "c" == qa.load_settings(corpus="other", index="c").index_root
    monkeypatch.setenv("QA_CORPUS", "other")
    assert tmp_path / "data" in qa.load_settings().index_root.parents


def test_the_default_index_is_in_the_users_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is keyed by the real path of the corpus: all paths to a folder share one index, and no other folder does."""
    for folder in ("one/news", "two/news"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "link").symlink_to("one", target_is_directory=True)
    index = qa.load_settings(corpus=tmp_path / "one/news").index_root

    assert tmp_path / "data" / "qa" / "indexes" == index.parent
    assert index.name.startswith("news-")
    assert index == qa.load_settings(corpus=tmp_path / "link/news").index_root
    assert index == qa.load_settings(corpus="two/../one/news/").index_root
    assert index != qa.load_settings(corpus=tmp_path / "two/news").index_root
    monkeypatch.chdir(tmp_path / "one/news")
    assert index == qa.load_settings(corpus=".").index_root


@pytest.mark.parametrize(
    "arguments", [["ask", "harbour?"], ["search", "harbour"], ["index"], ["status"], ["show", "a.txt"]]
)
def test_without_a_corpus_the_message_says_how_to_name_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str]
) -> None:
    """The exit code is 3, the message is one line, and nothing is created."""
    outcome = Commands(capsys)(*arguments)

    assert (3, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n"))
    assert "--corpus DIR" in outcome.err
    assert "set corpus in qa.toml" in outcome.err
    assert [] == [*tmp_path.iterdir()]
    with pytest.raises(qa.CorpusError):
        qa.open()


@pytest.mark.parametrize("setting", ["corpus", "index"])
@pytest.mark.parametrize("value", ["~nosuchuser/x", "a\0b"], ids=["no such user", "NUL"])
def test_a_path_that_cannot_exist_is_a_usage_error(tmp_path: Path, setting: str, value: str) -> None:
    """As an option or in ``qa.toml``, it is refused by the name of its setting."""
    with pytest.raises(qa.UsageError, match=setting):
        _ = getattr(qa.load_settings(**{setting: value}), f"{setting}_root")  # type: ignore[arg-type]
    escaped = value.replace("\0", "\\u0000")
    (tmp_path / "qa.toml").write_text(f'{setting} = "{escaped}"\n')
    with pytest.raises(qa.UsageError, match=f"qa.toml: {setting}"):
        qa.load_settings(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="creating links needs a privilege on Windows")
def test_a_link_to_itself_is_no_folder(tmp_path: Path, run_qa: RunQA) -> None:
    """Neither a corpus nor an index nor an article; all are errors of one line."""
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").write_text("Some words.")
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.md").write_text("Some words.")
    good = ["--corpus", "articles", "--index", "index"]

    codes = [
        run_qa("index", *options).returncode
        for name in ("loop", "file")
        for options in ([*good, "--corpus", name], [*good, "--index", name])
    ]
    shown = run_qa(*good, "show", "loop")

    assert ([3, 2, 3, 2], 2) == (codes, shown.returncode)
    assert "'loop' is not in the corpus" in shown.stderr
