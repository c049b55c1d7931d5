"""Names as they are compared and searched: without accents, case or punctuation."""

from shared.french import normalised


def name_key(family_name: str, given_name: str) -> str:
    """The name by which two rows are the same person's, and by which lists are sorted."""
    return f"{normalised(family_name)} {normalised(given_name)}"
