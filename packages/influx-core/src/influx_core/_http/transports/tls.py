"""TLS: verifies the server, and authenticates the client."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from os import PathLike

from influx_core.errors import ConfigError

__all__ = ["TLS"]


@dataclass(frozen=True, slots=True)
class TLS:
    """TLS options of a transport.

    Attributes:
        context: an SSL context that replaces the other options.
        verify: whether the server's certificate is verified.
        ca_file: the certificates of trusted authorities; the system's unless given.
        cert_file: the client's certificate in PEM.
        key_file: its key, if it is not in the same file.
    """

    context: ssl.SSLContext | None = None
    verify: bool = True
    ca_file: str | PathLike[str] | None = None
    cert_file: str | PathLike[str] | None = None
    key_file: str | PathLike[str] | None = None

    def made(self) -> ssl.SSLContext:
        """Return the SSL context for connections.

        Raises:
            ConfigError: a file is missing, or is not a certificate.
        """
        if self.context is not None:
            return self.context
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
            if self.cert_file is not None:
                context.load_cert_chain(self.cert_file, self.key_file)
        except OSError as error:  # ssl.SSLError is a subclass
            files = ", ".join(str(f) for f in (self.ca_file, self.cert_file, self.key_file) if f)
            raise ConfigError(
                f"TLS cannot be set up with {files} (verify, ca_file, cert_file, key_file): {error}"
            ) from error
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context
