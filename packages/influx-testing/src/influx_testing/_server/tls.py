"""The certificate of an HTTPS server: the user's files, or one created for a test."""

from __future__ import annotations

import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from influx_core.errors import ConfigError

__all__ = ["Certificate", "TLSOption"]

TLSOption = bool | ssl.SSLContext
"""Whether to serve HTTPS with a certificate created for the server, or the SSL context to use."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The SSL context of a server, and the certificate authority that its clients must trust.

    Attributes:
        context: the SSL context of the server.
        authority: the certificate of the authority, in PEM; empty if it is unknown.
    """

    context: ssl.SSLContext
    authority: bytes = b""

    @classmethod
    def of(cls, option: TLSOption, host: str) -> Certificate | None:
        """Make the certificate that an option asks for; None without TLS.

        Raises:
            ConfigError: a certificate must be created, and trustme is not installed.
        """
        if isinstance(option, ssl.SSLContext):
            return cls(option)
        return cls._made(host) if option else None

    @classmethod
    def from_files(cls, certificate: Path, key: Path | None) -> Certificate:
        """Read a certificate chain and its private key, both in PEM.

        Raises:
            OSError: a file cannot be read, or is not a certificate or key in PEM.
        """
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, key)
        return cls(context)

    @classmethod
    def _made(cls, host: str) -> Certificate:
        try:
            import trustme
        except ImportError:
            raise ConfigError(
                "tls=True makes a certificate with trustme: pip install 'influx-testing[tls]'"
            ) from None
        authority = trustme.CA()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        names = dict.fromkeys((host, "127.0.0.1", "::1", "localhost"))
        issued: Any = authority.issue_cert(*names)
        issued.configure_cert(context)
        return cls(context, authority.cert_pem.bytes())

    def save_authority(self) -> Path:
        """Write the certificate of the authority to a new file; the caller deletes it."""
        with tempfile.NamedTemporaryFile(prefix="influx-ca-", suffix=".pem", delete=False) as file:
            file.write(self.authority)
        return Path(file.name)
