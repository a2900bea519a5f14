"""What is believed of an identity provider: each lie is refused, and nobody is asked but the provider itself."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from incident.delivery import json_answers
from incident.delivery.json_answers import MOST_BYTES, Away
from incident.domain.provider import Rules
from incident.identity.asking import Untrusted
from incident.identity.description import AGAIN, KEPT, MOST_KEYS
from incident.identity.provider import Provider, Registration
from incident.platform.clock import FixedClock
from tests.dripping import HEADERS, dripping
from tests.oidc import CLIENT, KEY, OTHER_KEY, SECRET, Claims, Liar, answer_of, running

BACK = "http://localhost:8000/login/provider/back"


@pytest.fixture
def liar(clock: FixedClock) -> Iterator[Liar]:
    """A provider that runs here."""
    with running(Liar(clock.now)) as provider:
        yield provider


@pytest.fixture
def provider(liar: Liar, clock: FixedClock) -> Provider:
    """Our side of it."""
    hosts = frozenset({"127.0.0.1"})
    return Provider(Registration("Example login", liar.url, CLIENT, SECRET, hosts), Rules(), clock.now)


def signed_in(provider: Provider, *, anew: bool = False) -> Any:
    """The whole way of a browser."""
    address, question = provider.start(BACK, anew=anew)
    return provider.finish(question, answer_of(address), BACK)


def test_nobody_is_asked_before_somebody_signs_in(provider: Provider, liar: Liar) -> None:
    """Making it, as every start does, needs no network."""
    assert liar.asked == []
    assert signed_in(provider)["sub"] == "42"
    assert liar.asked == ["/.well-known/openid-configuration", "/authorize", "/token", "/jwks"]


def test_the_browser_is_sent_with_state_nonce_and_a_challenge(provider: Provider, liar: Liar) -> None:
    """Each fresh for every sign-in, and the secret goes to nobody but the provider."""
    signed_in(provider)
    signed_in(provider, anew=True)
    first, second = liar.wanted
    assert first["code_challenge_method"] == "S256"
    assert (first["client_id"], first["response_type"]) == (CLIENT, "code")
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))
    assert "prompt" not in first
    assert (second["prompt"], second["max_age"]) == ("login", "0")


LIES: dict[str, Claims] = {
    "the nonce of another sign-in": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "another program's token": {"aud": "another program"},
    "a token for two, meant for the other": {"aud": [CLIENT, "another program"], "azp": "another program"},
    "a token for two that does not say for whom": {"aud": [CLIENT, "another program"]},
    "another issuer": {"iss": "https://login.example.net"},
    "another tenant of the same host": {"iss": "http://127.0.0.1/another-tenant"},
    "expired": {"exp": 1_000},
    "no end": {"exp": None},
    "made tomorrow": {"iat": 4_000_000_000},
    "nobody": {"sub": None},
    "an empty name": {"sub": ""},
    "a number for a name": {"sub": 42},
    "an access token exchanged on the way": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_claim_that_does_not_fit_is_refused(provider: Provider, liar: Liar, lie: str) -> None:
    """Signed properly, and still not for us, not now, or not from whom it says."""
    liar.claims = LIES[lie]
    with pytest.raises(Untrusted):
        signed_in(provider)


def _by_hand(header: dict[str, str], claims: Claims, key: bytes) -> str:
    """A token with a mark by a shared secret, or without any; no library helps to make these."""
    parts = (urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims))
    text = b".".join(parts)
    mark = hmac.new(key, text, "sha256").digest() if key else b""
    return f"{text.decode()}.{urlsafe_b64encode(mark).rstrip(b'=').decode()}"


def _by_our_secret(claims: Claims) -> str:
    return _by_hand({"alg": "HS256"}, claims, SECRET.encode())


def _by_the_public_key(claims: Claims) -> str:
    """The old trick: the key that everybody knows, taken for a shared secret."""
    return _by_hand({"alg": "HS256", "kid": "first"}, claims, KEY.as_pem(private=False))


def _by_nobody(claims: Claims) -> str:
    return _by_hand({"alg": "none"}, claims, b"")


def _altered(claims: Claims) -> str:
    head, _body, mark = jwt.encode({"alg": "RS256", "kid": "first"}, claims, KEY).split(".")
    other = jwt.encode({"alg": "RS256", "kid": "first"}, {**claims, "sub": "admin"}, KEY)
    return ".".join((head, other.split(".")[1], mark))


FORGERIES: dict[str, Callable[[Claims], str]] = {
    "unsigned": _by_nobody,
    "signed with the secret that we know too": _by_our_secret,
    "signed with the public key as a secret": _by_the_public_key,
    "signed with another key of the same name": lambda claims: jwt.encode(
        {"alg": "RS256", "kid": "first"}, claims, OTHER_KEY
    ),
    "altered after it was signed": _altered,
    "no token at all": lambda _claims: "not a token",
    "longer than anybody needs": lambda claims: jwt.encode(
        {"alg": "RS256", "kid": "first"}, {**claims, "x": "x" * 140_000}, KEY
    ),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_token_that_the_provider_did_not_sign_is_refused(provider: Provider, liar: Liar, forgery: str) -> None:
    """Whatever its header says of itself."""
    liar.sign = FORGERIES[forgery]
    with pytest.raises(Untrusted):
        signed_in(provider)


def test_a_code_works_once_and_only_with_its_own_question(provider: Provider) -> None:
    """The code of somebody else's browser is worth nothing here, and neither is one that was used."""
    address, question = provider.start(BACK)
    answer = answer_of(address)
    _other, another = provider.start(BACK)
    with pytest.raises(Untrusted, match="invalid_grant"):
        provider.finish(another, answer, BACK)
    address, question = provider.start(BACK)
    answer = answer_of(address)
    assert provider.finish(question, answer, BACK)["sub"] == "42"
    with pytest.raises(Untrusted, match="invalid_grant"):
        provider.finish(question, answer, BACK)


@pytest.mark.parametrize("answer", [{}, {"code": ""}, {"code": "x" * 5_000}])
def test_an_answer_without_a_code_asks_nobody(provider: Provider, liar: Liar, answer: dict[str, str]) -> None:
    """Junk in the address ends here."""
    _address, question = provider.start(BACK)
    with pytest.raises(Untrusted):
        provider.finish(question, answer, BACK)
    assert "/token" not in liar.asked


def test_an_answer_of_another_issuer_is_refused(provider: Provider) -> None:
    """RFC 9207: the answer itself says whose it is."""
    address, question = provider.start(BACK)
    with pytest.raises(Untrusted, match="another issuer"):
        provider.finish(question, {**answer_of(address), "iss": "https://login.example.net"}, BACK)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("token_endpoint", "https://elsewhere.example.org/token"),
        ("jwks_uri", "https://169.254.169.254/latest/meta-data"),
        ("jwks_uri", "file:///etc/passwd"),
        ("authorization_endpoint", "https://elsewhere.example.org/authorize"),
        ("authorization_endpoint", "javascript:alert(1)"),
        ("end_session_endpoint", "https://elsewhere.example.org/leave"),
        ("token_endpoint", "https://127.0.0.1@elsewhere.example.org/token"),
        ("token_endpoint", "http://user:password@127.0.0.1/token"),
        ("token_endpoint", "http://127.0.0.1:port/token"),
        ("jwks_uri", None),
        ("issuer", "https://login.example.net"),
        ("issuer", None),
    ],
)
def test_a_description_leads_nowhere_but_to_the_provider(
    provider: Provider, liar: Liar, name: str, address: str | None
) -> None:
    """No other host is asked, and no browser is sent to one."""
    liar.description = {name: address}
    with pytest.raises(Untrusted):
        provider.start(BACK)


def test_an_open_connection_is_for_this_machine_only(clock: FixedClock) -> None:
    """A provider elsewhere is asked by https alone."""
    away = Registration("x", "http://login.example.org", CLIENT, SECRET, frozenset({"login.example.org"}))
    with pytest.raises(Untrusted, match="not encrypted"):
        Provider(away, Rules(), clock.now).start(BACK)


def test_a_redirect_is_not_followed(provider: Provider, liar: Liar) -> None:
    """Who answers "ask over there" has not answered."""
    liar.status = 302
    with pytest.raises(Away, match="302"):
        provider.start(BACK)
    assert liar.asked == ["/.well-known/openid-configuration"]


def test_an_answer_without_end_is_not_read(provider: Provider, liar: Liar) -> None:
    """A quarter of a megabyte is more than anybody needs."""
    liar.description = {"more": "x" * MOST_BYTES}
    with pytest.raises(Away, match="more than anybody needs"):
        provider.start(BACK)


@pytest.mark.parametrize("answer", [HEADERS, b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n{"])
def test_a_provider_that_drips_holds_nobody(clock: FixedClock, monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    """Whether it is the headers that come byte by byte, or what follows: all of it shares one time."""
    monkeypatch.setattr(json_answers, "WHOLE_SECONDS", 1.0)
    monkeypatch.setattr("tests.dripping.PAUSE", 0.02)
    began = time.monotonic()
    with dripping(answer) as address:
        there = Registration("Example login", f"http://{address}", CLIENT, SECRET, frozenset({"127.0.0.1"}))
        with pytest.raises(Away):
            Provider(there, Rules(), clock.now).start(BACK)
    assert time.monotonic() - began < 4


def test_description_and_keys_are_kept_for_an_hour(provider: Provider, liar: Liar, clock: FixedClock) -> None:
    """Hundreds who sign in at nine o'clock ask for them once."""
    for _person in range(3):
        signed_in(provider)
    assert (liar.asked.count("/jwks"), liar.asked.count("/.well-known/openid-configuration")) == (1, 1)
    clock.advance(seconds=KEPT.total_seconds())
    signed_in(provider)
    assert (liar.asked.count("/jwks"), liar.asked.count("/.well-known/openid-configuration")) == (2, 2)


def test_a_new_key_is_found_and_an_unknown_one_is_not_looked_for_all_day(
    provider: Provider, liar: Liar, clock: FixedClock
) -> None:
    """The provider changes its key: people come in; a name nobody knows is looked for once a minute."""
    signed_in(provider)
    clock.advance(seconds=AGAIN.total_seconds())
    second = RSAKey.generate_key(2048, {"kid": "second"})
    liar.keys, liar.sign = (
        [second.as_dict(private=False)],
        lambda claims: jwt.encode({"alg": "RS256", "kid": "second"}, claims, second),
    )
    assert signed_in(provider)["sub"] == "42"
    liar.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "third"}, claims, second)
    for _try in range(3):
        with pytest.raises(Untrusted):
            signed_in(provider)
    assert liar.asked.count("/jwks") == 2


def test_keys_that_cannot_sign_are_passed_over(provider: Provider, liar: Liar) -> None:
    """An unknown kind of key, a broken one and a shared secret among them keep nobody out, and let nobody in."""
    good = KEY.as_dict(private=False)
    liar.keys = [{"kty": "NEW"}, {"kty": "RSA", "n": "?"}, {"kty": "oct", "k": "c2VjcmV0"}, "no key", good]
    assert signed_in(provider)["sub"] == "42"
    assert all(key.key_type == "RSA" for key in provider.known.keys("first"))


def test_more_keys_than_anybody_has_are_not_read(provider: Provider, liar: Liar) -> None:
    """The one that signs must be among the first fifty."""
    liar.keys = [{"kty": "NEW"}] * MOST_KEYS + [KEY.as_dict(private=False)]
    with pytest.raises(Untrusted):
        signed_in(provider)


def test_a_provider_that_is_away_is_asked_again_after_half_a_minute(
    provider: Provider, liar: Liar, clock: FixedClock
) -> None:
    """Meanwhile nobody waits for it."""
    liar.status = 503
    for _person in range(3):
        with pytest.raises(Away):
            provider.start(BACK)
    assert len(liar.asked) == 1
    liar.status = 200
    clock.advance(seconds=30)
    assert signed_in(provider)["sub"] == "42"


def test_two_clocks_may_differ_by_a_minute(provider: Provider, liar: Liar, clock: FixedClock) -> None:
    """By more they may not; the doctor says by how much."""
    at = clock.now()
    liar.claims = {"exp": int((at - timedelta(seconds=50)).timestamp())}
    assert signed_in(provider)["sub"] == "42"
    liar.claims = {"exp": int((at - timedelta(seconds=70)).timestamp())}
    with pytest.raises(Untrusted, match="expired"):
        signed_in(provider)


def test_the_secret_goes_the_way_the_provider_asks_for(provider: Provider, liar: Liar) -> None:
    """In the form only where the description names it; this one wants the header, and refuses the form."""
    liar.description = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    with pytest.raises(Untrusted, match="invalid_grant"):
        signed_in(provider)
