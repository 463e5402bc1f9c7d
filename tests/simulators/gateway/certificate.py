"""The server's certificate, made at the first start, for 127.0.0.1 and localhost alone."""
from __future__ import annotations

import ipaddress
import ssl
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_LIFE = timedelta(days=3650)


def _make(path: Path) -> None:
    """Key and certificate in one file, its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'Card gateway (simulated)')])
    now = datetime.now(timezone.utc)
    places = x509.SubjectAlternativeName([
        x509.IPAddress(ipaddress.ip_address('127.0.0.1')), x509.DNSName('localhost')])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + _LIFE)
        .add_extension(places, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256()))
    path.touch(mode=0o600, exist_ok=True)
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                          serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM))
    public = path.with_suffix('.crt')
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


class Certificate:
    """Kept over restarts; another one only while the driver says so."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / 'server.pem'
        self._other = folder / 'other.pem'
        if not self._path.exists():
            _make(self._path)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self._path)

    @property
    def file(self) -> str:
        """What a client must trust (PEM)."""
        return str(self._path.with_suffix('.crt'))

    def change(self) -> None:
        """Every connection from now on meets a certificate that nobody trusts."""
        if not self._other.exists():
            _make(self._other)
        self.context.load_cert_chain(self._other)

    def restore(self) -> None:
        self.context.load_cert_chain(self._path)
