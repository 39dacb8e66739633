"""An authority that the check type under test trusts."""

from pathlib import Path

import pytest
from certificate_authority import CertificateAuthority

from outrider_plugins.tcp.check_type import TcpCheckType


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    """An authority of this module's own."""
    return CertificateAuthority(Path(tmp_path_factory.mktemp("authority")))


@pytest.fixture(scope="module")
def tcp(authority: CertificateAuthority) -> TcpCheckType:
    """The check type, trusting the authority and no other."""
    return TcpCheckType(ca_file=authority.file)
