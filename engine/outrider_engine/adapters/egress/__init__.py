"""The only way out for browsers: a forward proxy on loopback that asks the egress policy about every target."""

from .proxy import EgressProxy, ProxyPort

__all__ = ["EgressProxy", "ProxyPort"]
