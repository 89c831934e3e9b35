"""What a server may send: every limit of ``qa add``, and what is said when one is reached."""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from qa.errors import PageError
from qa.web.decoding import decoded
from tests.helpers.local_server import allow_loopback
from tests.helpers.web_server import Website, local_fetcher, website


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Website]:
    """A website on this machine."""
    allow_loopback(monkeypatch)
    with website() as served:
        yield served


def _problem(url: str, **limits: float) -> str:
    with pytest.raises(PageError) as caught:
        local_fetcher(**limits).fetch(url)
    assert caught.value.hint
    return caught.value.message


def _endless(piece: bytes, seconds: float = 0.0) -> Iterator[bytes]:
    while True:
        yield piece
        time.sleep(seconds)


def test_a_page_is_fetched_as_it_is(site: Website) -> None:
    """With its type and encoding; a fragment is not sent."""
    page = local_fetcher().fetch(site.put("/a?b=1", b"caf\xe9", "Text/HTML; Charset=ISO-8859-1") + "#part")

    assert (f"{site.root}/a?b=1", "text/html", "iso-8859-1", b"caf\xe9") == (
        page.url,
        page.media_type,
        page.charset,
        page.data,
    )


def test_a_request_says_only_who_asks(site: Website) -> None:
    """An honest user agent; no cookie, no referrer, no language, nothing from the page before."""
    site.redirect("/login", "/page")
    site.replies["/login"].headers["Set-Cookie"] = "session=1"
    site.put("/page", "text", "text/plain")
    local_fetcher().fetch(f"{site.root}/login")

    for _, headers in site.requests:
        assert {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"} == {*headers}
        assert f"127.0.0.1:{site.port}" == headers["Host"]
        assert "qa-corpus/test" == headers["User-Agent"]
    assert ["/login", "/page"] == [path for path, _ in site.requests]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(site: Website, status: int) -> None:
    """To relative addresses too; the page has the last address."""
    site.redirect("/news/b", "../c%20d", status)
    site.put("/c%20d", "text", "text/plain")

    page = local_fetcher().fetch(site.redirect("/a", f"{site.root}/news/b", status))

    assert f"{site.root}/c%20d" == page.url
    assert b"text" == page.data


def test_addresses_in_other_alphabets_are_followed(site: Website) -> None:
    """As servers send them: UTF-8 without percent signs."""
    site.put("/caf%C3%A9", "text", "text/plain")

    assert b"text" == local_fetcher().fetch(site.redirect("/a", "/café".encode().decode("latin-1"))).data


def test_redirects_end(site: Website) -> None:
    """After five; a circle is one too."""
    for number in range(6):
        site.redirect(f"/{number}", f"/{number + 1}")
    site.put("/6", "text", "text/plain")

    assert "The page is redirected more than 5 times" == _problem(f"{site.root}/0")
    assert "The page is redirected more than 5 times" == _problem(site.redirect("/circle", "/circle"))
    assert b"text" == local_fetcher().fetch(f"{site.root}/1").data


@pytest.mark.parametrize(
    ("status", "expected"),
    [(204, "204 No Content"), (302, "302 Found"), (401, "401 Unauthorized"), (404, "404 Not Found"), (999, "999")],
)
def test_other_answers_are_no_page(site: Website, status: int, expected: str) -> None:
    """Only an answer with a page is one; a redirect needs an address."""
    assert f"The server answers {expected}" == _problem(site.put("/a", b"", status=status))


@pytest.mark.parametrize(
    "media_type",
    ["application/pdf", "image/png", "video/mp4", "application/json", "text/css", "application/octet-stream"],
)
def test_other_types_are_refused_unread(site: Website, media_type: str) -> None:
    """With what to do instead; an endless one is not begun."""
    assert f"{media_type} is no page or feed" == _problem(site.put("/a", _endless(b"x" * 1000), media_type))


def test_an_endless_page_ends(site: Website) -> None:
    """No more than the limit is ever read."""
    problem = "The page is larger than 1,000,000 bytes"

    assert problem == _problem(site.put("/a", _endless(b"<p>word</p>" * 1000)), size=1_000_000)
    exact = site.put("/b", b"x" * 1_000_000)
    assert 1_000_000 == len(local_fetcher(size=1_000_000).fetch(exact).data)


def test_a_trickle_ends(site: Website) -> None:
    """The limit is that of the whole page, not of the time between two bytes."""
    assert "127.0.0.1 takes too long" == _problem(site.put("/a", _endless(b"x", 0.01)), seconds=0.5)


@pytest.mark.parametrize("trickle", [b"HTTP/1.1 200 OK\r\nX: ", b""], ids=["headers", "nothing"])
def test_headers_that_never_end_do(monkeypatch: pytest.MonkeyPatch, trickle: bytes) -> None:
    """Also a server that only listens."""
    allow_loopback(monkeypatch)
    ended = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            try:
                connection.sendall(trickle)
                while trickle and not ended.wait(0.01):
                    connection.sendall(b"x")
                ended.wait()
            except ConnectionError:
                pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=serve)
        server.start()
        try:
            assert "127.0.0.1 takes too long" == _problem(f"http://127.0.0.1:{listener.getsockname()[1]}/", seconds=0.5)
        finally:
            ended.set()
            server.join()


def test_a_compressed_page_is_read(site: Website) -> None:
    """As it was asked for."""
    assert (
        b"text" * 1000
        == local_fetcher().fetch(site.put("/a", gzip.compress(b"text" * 1000), Content_Encoding="gzip")).data
    )


def test_a_compression_bomb_ends(site: Website) -> None:
    """What counts is the decompressed size, and of a small page that becomes large no more than that is unpacked."""
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join([packer.compress(bytes(1_000_000)) for _ in range(300)]) + packer.flush()

    assert len(bomb) < 400_000
    url = site.put("/a", bomb, Content_Encoding="gzip")
    assert "The page is larger than 10,000,000 bytes" == _problem(url)


@pytest.mark.parametrize(
    ("body", "headers", "expected"),
    [
        (b"x", {"Content_Encoding": "br"}, "compressed by a method that was not asked for (br)"),
        (b"no gzip", {"Content_Encoding": "gzip"}, "The connection to 127.0.0.1 failed: Not a gzipped file"),
        (
            gzip.compress(b"text" * 99, mtime=0)[:-9],
            {"Content_Encoding": "gzip"},
            "failed: Compressed file ended before",
        ),
        (b"cut", {"Content_Length": "100"}, "failed: it ended before the page did"),
        (b"zz\r\nx", {"Transfer_Encoding": "chunked"}, "The connection to 127.0.0.1 failed"),
    ],
    ids=["unknown compression", "no compression", "cut off", "too short", "bad chunk"],
)
def test_a_damaged_page_is_not_taken(site: Website, body: bytes, headers: dict[str, Any], expected: str) -> None:
    """Nothing is saved in part."""
    assert expected in _problem(site.put("/a", body, **headers))


def test_a_server_that_does_not_speak_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, in which nothing steers the terminal."""
    allow_loopback(monkeypatch)

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(1000)
            connection.sendall(b"\x1b]0;evil\x07 220 mail ready\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=serve)
        server.start()
        problem = _problem(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        server.join()
    assert problem.startswith("The connection to 127.0.0.1 failed: ")
    assert problem.isprintable()


def test_https_needs_https(site: Website) -> None:
    """A server that only speaks plain HTTP is not spoken to in plain HTTP."""
    assert "The connection to 127.0.0.1 failed" in _problem(site.root.replace("http:", "https:"))
    assert [] == site.requests


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of news.example that it has signed itself, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("nothing to make a certificate with")
    folder = tmp_path_factory.mktemp("certificate")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    name = ["-subj", "/CN=news.example", "-addext", "subjectAltName=DNS:news.example"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *name, *files]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


@pytest.mark.parametrize(
    ("host", "is_trusted", "expected"),
    [
        ("news.example", True, ""),
        ("news.example", False, "The certificate of news.example is not valid: self"),
        ("other.example", True, "The certificate of other.example is not valid: Hostname mismatch"),
    ],
)
def test_certificates_are_checked(
    monkeypatch: pytest.MonkeyPatch, certificate: tuple[Path, Path], host: str, is_trusted: bool, expected: str
) -> None:
    """Against the name in the address, although the connection goes to a number; by those whom the system trusts."""
    allow_loopback(monkeypatch)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]) if is_trusted else os.devnull)
    monkeypatch.setenv("SSL_CERT_DIR", os.devnull)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    def serve() -> None:
        connection, _ = listener.accept()
        with suppress(OSError), context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(1000)
            secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\ntext")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=serve)
        server.start()
        url = f"https://{host}:{listener.getsockname()[1]}/"
        if expected:
            assert _problem(url).startswith(expected)
        else:
            assert b"text" == local_fetcher().fetch(url).data
        server.join()


@pytest.mark.parametrize(
    ("data", "stated", "text"),
    [
        ("Zoë – ü".encode(), "", "Zoë – ü"),
        ("Zoë – ü".encode(), "iso-8859-1", "Zoë – ü"),
        ("Zoë – ü".encode("cp1252"), "utf-8", "Zoë – ü"),
        ("Zoë – ü".encode("cp1252"), "no-such-encoding", "Zoë – ü"),
        (b'<meta charset="koi8-r">' + "Мост".encode("koi8-r"), "", '<meta charset="koi8-r">Мост'),
        (b"<meta http-equiv=x content='text/html; charset=shift_jis'>" + "橋".encode("cp932"), "", None),
        ("Мост".encode("cp1251"), "windows-1251", "Мост"),
        ("橋".encode("iso2022_jp"), "iso-2022-jp", "橋"),
        ("Zoë".encode("utf-16"), "iso-8859-1", "Zoë"),
        ("Zoë".encode("utf-16-le"), "utf-16", "Zoë"),
        (b"\xef\xbb\xbfZo\xc3\xab", "iso-8859-1", "Zoë"),
        (b"\x81\x8d", "utf-8", "\ufffd\ufffd"),
        (b"616263\xff", "hex", "616263ÿ"),
    ],
)
def test_text_is_read_in_its_encoding(data: bytes, stated: str, text: str | None) -> None:
    """Whatever the server or the page says about it, if its bytes say something else; without fail."""
    result = decoded(data, stated)

    assert text == result if text is not None else result.endswith("橋")
