"""A Slack on loopback, and people who use it, for tests that drive the real adapter.

async with Slack() as slack:
    mina = Person(slack, locale="ko-KR")
    await mina.slash("/bgm", "genre:jazz")
    await slack.until(lambda: slack.files)
"""

from tests.platforms.slack.people import Person
from tests.platforms.slack.server import Slack
from tests.platforms.slack.transport import Ack, Postman, Unacknowledged

__all__ = ["Ack", "Person", "Postman", "Slack", "Unacknowledged"]
