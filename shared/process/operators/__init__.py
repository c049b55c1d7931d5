"""The operators' door: what keeps parcours from going on, and repairs, each on the record."""
