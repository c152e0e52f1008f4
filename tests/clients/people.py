"""Sara, who writes to the bot through the emulator's control API, and what the tests expect."""

import asyncio
import json
import os
import urllib.error
import urllib.request

URL = os.environ["BALE_API_URL"]
TOKEN = os.environ["BALE_TOKEN"]
# What `bale-emulator` says to write for this library.
POINTER = os.environ["POINTER"]
SARA = 1
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def control(path, body=None):
    """Asks the control API."""
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(f"{URL}/control/{path}", data, timeout=10) as answer:
            return json.load(answer)["result"]
    except urllib.error.HTTPError as problem:
        raise AssertionError(f"{path}: {problem.read().decode()}") from None


def say(text):
    """Sara writes to the bot."""
    who = {"chat_id": SARA, "user_id": SARA, "first_name": "Sara"}
    return control("message", {**who, "text": text})["message_id"]


def press(message_id, data):
    """Sara presses a button."""
    what = {"message_id": message_id, "data": data}
    return control("callback", {"chat_id": SARA, "user_id": SARA, **what})


def limit(method, retry_after):
    """The server refuses the next call of a method with 429."""
    control("fault", {"action": "rate_limit", "method": method, "retry_after": retry_after})


def can_limit():
    """Whether the control API has faults."""
    with urllib.request.urlopen(URL, timeout=10) as answer:
        return b"/control/fault" in answer.read()


def texts():
    """What stands in Sara's chat."""
    return [message.get("text") or message.get("caption") for message in control(f"chats/{SARA}/messages")]


async def until(look, expected):
    """Waits for something to be as expected; the runner limits how long."""
    while look() != expected:
        await asyncio.sleep(0.02)


def same(found, expected):
    """Compares, and says both."""
    assert found == expected, f"expected {expected!r}, found {found!r}"


async def refused(call, error, *words):
    """The call has to fail with this class of error, which has these words."""
    try:
        answer = await call
    except error as problem:
        same(type(problem), error)
        shown = str(problem)
        for word in words:
            assert word in shown, f"expected {word!r} in {shown!r}"
    else:
        raise AssertionError(f"expected {error.__name__}, found {answer!r}")
