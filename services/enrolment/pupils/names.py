"""Names as they are compared and searched: without accents, case or punctuation."""

import unicodedata


def normalised(text: str) -> str:
    """Lower-case ASCII-like letters and digits separated by single blanks: "D'Été-Œil" → "d ete oeil"."""
    expanded = text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae")
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", expanded).casefold())
    letters = "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))
    return " ".join(letters.split())


def name_key(family_name: str, given_name: str) -> str:
    """The name by which two rows are the same person's, and by which lists are sorted."""
    return f"{normalised(family_name)} {normalised(given_name)}"
