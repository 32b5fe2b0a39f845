"""What a reader sees of a page."""

import html
import re
from typing import Any

from django.test import Client


def seen(client: Client, address: str) -> str:
    """The text of a page as it is read: without tags, and with one space where there are several."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()
    return as_read(answer.content.decode())


def as_read(text: str) -> str:
    """HTML as it is read."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", text))).strip()


def rows(answer: Any) -> list[str]:
    """The rows of the tables of a page, each as it is read."""
    return [as_read(each) for each in re.findall(r"<tr>(.*?)</tr>", answer.content.decode(), re.DOTALL)]
