"""The folder of articles: which files are articles, and how they are read and decoded."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from qa.corpus import Corpus, FileState, UnreadableFile
from qa.corpus.decoding import decode
from qa.errors import CorpusError, ExitCode
from tests.conftest import PROJECT, SMALL

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows reports other errors")


def write(root: Path, path: str, data: bytes = b"Some words.") -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


# Listing files


def test_articles_are_found_in_folders_and_sorted(tmp_path: Path) -> None:
    """Every supported suffix counts, in any case, and paths have forward slashes."""
    for path in ("b.txt", "a/c.md", "a/b/d.TXT", "a.markdown", "z.text", "a.xyz", "a.txt.bak", "README"):
        write(tmp_path, path)

    assert ["a.markdown", "a/b/d.TXT", "a/c.md", "b.txt", "z.text"] == list(Corpus(tmp_path).files())


def test_a_file_is_described_by_size_and_time(tmp_path: Path) -> None:
    """The state of a file is its size and its modification time in nanoseconds."""
    file = write(tmp_path, "a.txt", b"12345")
    os.utime(file, ns=(1, 1_700_000_000_123_456_789))

    assert {"a.txt": FileState.of(file.stat())} == Corpus(tmp_path).files()


def test_the_corpus_itself_may_be_a_link(tmp_path: Path) -> None:
    """Articles below a link to the corpus are read like any others."""
    write(tmp_path, "real/a.txt")
    (tmp_path / "link").symlink_to("real", target_is_directory=True)

    assert "Some words." == Corpus(tmp_path / "link").text(*Corpus(tmp_path / "link").files())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_not_an_article(tmp_path: Path) -> None:
    """A named pipe is not listed, and reading it fails without waiting for data."""
    os.mkfifo(tmp_path / "a.txt")

    assert {} == Corpus(tmp_path).files()
    with pytest.raises(UnreadableFile, match="not a regular file"):
        Corpus(tmp_path).read("a.txt")


@pytest.mark.skipif(sys.platform != "linux", reason="needs file names of any bytes")
def test_a_name_that_is_not_unicode_is_ignored(tmp_path: Path) -> None:
    """A name that can be neither stored nor shown does not prevent listing the other files."""
    write(tmp_path, "a.txt")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")).write_bytes(b"x")

    assert ["a.txt"] == list(Corpus(tmp_path).files())


@pytest.mark.parametrize("kind", ["missing", "file", "empty"])
def test_a_corpus_without_articles_is_an_error(tmp_path: Path, kind: str) -> None:
    """The error names the path and the option for another folder, and its exit code is 3."""
    root = tmp_path / "news"
    if kind == "file":
        root.write_text("not a folder")
    elif kind == "empty":
        write(root, "picture.png")

    with pytest.raises(CorpusError) as caught:
        Corpus(root).require_files()

    assert str(root) in caught.value.message
    assert "--corpus DIR" in caught.value.hint
    assert caught.value.exit_code is ExitCode.NO_INDEX


def test_an_empty_folder_can_be_listed_but_not_required(tmp_path: Path) -> None:
    """``files()`` returns no files where ``require_files()`` raises CorpusError; otherwise they agree."""
    assert {} == Corpus(tmp_path).files()
    with pytest.raises(CorpusError):
        Corpus(tmp_path).require_files()

    write(tmp_path, "a.txt")

    assert Corpus(tmp_path).files() == Corpus(tmp_path).require_files()


def test_listing_imports_nothing_heavy() -> None:
    """Listing the corpus, which every question does first, does not import the parsers of metadata."""
    code = (
        "import sys; from pathlib import Path; from qa.corpus import Corpus; Corpus(Path(sys.argv[1])).files();"
        "print(*{'yaml', 'dateparser', 'sentencex', 'qa.corpus.metadata'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code, str(SMALL)]

    assert "" == subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT).stdout.strip()


# Reading files


def test_a_document_describes_its_file(tmp_path: Path) -> None:
    """A document has the path, text, hash, size, time and metadata of its file."""
    data = "Title: Läuse\nDate: 2024-05-01\nSource: Bote\n\nText.\n".encode()
    write(tmp_path, "x/a.txt", data)

    document = Corpus(tmp_path).read("x/a.txt")

    assert ("x/a.txt", data.decode(), "utf-8") == (document.path, document.text, document.encoding)
    assert hashlib.sha256(data).hexdigest() == document.content_hash
    assert Corpus(tmp_path).files()["x/a.txt"][:2] == (document.size, document.mtime_ns)
    assert ("Läuse", "Bote", "2024-05-01") == (document.title, document.source, str(document.published))
    assert "Text.\n" == document.text[document.body_start :]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
        ("no mark".encode("utf-16-le"), "binary"),
        (bytes(range(1, 256)) * 20, "binary"),
        (b"x" * 101, "longer than 100 bytes"),
    ],
    ids=["empty", "blank", "mark-only", "png", "utf16-without-mark", "noise", "long"],
)
def test_a_file_that_is_not_an_article_is_unreadable(tmp_path: Path, data: bytes, reason: str) -> None:
    """``read()`` and ``text()`` raise the same error, with the reason."""
    write(tmp_path, "a.txt", data)
    corpus = Corpus(tmp_path, max_bytes=100 if "longer" in reason else 10_000)

    for read in (corpus.read, corpus.text):
        with pytest.raises(UnreadableFile) as caught:
            read("a.txt")
        assert reason == caught.value.message


def test_text_with_escape_sequences_is_not_binary(tmp_path: Path) -> None:
    """A few escape sequences do not make a file binary, and remain in its text."""
    data = b"\x1b[31mRed\x1b[0m and \x1b[1mbold\x1b[0m words\x0cNext page"
    write(tmp_path, "a.txt", data)

    assert data.decode() == Corpus(tmp_path).text("a.txt")


def test_a_file_of_the_maximum_size_is_read(tmp_path: Path) -> None:
    """A file of exactly ``max_bytes`` bytes is an article."""
    write(tmp_path, "a.txt", b"x" * 100)

    assert 100 == Corpus(tmp_path, max_bytes=100).read("a.txt").size


@pytest.mark.parametrize("path", ["../secret.txt", "/etc/hostname.txt", "a/../../secret.txt", "out.txt", "a\0.txt", ""])
def test_a_path_outside_the_corpus_is_refused(tmp_path: Path, path: str) -> None:
    """Dots, absolute paths, links and a sibling with the same prefix do not lead out of the corpus."""
    root = tmp_path / "root"
    write(root, "a/b.txt")
    write(tmp_path, "secret.txt")
    write(tmp_path, "root2/secret.txt")
    (root / "out.txt").symlink_to(tmp_path / "root2" / "secret.txt")

    with pytest.raises(UnreadableFile, match="outside the corpus"):
        Corpus(root).text(path)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("gone.txt", "file not found"),
        ("a.xyz", "unsupported file type"),
        pytest.param("a.txt/b.txt", os.strerror(errno.ENOTDIR), marks=POSIX),
        pytest.param("x" * 5000 + ".txt", os.strerror(errno.ENAMETOOLONG), marks=POSIX, id="long name"),
        pytest.param("folder.txt", os.strerror(errno.EISDIR), marks=POSIX),
    ],
)
def test_any_error_of_the_file_system_makes_a_file_unreadable(tmp_path: Path, path: str, reason: str) -> None:
    """Whatever the file system reports, UnreadableFile is raised with a reason."""
    write(tmp_path, "a.txt")
    write(tmp_path, "a.xyz")
    (tmp_path / "folder.txt").mkdir()

    with pytest.raises(UnreadableFile) as caught:
        Corpus(tmp_path).read(path)
    assert reason == caught.value.message


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_forbidden_file_is_unreadable(tmp_path: Path) -> None:
    """The reason is that permission is denied."""
    write(tmp_path, "a.txt").chmod(0)

    with pytest.raises(UnreadableFile, match="permission denied"):
        Corpus(tmp_path).read("a.txt")


# Decoding


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        ("Ünï 😀\r\n".encode(), "Ünï 😀\r\n", "utf-8"),
        (b"\xef\xbb\xbf" + "ü".encode(), "ü", "utf-8-sig"),
        (b"\xff\xfe" + "ü😀".encode("utf-16-le"), "ü😀", "utf-16"),
        (b"\xfe\xff" + "ü😀".encode("utf-16-be"), "ü😀", "utf-16"),
        (b"\xff\xfe\0\0" + "ü😀".encode("utf-32-le"), "ü😀", "utf-32"),
        (b"\0\0\xfe\xff" + "ü😀".encode("utf-32-be"), "ü😀", "utf-32"),
        (b"\x93caf\xe9\x94 \x97 \x80 5", "“café” — € 5", "windows-1252"),
        (b"\x81\x8d\x8f\x90\x9d\xe9", "\x81\x8d\x8f\x90\x9dé", "windows-1252"),
        (b"\xef\xbb\xbfcaf\xe9", "café", "windows-1252"),
    ],
)
def test_bytes_become_exactly_their_characters(data: bytes, text: str, encoding: str) -> None:
    """A byte order mark decides and is not part of the text; without one, UTF-8 is tried, then Windows-1252."""
    assert (text, encoding) == decode(data)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xff\xfe\0\0", b"\0\0\xfe\xff"])
def test_no_byte_is_dropped_or_replaced(mark: bytes) -> None:
    """Invalid input is decoded without replacement characters, to at least as many characters as it has bytes."""
    data = bytes(range(256)) + b"\xd8"

    text, _ = decode(mark + data)

    assert len(text) >= len(data)
    assert "\ufffd" not in text


def test_line_ends_are_not_translated(tmp_path: Path) -> None:
    """Line ends are preserved, since offsets count the characters of the file."""
    write(tmp_path, "a.txt", b"one\r\ntwo\rthree\n\r\n")

    assert "one\r\ntwo\rthree\n\r\n" == Corpus(tmp_path).read("a.txt").text == Corpus(tmp_path).text("a.txt")


# The small corpus of the tests


def test_the_small_corpus_has_its_unusual_features() -> None:
    """Version control has preserved repeated text, carriage returns, combining marks and an empty file."""
    corpus = Corpus(SMALL)
    shared = "Saltmere is a town of 8,300 people on the Grey Coast."

    assert 3 == corpus.text("harbour-lights.txt").count("Boats must keep to the north channel.")
    assert shared in corpus.text("harbour-lights.txt")
    assert shared in corpus.text("rope-works-library.txt")
    assert "\r\n" in corpus.text("bakery-oven.txt")
    assert "e\u0308" in corpus.text("choir-visit.txt")
    assert 0 == corpus.files()["empty.txt"].size
