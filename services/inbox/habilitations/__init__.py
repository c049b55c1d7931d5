"""The end of a person's habilitation, and what is erased a year later in every service (R40)."""
