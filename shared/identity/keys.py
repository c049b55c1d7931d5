"""Ed25519 keys as PEM text."""

import hashlib
from base64 import urlsafe_b64encode

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)


class KeyRefused(Exception):
    """A text that is not an Ed25519 key in PEM. Names the key's id, never its content."""


def new_private_key() -> str:
    """A new private key (PKCS #8), from the system's randomness: for set-up and tests."""
    return (
        Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    )


def public_key(private_pem: str) -> str:
    """The public half (SubjectPublicKeyInfo) of a private key."""
    return _public_pem(load_private("?", private_pem).public_key())


def key_id(public_pem: str) -> str:
    """A key id made from the public key: the start of its SHA-256."""
    raw = load_public("?", public_pem).public_bytes(Encoding.Raw, PublicFormat.Raw)
    return urlsafe_b64encode(hashlib.sha256(raw).digest()[:9]).decode()


def load_private(kid: str, pem: str) -> Ed25519PrivateKey:
    """Raises KeyRefused."""
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyRefused(f"token key {kid!r} is not a private key in PEM") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyRefused(f"token key {kid!r} is not an Ed25519 key")
    return key


def load_public(kid: str, pem: str) -> Ed25519PublicKey:
    """Raises KeyRefused."""
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyRefused(f"token key {kid!r} is not a public key in PEM") from error
    if not isinstance(key, Ed25519PublicKey):
        raise KeyRefused(f"token key {kid!r} is not an Ed25519 key")
    return key


def _public_pem(key: Ed25519PublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
