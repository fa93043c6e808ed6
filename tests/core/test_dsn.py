from __future__ import annotations

import pickle

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rookery.dsn import FORM, Dsn
from rookery.errors import BadDsn
from tests.strategies import dsns

SECRET = "S3KR1T"


@given(dsns())
def test_what_is_written_is_read_again_as_the_same(dsn: Dsn) -> None:
    assert Dsn.parse(str(dsn)) == dsn
    assert pickle.loads(pickle.dumps(dsn)) == dsn


@given(dsns())
def test_equal_ones_have_equal_hashes(dsn: Dsn) -> None:
    assert hash(Dsn.parse(str(dsn))) == hash(dsn)


def read_or_refuse(text: str) -> None:
    """Fails for an exception of any other type, and for what cannot be read again."""
    try:
        dsn = Dsn.parse(text)
    except BadDsn:
        return
    assert Dsn.parse(str(dsn)) == dsn


@given(st.text(st.characters()) | st.from_regex(r"[a-z+]*://[^\n]*"))
@example("https://k@h:" + "9" * 5000 + "/1")
@example("https://k@[::1%]/1")
@example("https://k@h/1?a=\ud800")
def test_no_text_raises_anything_but_a_bad_dsn(text: str) -> None:
    read_or_refuse(text)


@given(dsns(), st.data())
def test_a_damaged_dsn_raises_nothing_but_a_bad_dsn(dsn: Dsn, data: st.DataObject) -> None:
    text = str(dsn)
    at = data.draw(st.integers(0, len(text)))
    patch = data.draw(st.text(":/@?#+[]%& \n1a", max_size=3))

    read_or_refuse(text[:at] + patch + text[at + 1 :])


@pytest.mark.parametrize("value", [None, b"https://key@host/7", 7, ["https://key@host/7"]])
def test_what_is_not_text_is_refused_by_the_name_of_its_type(value: str) -> None:
    with pytest.raises(BadDsn, match=f"text \\(str\\), not {type(value).__name__}"):
        Dsn.parse(value)


def test_every_part_is_read() -> None:
    dsn = Dsn.parse(
        "threaded+requests+https://pub:sec@Errors.Example.com:8443/a/b/shop"
        "?timeout=2&ca_certs=/etc/my%20ca.pem"
    )

    assert dsn == Dsn(
        scheme="https",
        public_key="pub",
        host="errors.example.com",
        project_id="shop",
        port=8443,
        path="/a/b",
        secret_key="sec",
        transport="threaded+requests",
        options=(("timeout", "2"), ("ca_certs", "/etc/my ca.pem")),
    )


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://pub@errors.example.com/1", "https://errors.example.com/api/1/envelope/"),
        ("http://pub:sec@h:9000/a/b/7", "http://h:9000/a/b/api/7/envelope/"),
        ("https://pub@h:443/1", "https://h/api/1/envelope/"),
        ("http://pub@h:80/1", "http://h/api/1/envelope/"),
        ("http://pub@h:443/1", "http://h:443/api/1/envelope/"),
        ("http://pub@h:/1", "http://h/api/1/envelope/"),
        ("HTTP://pub@H/1", "http://h/api/1/envelope/"),
        ("http://pub@h//1", "http://h/api/1/envelope/"),
        ("http://pub@[::1]/1", "http://[::1]/api/1/envelope/"),
        ("http://pub@[2001:DB8::1]:9000/1", "http://[2001:db8::1]:9000/api/1/envelope/"),
        ("http://pub@[fe80::1%25Eth0]/1", "http://[fe80::1%25Eth0]/api/1/envelope/"),
        ("http://pub@h/p%20q/1", "http://h/p%20q/api/1/envelope/"),
        ("gevent+http://pub@h/1?timeout=2", "http://h/api/1/envelope/"),
    ],
)
def test_the_envelope_url_follows_from_the_dsn(text: str, url: str) -> None:
    dsn = Dsn.parse(text)

    assert dsn.envelope_url == url
    assert dsn.store_url == url.replace("/envelope/", "/store/")


def test_blanks_around_it_and_a_fragment_are_ignored() -> None:
    assert Dsn.parse("\t https://key@host/7#top \n") == Dsn.parse("https://key@host/7")


def test_an_empty_secret_is_none() -> None:
    dsn = Dsn.parse("https://key:@host/7")

    assert dsn.secret_key is None
    assert str(dsn) == "https://key@host/7"


def test_a_secret_may_hold_colons() -> None:
    assert Dsn.parse("https://key:a:b@host/7").secret_key == "a:b"


def test_plus_and_percent_escapes_are_decoded_in_the_query_alone() -> None:
    dsn = Dsn.parse("https://k%41:s%41@host/p%41/7%41?na%41me=a+b%C3%BC%zz&empty=&&")

    verbatim = (dsn.public_key, dsn.secret_key, dsn.path, dsn.project_id)
    assert verbatim == ("k%41", "s%41", "/p%41", "7%41")
    assert dsn.options == (("naAme", "a bü%zz"), ("empty", ""))


@pytest.mark.parametrize(
    ("host", "organisation"),
    [
        ("o42.ingest.us.sentry.io", "42"),
        ("O7.ingest.sentry.io", "7"),
        ("o42", None),
        ("xo42.ingest.sentry.io", None),
        ("o.ingest.sentry.io", None),
        ("errors.example.com", None),
    ],
)
def test_the_organisation_is_the_number_at_the_start_of_the_host(
    host: str, organisation: str | None
) -> None:
    assert Dsn.parse(f"https://key@{host}/7").org_id == organisation


@given(dsns())
def test_the_public_dsn_has_neither_secret_nor_transport_nor_options(dsn: Dsn) -> None:
    public = Dsn.parse(dsn.public_dsn(dsn.scheme))

    assert (public.secret_key, public.transport, public.options) == (None, None, ())
    assert public.envelope_url == dsn.envelope_url
    assert public.public_key == dsn.public_key
    assert dsn.public_dsn(dsn.scheme) == f"{dsn.scheme}:{dsn.public}"


def test_the_public_dsn_begins_with_two_slashes() -> None:
    assert Dsn.parse("sync+http://pub:sec@[::1]:9/a/7?x=1").public == "//pub@[::1]:9/a/7"


def test_the_repr_has_no_secret_and_no_password_of_a_proxy() -> None:
    dsn = Dsn.parse(f"https://key:{SECRET}@host/7?http_proxy=http://me:{SECRET}@proxy&timeout=2")

    assert SECRET not in repr(dsn)
    assert "key" in repr(dsn)
    assert "timeout=2" in repr(dsn)


FAULTS = [
    ("", "scheme is missing"),
    ("key@host/7", "scheme is missing"),
    ("https:key@host/7", "scheme is missing"),
    ("://key@host/7", "scheme is missing"),
    ("ftp://key@host/7", "scheme must be http or https"),
    ("threaded://key@host/7", "scheme must be http or https"),
    ("https+threaded://key@host/7", "scheme must be http or https"),
    ("+https://key@host/7", "transport is missing"),
    ("a++b+https://key@host/7", "transport must be names"),
    ("my package+https://key@host/7", "transport must be names"),
    ("https://host/7", "public key is missing"),
    ("https://@host/7", "public key is missing"),
    ("https://:sec@host/7", "public key is missing"),
    ("https://one@two@host/7", "public key must be printable"),
    ("https://k\u00e9y@host/7", "public key must be printable"),
    ("https://k y@host/7", "public key must be printable"),
    ("https://key:s\nc@host/7", "secret key must be printable"),
    ("https://key:s@c@host/7", "secret key must be printable"),
    ("https://key@/7", "host is missing"),
    ("https://key@:80/7", "host is missing"),
    ("https://key@h\u00f6st/7", "host must be a name"),
    ("https://key@ho st/7", "host must be a name"),
    ("https://key@[host]/7", "host must be an IPv6"),
    ("https://key@[]/7", "host must be an IPv6"),
    ("https://key@[::1/7", "host must be an IPv6"),
    ("https://key@[::1]x/7", "host must be an IPv6"),
    ("https://key@[::g]/7", "host must be a name"),
    ("https://key@[1::2::3]/7", "host must be a name"),
    ("https://key@::1/7", "port must be a number"),
    ("https://key@host:port/7", "port must be a number"),
    ("https://key@host:0/7", "port must be a number"),
    ("https://key@host:65536/7", "port must be a number"),
    ("https://key@host:-1/7", "port must be a number"),
    ("https://key@host:\u0664\u0662/7", "port must be a number"),
    ("https://key@host/a b/7", "path must be printable"),
    ("https://key@host", "project id is missing"),
    ("https://key@host/", "project id is missing"),
    ("https://key@host/7/", "project id is missing"),
    ("https://key@host?a=1", "project id is missing"),
    ("https://key@host/7 8", "project id must be printable"),
    ("https://key@host/7?timeout", "query has an option without a value"),
    ("https://key@host/7?=2", "query has an option without a name"),
    ("https://key@host/7?a=%FF", "query has a percent escape"),
    ("https://key@host/7?a=\udcff", "query holds half a surrogate pair"),
]


@pytest.mark.parametrize(("text", "fault"), FAULTS)
def test_an_error_names_the_faulty_part_and_shows_the_right_form(text: str, fault: str) -> None:
    with pytest.raises(BadDsn, match=f"^DSN: the {fault}") as caught:
        Dsn.parse(text)

    assert FORM in str(caught.value)


def told(error: BaseException | None) -> str:
    """Everything that an error and the errors behind it can print."""
    lines = []
    while error is not None:
        lines += [str(error), repr(error), repr(vars(error))]
        error = error.__cause__ or error.__context__
    return "\n".join(lines).upper()


def refusal(text: str) -> BadDsn | None:
    try:
        Dsn.parse(text)
    except BadDsn as error:
        return error
    return None


@pytest.mark.parametrize(
    "text",
    [
        f"https://key:{SECRET}@host",
        f"https://key@{SECRET}@host/7",
        f"https://key@{SECRET}:host/7",
        f"https://key@host:{SECRET}/7",
        f"https://key:{SECRET}/host/7",
        f"https://key:{SECRET}?@host/7",
        f"https:key:{SECRET}@host/7",
        f"key:{SECRET}@host/7",
        f"{SECRET}://key@host/7",
        f"https://key:{SECRET}@/7",
        f"https://key:{SECRET}\u00e9@host/7",
        f"https://key:{SECRET}@[{SECRET}::]/7",
        f"https://key:{SECRET}@host/7?{SECRET}",
        f"https://key:{SECRET}@host/7?a=%FF{SECRET}\udcff",
    ],
)
def test_no_error_quotes_a_secret_wherever_it_stands(text: str) -> None:
    error = refusal(text)

    assert error is not None
    assert SECRET not in told(error)


@given(dsns(), st.data())
def test_no_error_quotes_a_secret_of_a_damaged_dsn(dsn: Dsn, data: st.DataObject) -> None:
    text = str(dsn)
    at = data.draw(st.integers(0, len(text)))
    patch = data.draw(
        st.sampled_from(["", "@", ":", "/", "://", " ", "\n", "[", "]", "%FF", "\ud800"])
    )
    assert SECRET not in told(refusal(text[:at] + SECRET + patch + text[at:]))


@pytest.mark.parametrize(
    "parts",
    [
        {"scheme": "ftp"},
        {"public_key": "a:b"},
        {"host": "a/b"},
        {"host": "[::1]"},
        {"project_id": ""},
        {"port": 0},
        {"path": "/a/"},
        {"path": "a"},
        {"secret_key": ""},
        {"transport": "a+"},
        {"options": (("", "1"),)},
    ],
)
def test_one_that_could_not_be_read_again_cannot_be_made(parts: dict[str, object]) -> None:
    whole: dict[str, object] = {
        "scheme": "https",
        "public_key": "key",
        "host": "host",
        "project_id": "7",
    }
    with pytest.raises(BadDsn):
        Dsn(**{**whole, **parts})  # type: ignore[arg-type]  # the point of the test
