"""A person's rendez-vous and deadlines for her or his own calendar, at a secret address.

It reads what the inbox is told anyway to write to people (``notifications``): who knows the address learns first
names, what is to be done, days and places, and can do nothing. The address holds for one organisation, is kept as its
hash, renewed or ended by the person at any time, and leads nowhere once she or he has no role there any more.
"""
