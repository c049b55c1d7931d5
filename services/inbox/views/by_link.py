"""What pages that are opened by a secret in their address have in common: they keep it to themselves."""

from flask import Blueprint, Response

HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}


def keep_to_itself(blueprint: Blueprint) -> None:
    """No other site is told the address, no search engine keeps it."""

    @blueprint.after_request
    def tell_nobody(answer: Response) -> Response:
        answer.headers.update(HEADERS)
        return answer
