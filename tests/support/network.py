"""Refuses the network to the tests: a test that needs another machine is wrong.

Loopback addresses and Unix sockets stay open, for the services that the tests start themselves.
"""

import ipaddress
import socket
from typing import Any


class NetworkRefused(AssertionError):
    """A test tried to reach another machine."""


_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex
_getaddrinfo = socket.getaddrinfo


def is_local(host: object) -> bool:
    """Tell whether a host name or address is this machine's own loopback."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def refuse(host: object) -> None:
    """Raise for anything but loopback.

    Raises
    ------
    NetworkRefused
        If the host is another machine.
    """
    if not is_local(host):
        message = f"Tests reach no other machine, and this one asked for {host!r}."
        raise NetworkRefused(message)


def guarded_connect(self: socket.socket, address: Any) -> None:
    """Connect, if the address is local."""
    if self.family in (socket.AF_INET, socket.AF_INET6):
        refuse(address[0])
    _connect(self, address)


def guarded_connect_ex(self: socket.socket, address: Any) -> int:
    """Connect, if the address is local."""
    if self.family in (socket.AF_INET, socket.AF_INET6):
        refuse(address[0])
    return _connect_ex(self, address)


def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
    """Look a name up, if it is local."""
    refuse(host)
    return _getaddrinfo(host, *args, **kwargs)


def close() -> None:
    """Refuse the network from now on, in this process."""
    socket.socket.connect = guarded_connect  # type: ignore[method-assign, assignment]
    socket.socket.connect_ex = guarded_connect_ex  # type: ignore[method-assign, assignment]
    socket.getaddrinfo = guarded_getaddrinfo
