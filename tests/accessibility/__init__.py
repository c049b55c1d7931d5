"""Every page of the inbox against the rules of accessibility and sobriety, in a real browser."""
