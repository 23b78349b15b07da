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
"""Whether to serve HTTPS, with a certificate made for the server; or the context to serve with."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a server needs for HTTPS, and what its clients need to trust it.

    Attributes:
        context: the context of the server.
        authority: the certificate of the authority to trust, in PEM; empty where it is unknown.
    """

    context: ssl.SSLContext
    authority: bytes = b""

    @classmethod
    def of(cls, option: TLSOption, host: str) -> Certificate | None:
        """Read an option; None without TLS.

        Raises:
            ConfigError: a certificate must be made, and trustme is not installed.
        """
        if isinstance(option, ssl.SSLContext):
            return cls(option)
        return cls._made(host) if option else None

    @classmethod
    def from_files(cls, certificate: Path, key: Path | None) -> Certificate:
        """Read a certificate chain and its private key, both in PEM.

        Raises:
            OSError: a file cannot be read, or is not what it should be.
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
