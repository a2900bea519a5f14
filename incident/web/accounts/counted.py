"""By what tries are counted: the account and the network that they really are, however they were written."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from flask import current_app
from flask_security import EmailValidateException

ONE_HOME: Final = 64
"""Bits of an IPv6 address that say whose it is (RFC 6177): behind them one subscriber picks from 2^64 at will."""


def account_of(typed: str | None) -> str:
    """The address by which the sign-in library would find the account; what is no address stays as it was typed."""
    text = (typed or "").strip()
    try:
        address: str = current_app.extensions["security"].mail_util.normalize(text)
    except EmailValidateException:
        return text.lower()
    return address.lower()


def network_of(address: str | None) -> str:
    """An IPv4 address itself, of an IPv6 address its /64; what is no address stays as it is."""
    try:
        ip = ip_address((address or "").partition("%")[0])
    except ValueError:
        return address or ""
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped or ip_network((ip, ONE_HOME), strict=False))


__all__ = ["account_of", "network_of"]
