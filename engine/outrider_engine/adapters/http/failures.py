"""What curl's error codes mean for a check (https://curl.se/libcurl/c/libcurl-errors.html)."""

import pycurl

from outrider_engine.domain.observations import Failure
from outrider_engine.domain.verdicts import Reason, Verdict

_DNS = {pycurl.E_COULDNT_RESOLVE_HOST, pycurl.E_COULDNT_RESOLVE_PROXY}
_CONNECT = {pycurl.E_COULDNT_CONNECT}
_TLS = {
    pycurl.E_SSL_CONNECT_ERROR,
    pycurl.E_PEER_FAILED_VERIFICATION,
    pycurl.E_SSL_CIPHER,
    pycurl.E_USE_SSL_FAILED,
    pycurl.E_SSL_SHUTDOWN_FAILED,
    pycurl.E_SSL_ISSUER_ERROR,
    pycurl.E_SSL_PINNEDPUBKEYNOTMATCH,
    pycurl.E_SSL_INVALIDCERTSTATUS,
    98,  # CURLE_SSL_CLIENTCERT, which pycurl does not name
}
_PROTOCOL = {
    pycurl.E_UNSUPPORTED_PROTOCOL,
    pycurl.E_FTP_WEIRD_SERVER_REPLY,  # the old name of CURLE_WEIRD_SERVER_REPLY
    pycurl.E_HTTP2,
    pycurl.E_GOT_NOTHING,
    pycurl.E_SEND_ERROR,
    pycurl.E_RECV_ERROR,
    92,  # CURLE_HTTP2_STREAM
    100,  # CURLE_TOO_LARGE: a header line beyond curl's own limit
}
_BODY = {pycurl.E_PARTIAL_FILE, pycurl.E_BAD_CONTENT_ENCODING, pycurl.E_FILESIZE_EXCEEDED}
_DURING_BODY = {pycurl.E_RECV_ERROR, pycurl.E_HTTP2, 92}
"""Errors of the connection that are errors of the body once the headers have been read."""

_REASONS = (
    [(code, Reason.DNS) for code in _DNS]
    + [(code, Reason.CONNECT) for code in _CONNECT]
    + [(code, Reason.TLS) for code in _TLS]
    + [(code, Reason.PROTOCOL) for code in _PROTOCOL]
    + [(code, Reason.BODY) for code in _BODY]
)
_REASON_OF = dict(_REASONS)


def failure_of(code: int, message: str, *, phase: str, timeout_s: float) -> Failure:
    """Return what an error of curl is for the run; ``phase`` is where it happened.

    A code that no target can cause is an error of our own.
    """
    if code == pycurl.E_OPERATION_TIMEDOUT:
        return timed_out(phase, timeout_s)
    reason = Reason.BODY if phase == "transfer" and code in _DURING_BODY else _REASON_OF.get(code)
    if reason is None:
        return Failure(Verdict.ERROR, Reason.INTERNAL, f"curl error {code}: {message}")
    return Failure(Verdict.FAILED, reason, message)


_DOING = {
    "dns": "resolving the name",
    "connect": "connecting",
    "tls": "shaking hands (TLS)",
    "first_byte": "waiting for the response",
    "transfer": "reading the response",
}


def timed_out(phase: str, timeout_s: float) -> Failure:
    """Return the failure of an exchange that took longer than it may."""
    return Failure(Verdict.TIMED_OUT, Reason.TIMEOUT, f"timed out after {timeout_s:g} s while {_DOING[phase]}")
