"""Each Mission Locale's local offer (offre locale): what partners offer, and the seats that plans hold (ADR 25)."""
