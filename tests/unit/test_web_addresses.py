"""Which addresses ``qa add`` accepts, and which computers it connects to."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from ipaddress import ip_address
from typing import NoReturn

import pytest

from qa.errors import PageError
from qa.web.addresses import IPAddress, is_public, resolve
from qa.web.fetching import Fetcher
from qa.web.urls import entry_url, joined, page_key, parse_url
from tests.helpers.local_server import allow_loopback
from tests.helpers.web_server import Website, local_fetcher, website

PRIVATE = """
    0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1
    172.31.255.255 192.0.0.8 192.0.0.170 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1
    239.255.255.250 240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:10.0.0.1
    64:ff9b::7f00:1 64:ff9b::10.0.0.1 64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:7f00:1:: 3fff::1 5f00::1 fc00::1
    fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1
""".split()
PUBLIC = "1.1.1.1 8.8.8.8 93.184.216.34 172.32.0.1 100.128.0.1 2606:4700::1111 2a00:1450::1 64:ff9b::808:808".split()
SPELLINGS = ["127.0.0.1", "2130706433", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "127.1", "0", "[::1]", "localhost"]


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Addresses that were to be connected to; each attempt fails."""
    made: list[object] = []

    def connect(_: socket.socket, address: object) -> NoReturn:
        made.append(address)
        raise ConnectionRefusedError(0, "refused by the test")

    monkeypatch.setattr(socket.socket, "connect", connect)
    return made


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_public(address: str) -> None:
    """Nothing inside a machine or a private network, nothing that stands for such an address, and no group."""
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    """Of either version, also IPv4 addresses behind NAT64."""
    assert is_public(ip_address(address))


@pytest.mark.parametrize("host", SPELLINGS)
def test_this_machine_is_refused_however_it_is_written(host: str, attempts: list[object]) -> None:
    """In decimal, octal, hexadecimal or by name: the system's own reading counts. Nothing is sent."""
    with pytest.raises(PageError, match="is in this machine's or a private network"):
        Fetcher("qa-corpus/test").fetch(f"http://{host}/admin")
    assert [] == attempts


@pytest.mark.parametrize("answers", [["10.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["2606:4700::1111", "::1"]])
def test_a_name_with_a_private_address_is_refused(answers: list[str], attempts: list[object]) -> None:
    """Also if it has a public one besides."""
    fetcher = Fetcher("qa-corpus/test", lambda *_: [*map(ip_address, answers)])

    with pytest.raises(PageError, match=r"The host news\.example is in this machine's or a private network"):
        fetcher.fetch("https://news.example/")
    assert [] == attempts


def test_the_connection_goes_to_the_address_that_was_checked(attempts: list[object]) -> None:
    """The name is looked up once: a second answer cannot lead elsewhere. Each of its addresses is tried."""
    answers = iter([["93.184.216.34", "2606:4700::1111"], ["127.0.0.1"]])

    def changing(*_: object) -> list[IPAddress]:
        return [*map(ip_address, next(answers))]

    with pytest.raises(PageError, match=r"The connection to news\.example failed: refused by the test"):
        Fetcher("qa-corpus/test", changing).fetch("http://news.example:8080/")
    assert [("93.184.216.34", 8080), ("2606:4700::1111", 8080)] == attempts


@pytest.mark.parametrize("name", ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"])
def test_proxies_are_not_used(monkeypatch: pytest.MonkeyPatch, attempts: list[object], name: str) -> None:
    """A proxy looks names up by itself, so it could lead anywhere."""
    monkeypatch.setenv(name, "http://127.0.0.1:3128")
    fetcher = Fetcher("qa-corpus/test", lambda *_: [ip_address("93.184.216.34")])

    for scheme in ("http", "https"):
        with pytest.raises(PageError):
            fetcher.fetch(f"{scheme}://news.example/")
    assert [("93.184.216.34", 80), ("93.184.216.34", 443)] == attempts


def test_names_are_looked_up_as_the_system_does() -> None:
    """Each address once."""
    addresses = resolve("localhost", 80)

    assert addresses
    assert len(addresses) == len({*addresses})
    assert all(address.is_loopback for address in addresses)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Website]:
    """A website on this machine."""
    allow_loopback(monkeypatch)
    with website() as served:
        yield served


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("http://10.0.0.1/", r"The host 10\.0\.0\.1 is in this machine's or a private network"),
        ("http://[::ffff:127.0.0.1]/", "is in this machine's or a private network"),
        ("//192.168.0.1/x", r"The host 192\.168\.0\.1 is in"),
        ("file:///etc/passwd", "file:///etc/passwd is neither http nor https"),
        ("ftp://news.example/x", "is neither http nor https"),
        ("javascript:alert(1)", "is not the address of a page"),
        ("http://user:secret@news.example/", "contains a user name or a password"),
        ("http://[bad/", "is not the address of a page"),
        ("http://news.example:99999/", "is not the address of a page"),
        ("http://unknown.example/", "The host unknown.example is not known"),
    ],
)
def test_each_redirect_is_checked_again(site: Website, target: str, problem: str) -> None:
    """No page can send qa to a private network, a file, or another protocol."""
    address = site.redirect("/start", target)

    with pytest.raises(PageError, match=problem):
        local_fetcher().fetch(address)
    assert ["/start"] == [path for path, _ in site.requests]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://Example.ORG", "https://example.org/"),
        (" http://example.org:80/a b?q=ü#part ", "http://example.org/a%20b?q=%C3%BC"),
        ("http://example.org:8080/a%20b", "http://example.org:8080/a%20b"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("http://[2606:4700::1111]:81/", "http://[2606:4700::1111]:81/"),
    ],
)
def test_addresses_are_written_in_one_form(text: str, expected: str) -> None:
    """In ASCII, without a fragment and the usual port."""
    assert expected == parse_url(text).text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://",
        "http:///path",
        "http://a..b/",
        "http://exa mple/",
        "http://example.org:port/",
        "http://example.org/\r\nX: y",
        "http://example.org\\@10.0.0.1/",
        "http://[fe80::1%25eth0]/",
        "http://user@example.org/",
        "gopher://example.org/",
        "data:text/html,x",
        "example.org",
        f"http://example.org/{'x' * 2000}",
        f"http://{'x' * 300}.example/",
    ],
)
def test_other_addresses_are_refused_with_a_line(text: str) -> None:
    """It says what to do; what is wrong in the address cannot steer a terminal."""
    with pytest.raises(PageError) as caught:
        parse_url(text)

    assert caught.value.hint
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


def test_addresses_of_one_page_have_one_key() -> None:
    """However a link to it was written."""
    same = ["http://www.example.org/a/", "https://example.org/a?utm_source=rss#top", "https://EXAMPLE.org/a?fbclid=1"]
    other = ["https://example.org/b", "https://example.org/a?page=2", "https://example.org:8080/a", "http://[bad"]
    entries = [entry_url("https://example.org/a", identity) for identity in ("1", "2", "3 ü")]

    assert 1 == len({page_key(url) for url in same})
    assert 8 == len({page_key(url) for url in [same[0], *other, *entries]})


def test_links_are_completed() -> None:
    """Relative to the page that they are on; what is no link leads nowhere."""
    assert "http://example.org/b" == joined("http://example.org/a/c", " ../b#part\n")
    assert "" == joined("http://example.org/a", "http://[bad")
