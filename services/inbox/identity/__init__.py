"""Who is before the screen: people, sessions, what is open to them."""
