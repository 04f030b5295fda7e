"""Checks against a real web service: what it says, what it fails at, and where they never go."""

import gzip
import json
import ssl
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chatops.adapters.operations.adapter import Checks
from chatops.adapters.operations.http_checks import is_public
from chatops.application.ports.external import Reading
from chatops.domain.services import Check, Service
from tests.operations.web_service import (
    Answer,
    WebService,
    drip,
    endless,
    hang_up,
    has_ipv6,
    serving,
    silence,
    text,
)

SHA = "4f2c9e1b7d3a5c8e9f0a1b2c3d4e5f6a7b8c9d0e"
VALUES = {"version": "1.2.4", "sha": SHA, "branch": "hotfix/a", "service": "shop"}
INSIDE = Service(name="shop", internal=True)
OUTSIDE = Service(name="shop")
HEALTH = {
    "build": {"version": "v1.2.4", "commit": SHA[:7], "date.time": "noon"},
    "rates": [{"errors": 0.3, "share": "12 %"}, 38],
    "up": True,
    "bad": "n/a",
    "none": None,
    "big": 10**400,
}


def not_found(_host: str, _port: int) -> Sequence[str]:
    raise OSError


class Visitor:
    """Looks at one web service."""

    def __init__(self, web: WebService, pages: dict[str, Answer]) -> None:
        self.web = web
        self.pages = pages
        self.checks = Checks(secrets=["s3cr3t-token-0123456789"])

    def look(
        self, path: str = "/health", *, first: float | None = None, **check: object
    ) -> Reading:
        url = f"http://127.0.0.1:{self.web.port}{path}"
        asked = Check(title="Health", url=url, **check)  # type: ignore[arg-type] # as in chatops.yml
        return self.checks.look(INSIDE, asked, VALUES, first=first)

    def said(self, path: str = "/health", **check: object) -> tuple[bool, str]:
        reading = self.look(path, **check)  # type: ignore[arg-type] # as in chatops.yml
        return reading.good, reading.said


@pytest.fixture
def visitor() -> Iterator[Visitor]:
    pages = {
        "/health": text(json.dumps(HEALTH)),
        "/version": text("v1.2.4\n"),
        "/down": text("oops", status=503),
    }
    with serving(pages) as web:
        yield Visitor(web, pages)


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ({}, "200"),
        ({"contains": '"up": true'}, "200"),
        ({"json": "build.version", "equals": "{version}"}, "200, version v1.2.4"),
        ({"json": "build.version", "equals": "v{version}"}, "200, version v1.2.4"),
        ({"json": "build.commit", "equals": "{sha}"}, f"200, commit {SHA[:7]}"),
        ({"json": "build.date.time", "equals": "noon"}, "200, time noon"),
        ({"json": "up", "equals": "true"}, "200, up true"),
        ({"json": "none", "equals": "null"}, "200, none null"),
        ({"json": "rates[1]", "equals": "38"}, "200, rates 38"),
        ({"json": "build.version"}, "200, version v1.2.4"),
        ({"json": "rates.0.errors", "below": 1.0}, "0.3"),
        ({"json": "rates.0.share", "below": 12.5}, "12"),
        ({"json": "rates.0.errors", "falls": True, "first": 38.0}, "0.3, was 38 at first"),
        ({"path": "/down", "status": 503}, "503"),
        ({"path": "/version", "equals": "{version}"}, "200, v1.2.4"),
    ],
)
def test_a_right_answer_is_good(visitor: Visitor, check: dict[str, object], said: str) -> None:
    assert visitor.said(**check) == (True, said)  # type: ignore[arg-type] # as in chatops.yml


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ({"path": "/down"}, "503, wanted 200"),
        ({"path": "/gone"}, "404, wanted 200"),
        ({"contains": "all well"}, "200, but “all well” is not in the answer"),
        ({"json": "build.version", "equals": "1.2.5"}, "200, version v1.2.4, wanted 1.2.5"),
        ({"json": "build.commit", "equals": "5" * 40}, f"200, commit {SHA[:7]}, wanted {'5' * 40}"),
        ({"json": "build.number", "equals": "1"}, "200, but the answer has no build.number"),
        ({"json": "rates.7", "equals": "1"}, "200, but the answer has no rates.7"),
        ({"path": "/version", "json": "a", "equals": "1"}, "200, but the answer is not JSON"),
        ({"json": "rates[1]", "below": 1.0}, "38, wanted below 1"),
        ({"json": "rates[1]", "falls": True, "first": 38.0}, "38, was 38 at first"),
        ({"json": "rates[1]", "falls": True}, "38, to be compared with the next"),
        ({"json": "bad", "below": 1.0}, "200, but the answer is bad n/a, and a number was wanted"),
        ({"json": "up", "below": 1.0}, "200, but the answer is up true, and a number was wanted"),
    ],
)
def test_a_wrong_answer_says_what_was_wanted(
    visitor: Visitor, check: dict[str, object], said: str
) -> None:
    assert visitor.said(**check) == (False, said)  # type: ignore[arg-type] # as in chatops.yml


def test_a_number_without_end_is_none(visitor: Visitor) -> None:
    assert not visitor.look(json="big", below=1.0).good


def test_the_number_is_kept_for_the_next_reading(visitor: Visitor) -> None:
    assert visitor.look(json="rates[1]", falls=True).value == 38.0


def test_nought_is_as_low_as_it_gets(visitor: Visitor) -> None:
    visitor.pages["/health"] = text("0")
    assert visitor.said(falls=True) == (True, "0")
    assert visitor.said(falls=True, first=0.0) == (True, "0, was 0 at first")


@pytest.mark.parametrize(
    ("found", "wanted", "good"),
    [
        ("1.2.4", "v1.2.4", True),
        ("1.2.4-rc.1", "1.2.4", False),
        ("1.2", "1.2.0", True),
        (SHA, SHA[:7], True),
        (SHA[:6], SHA, False),
        (SHA.upper(), SHA, True),
        (SHA[:12], SHA, True),
        (SHA[1:12], SHA, False),
        (f"{SHA[:7]}\n", SHA, True),
        ("", "1.2.4", False),
    ],
)
def test_versions_and_commits_may_be_written_differently(
    visitor: Visitor, found: str, wanted: str, good: bool
) -> None:
    visitor.pages["/health"] = text(found)
    url = f"http://127.0.0.1:{visitor.web.port}/health"
    check = Check(title="Version", url=url, equals=wanted)
    assert visitor.checks.look(INSIDE, check, VALUES, first=None).good is good


def test_an_address_is_filled_in(visitor: Visitor) -> None:
    visitor.said("/{service}/{branch}?v={version}&{{}}")
    assert visitor.web.asked[0]["path"] == "/shop/hotfix%2Fa?v=1.2.4&{}"


@pytest.mark.parametrize("key", ["url", "equals"])
def test_what_cannot_be_filled_in_is_not_asked(visitor: Visitor, key: str) -> None:
    check = {"path": "/{previous}"} if key == "url" else {"equals": "{previous}"}
    good, said = visitor.said(**check)
    assert not good
    assert said.startswith("not asked: {previous} cannot be filled in")
    assert visitor.web.asked == []


def test_what_an_answer_says_is_shown_short_and_harmless(visitor: Visitor) -> None:
    visitor.pages["/health"] = text(f"\x1b[31mtoken s3cr3t-token-0123456789\n\u202e{'x' * 5000}")
    good, said = visitor.said(equals="1")
    assert not good
    assert said.startswith("200, token *** xxx")
    assert said.endswith("…, wanted 1")
    assert len(said) < 100
    assert said.isprintable()


def test_a_service_that_is_not_there_refuses(visitor: Visitor) -> None:
    with serving({}) as gone:
        port = gone.port
    check = Check(title="Health", url=f"http://127.0.0.1:{port}/")
    reading = visitor.checks.look(INSIDE, check, {}, first=None)
    assert (reading.good, reading.said) == (False, "the connection was refused")


def test_a_service_that_hangs_up_is_told(visitor: Visitor) -> None:
    visitor.pages["/health"] = hang_up
    good, said = visitor.said()
    assert not good
    assert said.startswith("it broke off: ")


@pytest.mark.parametrize(
    "answer",
    [silence, drip(b"HTTP/1.0 200 OK\r\nX-Slow: "), drip(b"HTTP/1.0 200 OK\r\n\r\n")],
    ids=["silent", "slow headers", "slow body"],
)
def test_a_service_that_takes_too_long_is_left(visitor: Visitor, answer: Answer) -> None:
    visitor.pages["/health"] = answer
    limit = timedelta(milliseconds=300)
    assert visitor.said(timeout=limit) == (False, "no answer in 0.3 s")


def test_an_answer_without_end_is_read_in_part(visitor: Visitor) -> None:
    visitor.pages["/health"] = endless
    assert visitor.said(contains="ok ok") == (True, "200")
    assert visitor.said(json="a", equals="b") == (False, "200, but the answer is longer than 1 MB")


def test_an_answer_is_not_unpacked(visitor: Visitor) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    visitor.pages["/health"] = text(bomb, Content_Encoding="gzip")
    assert not visitor.look(contains="000000").good
    assert visitor.web.asked[0]["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    "body", ["[" * 100_000, '{"a":' * 100_000, "\ud800".encode("utf-8", "surrogatepass")]
)
def test_an_answer_made_to_break_readers_is_only_wrong(visitor: Visitor, body: str | bytes) -> None:
    visitor.pages["/health"] = text(body)
    assert visitor.said(json="a", equals="1") == (False, "200, but the answer is not JSON")


def test_a_redirect_on_the_same_host_is_followed(visitor: Visitor) -> None:
    visitor.pages["/health"] = text("", status=302, Location="/version")
    assert visitor.said(equals="{version}") == (True, "200, v1.2.4")


def test_a_redirect_may_be_the_right_answer(visitor: Visitor) -> None:
    visitor.pages["/health"] = text("", status=301, Location="/version")
    assert visitor.said(status=301) == (True, "301")


@pytest.mark.parametrize(
    "location",
    ["http://elsewhere.example/", "//elsewhere.example/", "https://elsewhere.example:1/"],
)
def test_a_redirect_to_another_host_is_not_followed(visitor: Visitor, location: str) -> None:
    visitor.pages["/health"] = text("", status=302, Location=location)
    assert visitor.said() == (False, "302 to elsewhere.example, wanted 200")


def test_a_redirect_to_another_port_is_not_followed(visitor: Visitor) -> None:
    with serving({"/": text("ok")}) as other:
        visitor.pages["/health"] = text("", status=302, Location=f"http://127.0.0.1:{other.port}/")
        assert visitor.said() == (False, "302 to 127.0.0.1, wanted 200")
        assert other.asked == []


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://me:pw@127.0.0.1/", "http://["])
def test_a_redirect_to_something_odd_is_not_followed(visitor: Visitor, location: str) -> None:
    visitor.pages["/health"] = text("", status=302, Location=location)
    assert not visitor.look().good
    assert len(visitor.web.asked) == 1


def test_redirects_in_a_circle_end(visitor: Visitor) -> None:
    visitor.pages["/health"] = text("", status=307, Location="/health")
    assert visitor.said() == (False, "it sends from one page to the next without end")
    assert len(visitor.web.asked) == 5


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://files.example/", "“ftp://files.example/” begins with neither https:// nor http://"),
        ("file:///etc/passwd", "“file:///etc/passwd” begins with neither https:// nor http://"),
        ("http://me:pw@shop.example/", "the address holds a user or a password"),
        ("http:///health", "“http:///health” names no host"),
        ("http://shop.example:99999/", "“http://shop.example:99999/” names no host"),
        ("http://{branch}.example/", "“http://hotfix%2Fa.example/” names no host"),
    ],
)
def test_an_address_that_no_check_may_have_is_not_asked(url: str, said: str) -> None:
    check = Check(title="Health", url=url)
    reading = Checks(resolve=not_found).look(INSIDE, check, VALUES, first=None)
    assert (reading.good, reading.said) == (False, said)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "[::1]",
        "localhost",
        "2130706433",
        "0x7f.1",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::a9fe:a9fe]",
        "0.0.0.0",  # noqa: S104 - asked, not bound
    ],
)
def test_a_check_never_goes_inside_unless_it_is_said_to(visitor: Visitor, host: str) -> None:
    check = Check(title="Health", url=f"http://{host}:{visitor.web.port}/health")
    reading = visitor.checks.look(OUTSIDE, check, {}, first=None)
    assert not reading.good
    assert "is an address inside. If that is meant, set `internal: true`" in reading.said
    assert visitor.web.asked == []


def test_one_address_inside_is_enough_to_refuse_a_name(visitor: Visitor) -> None:
    checks = Checks(resolve=lambda _host, _port: ("93.184.215.14", "10.0.0.5"))
    url = f"http://shop.example:{visitor.web.port}/health"
    reading = checks.look(OUTSIDE, Check(title="Health", url=url), {}, first=None)
    assert reading.said.startswith("shop.example is 10.0.0.5, which is an address inside")


def test_the_address_that_was_checked_is_the_one_that_is_asked(visitor: Visitor) -> None:
    looked_up: list[tuple[str, int]] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        looked_up.append((host, port))
        return ("127.0.0.1",) if len(looked_up) == 1 else ("::1",)

    url = f"http://shop.example:{visitor.web.port}/health"
    reading = Checks(resolve=resolve).look(INSIDE, Check(title="Up", url=url), {}, first=None)
    assert (reading.good, reading.said) == (True, "200")
    assert looked_up == [("shop.example", visitor.web.port)]
    assert visitor.web.asked[0]["host"] == f"shop.example:{visitor.web.port}"


def test_a_redirect_is_looked_up_anew(visitor: Visitor) -> None:
    visitor.pages["/health"] = text("", status=302, Location="/version")
    answers = iter([("127.0.0.1",), ()])
    checks = Checks(resolve=lambda _host, _port: next(answers))
    url = f"http://shop.example:{visitor.web.port}/health"
    reading = checks.look(INSIDE, Check(title="Up", url=url), {}, first=None)
    assert reading.said == "there is no host shop.example"
    assert len(visitor.web.asked) == 1


def test_the_next_address_is_asked_when_one_does_not_answer(visitor: Visitor) -> None:
    checks = Checks(resolve=lambda _host, _port: ("::1", "127.0.0.1"))
    url = f"http://shop.example:{visitor.web.port}/health"
    assert checks.look(INSIDE, Check(title="Up", url=url), {}, first=None).good


def test_a_name_that_is_nobodys_is_told() -> None:
    check = Check(title="Up", url="https://münchen.example/")
    reading = Checks(resolve=not_found).look(OUTSIDE, check, {}, first=None)
    assert reading.said == "there is no host xn--mnchen-3ya.example"


def test_a_resolver_that_never_answers_is_left(visitor: Visitor) -> None:
    def resolve(_host: str, _port: int) -> Sequence[str]:
        visitor.web.closing.wait(60)
        return ()

    check = Check(title="Up", url="http://shop.example/", timeout=timedelta(milliseconds=200))
    reading = Checks(resolve=resolve).look(OUTSIDE, check, {}, first=None)
    assert reading.said == "no answer in 0.2 s"


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_a_service_on_ipv6_is_asked() -> None:
    with serving({"/health": text("ok")}, host="::1") as web:
        check = Check(title="Up", url=f"http://[::1]:{web.port}/health", contains="ok")
        assert Checks().look(INSIDE, check, {}, first=None).said == "200"
        assert web.asked[0]["host"] == f"[::1]:{web.port}"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:4700::1111", True),
        ("64:ff9b::808:808", True),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("ff0e::1", False),
        ("2002:7f00:1::", False),
        ("::7f00:1", False),
    ],
)
def test_an_address_is_inside_or_outside(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for shop.example alone, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.example")])
    alternatives = x509.SubjectAlternativeName([x509.DNSName("shop.example")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(alternatives, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("certificate") / "shop.pem"
    plain_key = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + plain_key)
    return file


@pytest.fixture
def secure(certificate: Path) -> Iterator[WebService]:
    trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trust.load_cert_chain(certificate)
    with serving({"/health": text("ok"), "/slow": silence}, trust=trust) as web:
        yield web


def looked(web: WebService, host: str, trust: ssl.SSLContext | None, path: str = "/health") -> str:
    checks = Checks(resolve=lambda _host, _port: ("127.0.0.1",), trust=trust)
    check = Check(title="Up", url=f"https://{host}:{web.port}{path}", timeout=timedelta(seconds=5))
    return checks.look(INSIDE, check, {}, first=None).said


def test_a_certificate_is_checked_against_the_name(secure: WebService, certificate: Path) -> None:
    trust = ssl.create_default_context(cafile=str(certificate))
    assert looked(secure, "shop.example", trust) == "200"
    assert looked(secure, "bank.example", trust).startswith("its certificate is not trusted: ")


def test_a_certificate_that_nobody_knows_is_not_trusted(secure: WebService) -> None:
    assert looked(secure, "shop.example", None).startswith("its certificate is not trusted: ")
    assert secure.asked == []
