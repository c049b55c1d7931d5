"""What a monitor reads of the inbox: how much mail has left, waits and has failed, and since when; about nobody."""

from datetime import timedelta

from flask import Flask

from services.inbox.notifications.channels import ChannelDown, MailRefused
from services.inbox.notifications.metrics import metrics_blueprint
from tests.notifications.world import EMAILS, KARIM, Post, paris


def read(post: Post) -> dict[str, float]:
    app = Flask("tests")
    app.register_blueprint(metrics_blueprint(post.database, post.clock))
    text = app.test_client().get("/metrics").text
    assert EMAILS[KARIM] not in text
    pairs = (line.split(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name.replace('{channel="', " ").replace('"}', ""): float(value) for name, value in pairs}


def test_mail_that_waits_leaves_or_fails_is_counted_by_channel(post: Post) -> None:
    post.choose(KARIM, tache="tout_de_suite")
    assert set(read(post).values()) == {0}
    post.open(assignee=KARIM)
    post.email.fault = ChannelDown(reason="away")
    post.at(paris(8, 10, 15))
    post.clock.advance(timedelta(minutes=30))
    waiting = read(post)
    assert (waiting["mail_waiting email"], waiting["mail_waiting sms"]) == (1, 0)
    assert waiting["mail_oldest_waiting_seconds email"] == 1800
    post.email.fault = None
    post.at(paris(8, 11))
    assert (read(post)["mail_sent email"], read(post)["mail_waiting email"]) == (1, 0)
    post.email.fault = MailRefused(reason="smtp_550")
    post.open(assignee=KARIM)
    post.at(paris(8, 12))
    assert (read(post)["mail_failed email"], read(post)["mail_oldest_waiting_seconds email"]) == (1, 0)


def test_who_comes_by_the_proxy_of_the_people_finds_no_metrics(post: Post) -> None:
    app = Flask("inbox")
    app.register_blueprint(metrics_blueprint(post.database, post.clock))
    for header in ("X-Forwarded-For", "X-Forwarded-Host", "Forwarded"):
        assert app.test_client().get("/metrics", headers={header: "203.0.113.7"}).status_code == 404
    assert app.test_client().get("/metrics").status_code == 200
