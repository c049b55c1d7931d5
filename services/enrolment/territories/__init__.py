"""Which Mission Locale serves which commune, as the directory last said: what a new parcours proposes (R43)."""
