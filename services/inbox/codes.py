"""The secret of a link: letters and digits that can be read aloud and typed from paper, and the hash that is kept."""

import hashlib

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without those that are taken for one another (0 o, 1 i l)."""
LENGTH, GROUP = 28, 4
"""138 bits; a SHA-256 of so much chance needs neither salt nor slowness."""
PLAIN = str.maketrans("", "", "- \u00a0")


def code_of(secret: str) -> str:
    """« k7m2-9xqd-… » out of a fresh unguessable text (at least 256 bits)."""
    number = int.from_bytes(hashlib.sha256(secret.encode()).digest())
    signs = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    text = "".join(signs)
    return "-".join(text[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def hash_of(code: str) -> str:
    """Of a code as somebody typed it: capitals, spaces and hyphens do not matter."""
    return hashlib.sha256(code.lower().translate(PLAIN).encode()).hexdigest()
