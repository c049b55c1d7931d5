"""Who hears of what, when and how: news of the services in, e-mails and SMS out.

``receiving`` takes the services' news (``shared.notifications``) from the mailbox; ``deadlines`` adds what time brings;
``composing`` makes of each person's notices one e-mail; ``sending`` takes it to a channel. ``worker`` runs the four.
Addresses (``contacts``) and preferences (``choices``) are the inbox's alone: no service knows them.
"""
