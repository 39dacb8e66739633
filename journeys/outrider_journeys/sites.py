"""Which hosts belong together, and which ones are third parties."""

import ipaddress
from urllib.parse import urlsplit


def is_same_site(host: str, own: str) -> bool:
    """Whether hosts are the same, one is below the other, or both below a name of two parts."""
    if host == own or host.endswith(f".{own}") or own.endswith(f".{host}"):
        return True
    if is_address(host) or is_address(own):
        return False
    last = own.split(".")[-2:]
    # a name such as `co.uk` is a registry's: hosts below it have nothing to do with one another
    parts = 3 if len(last) == 2 and len(last[1]) == 2 and len(last[0]) <= 3 else 2
    return host.split(".")[-parts:] == own.split(".")[-parts:] and host.count(".") + 1 >= parts


def is_address(host: str) -> bool:
    """Whether a host is an IP address, and no name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def foreign_hosts(page: str, addresses: list[str]) -> list[str]:
    """Return the hosts of addresses that do not belong to the site of a page, sorted."""
    own = urlsplit(page).hostname or ""
    hosts = {urlsplit(address).hostname or "" for address in addresses}
    return sorted(host for host in hosts if host and not is_same_site(host, own))
