"""Signing in at the organisation's identity provider, proving there who one is, and leaving there."""

from typing import TYPE_CHECKING

import structlog
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security.proxies import _security
from flask_security.utils import login_user

from incident.delivery.json_answers import Away
from incident.domain.kernel.errors import NotAllowed
from incident.domain.provider import Claims, Identity, identify
from incident.identity.asking import Forged, Untrusted
from incident.store.db import db
from incident.usecases.people.passkeys import only_by_passkey
from incident.usecases.people.provider import admit, link_of, unlink
from incident.usecases.people.sign_in import note_refusal
from incident.web.accounts.arrivals import Asked, has_left, keep_arrival, keep_asked, take_asked
from incident.web.accounts.counted import network_of
from incident.web.accounts.security import ELSEWHERE
from incident.web.accounts.sessions import prove_here
from incident.web.clock import deps, now
from incident.web.forms.base import translated
from incident.web.transactions import commits
from incident.web.viewer import current_person, viewer
from incident.web.wanted import page_wanted

if TYPE_CHECKING:
    from incident.identity.provider import Provider

bp = Blueprint("provider", __name__)
log = structlog.get_logger()


@bp.get("/login/provider")
def start() -> ResponseReturnValue:
    """Send the browser to the provider."""
    if current_person() is not None:
        return redirect(url_for("board.index"))
    return _send(wanted(), anew=has_left())


@bp.get("/account/verify/provider")
def prove() -> ResponseReturnValue:
    """Send the browser to the provider, which asks the person anew."""
    return _send(wanted(), person=str(viewer().id), anew=True)


@bp.get("/login/provider/back")
@commits
def back() -> ResponseReturnValue:
    """Take in what the browser brings back; a state that is not this browser's, or was used, opens nothing."""
    provider, asked = _provider(), take_asked(request.args.get("state", ""))
    if asked is None:
        log.warning("provider_state_unknown")
        flash(_("This sign-in has been used or has taken too long. Start again."), "error")
        return redirect(url_for("security.login"))
    claims = _asked(provider, asked)
    if claims is None:
        return _again(asked)
    try:
        identity = identify(claims, provider.rules)
        return _proved(asked, identity) if asked.person else _signed_in(asked, identity)
    except NotAllowed as refusal:
        db.session.rollback()
        note_refusal(db.session(), "not allowed", network_of(request.remote_addr), now=now())
        flash(translated(refusal), "error")
        return _again(asked)


@bp.get("/login/provider/leave")
def leave() -> ResponseReturnValue:
    """Sign out at the provider as well, where it has a place for that."""
    db.session.rollback()
    try:
        address = _provider().leave(url_for("security.login", _external=True))
    except (Away, Untrusted) as problem:
        address = None
        log.warning("provider_away", reason=str(problem))
    return redirect(address or url_for("security.login"))


@bp.post("/account/provider/untie")
@commits
def untie() -> ResponseReturnValue:
    """From now on a sign-in at the provider does not open this account, until it is tied again."""
    person = current_person()
    assert person is not None
    unlink(db.session(), viewer(), person, now=now())
    flash(_("Untied."), "success")
    return redirect(url_for("account.show"))


def wanted() -> str:
    """The page of ours that the browser wants to see afterwards."""
    return page_wanted(request.args.get("next", ""))


def _provider() -> "Provider":
    provider = deps().provider
    return provider if provider is not None else abort(404)


def _send(target: str, *, person: str = "", anew: bool = False) -> ResponseReturnValue:
    provider = _provider()
    # The provider may take its time: meanwhile no transaction of ours is open.
    db.session.rollback()
    try:
        address, question = provider.start(_back(), anew=anew)
    except (Away, Untrusted) as problem:
        log.warning("provider_away", reason=str(problem))
        flash(_away(provider), "error")
        return redirect(url_for("security.verify" if person else "security.login", next=target))
    keep_asked(Asked(question.state, question.nonce, question.verifier, target, person, now().timestamp()))
    return redirect(address)


def _asked(provider: "Provider", asked: Asked) -> Claims | None:
    """What the provider says of whoever is back; None, with a sentence, where that is not to be had."""
    from incident.identity.provider import Question

    if "error" in request.args:
        flash(
            _("You were not signed in at %(name)s. Try again, or ask your administrator.", name=provider.name), "error"
        )
        return None
    db.session.rollback()
    question = Question(asked.state, asked.nonce, asked.verifier)
    try:
        return provider.finish(question, request.args.to_dict(), _back())
    except Away as problem:
        log.warning("provider_away", reason=str(problem))
        flash(_away(provider), "error")
    except Untrusted as problem:
        log.warning("provider_untrusted", reason=str(problem))
        if not isinstance(problem, Forged):
            note_refusal(db.session(), str(problem), network_of(request.remote_addr), now=now())
        flash(_("The answer of %(name)s could not be trusted, so nobody was signed in.", name=provider.name), "error")
    return None


def _signed_in(asked: Asked, identity: Identity) -> ResponseReturnValue:
    """Sign in, or ask for the code of this account's second factor first.

    The provider's own second factor takes the place of the code only where the account is tied already: whoever runs
    the provider cannot take over an account that is protected here.
    """
    session = db.session()
    tied = link_of(session, identity.issuer, identity.subject) is not None
    strong = tied and identity.strong
    person = admit(identity, _provider().rules, session=session, now=now())
    if only_by_passkey(session, person) and not strong:
        raise NotAllowed("This account opens with its passkey.")
    keep_arrival(person, identity, strong=strong)
    if person.tf_primary_method and not strong:
        entered = _security.two_factor_plugins.tf_enter(person, False, ELSEWHERE, next_loc=asked.next)
        if entered is not None:
            return entered
    login_user(person, remember=False, authn_via=[ELSEWHERE])
    return redirect(asked.next)


def _proved(asked: Asked, identity: Identity) -> ResponseReturnValue:
    """Note the proof, where it is the same person and the provider says that it asked anew."""
    person, link = current_person(), link_of(db.session(), identity.issuer, identity.subject)
    if person is None or str(person.id) != asked.person or link is None or link.person_id != person.id:
        raise NotAllowed("Somebody else signed in there. Sign in with your own account.")
    if (person.tf_primary_method or only_by_passkey(db.session(), person)) and not identity.strong:
        raise NotAllowed("This account has a second factor here: prove with that who you are.")
    if identity.signed_in_at is None or identity.signed_in_at.timestamp() < asked.at - 60:
        raise NotAllowed(
            "The sign-in service did not say that it asked you anew. Answer with your password here. If you have none, "
            "sign out and choose one by “Password forgotten?”. Then set up a second factor: it answers from then on."
        )
    prove_here(person, ELSEWHERE)
    return render_template("web/account/proved.html", target=asked.next)


def _again(asked: Asked) -> ResponseReturnValue:
    return redirect(url_for("security.verify" if asked.person else "security.login", next=asked.next))


def _back() -> str:
    return url_for("provider.back", _external=True)


def _away(provider: "Provider") -> str:
    return str(
        _(
            "%(name)s cannot be reached just now. Try again in a minute, or sign in with your password.",
            name=provider.name,
        )
    )
