"""Push messages: what a platform tells an ERP by itself, signed, and what becomes of them on their way."""

import json
import queue
import random
import threading
import urllib.error
import urllib.request
from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime
from functools import partial

KEPT = 200  # of the messages sent, for the console
PATIENCE = 3  # seconds
LOST = "lost on its way"


@dataclass
class SentPush:
    """A message and what was answered: an HTTP status, or a word where no answer came."""

    at: datetime
    subject: str
    message: dict
    body: bytes
    headers: dict
    url: str
    answer: str = "on its way"
    repeated: int = 0

    @property
    def has_arrived(self):
        """Whether the ERP said that it has it."""
        return self.answer.startswith("2")


def post(push) -> str:
    """Send the message over HTTP; what was answered. Proxies in the environment are for other hosts."""
    request = urllib.request.Request(push.url, push.body, push.headers, method="POST")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=PATIENCE) as response:
            return str(response.status)
    except urllib.error.HTTPError as error:
        return str(error.code)
    except (OSError, ValueError) as error:
        return f"no answer: {error}"


class Pushes:
    """The part of a platform that pushes what has changed since it looked last: after each request, and at `push`.

    Needs `clock` and `lock` beside it, and from the platform `_push_state()`, `_push_news(before, after)`,
    `_push_headers(body)` and `_push_later(seconds, happen)`. Nothing is sent before `register_push_url`.
    """

    push_repeats = ()  # seconds until a message that was not answered with 200 is sent again, each time

    # === SWITCHES: of a hundred messages so many are … === #
    pushes_lost = 0
    pushes_doubled = 0
    pushes_late = 0  # and come after the next one
    push_in_milliseconds = False

    def __init__(self, number=0):
        self.push_url = ""
        self.sent_pushes = deque(maxlen=KEPT)
        self.send_push = None  # for tests: called with each SentPush in place of HTTP, gives what was answered
        self.push_mishaps = Counter()  # what went wrong with messages so far, by kind
        self._push_chance = random.Random(f"pushes/{number}")
        self._pushed = {}  # what the ERP was told of
        self._late_pushes = []
        self._outbox = queue.SimpleQueue()
        self._postman = None

    def register_push_url(self, url):
        """Push to this address from now on; empty for none."""
        with self.lock:
            self.push_url = url
            self._pushed = self._push_state() if url else {}

    def push(self):
        """Send what has changed since the last look."""
        if not self.push_url:
            return
        with self.lock:
            before, self._pushed = self._pushed, self._push_state()
            for subject, message in self._push_news(before, self._pushed):
                self._hand_on(self._written(subject, message))

    def push_now(self, subject, message) -> str:
        """Send one message at once, past all mishaps; what was answered."""
        push = self._written(subject, message)
        self.sent_pushes.appendleft(push)
        push.answer = (self.send_push or post)(push)
        return push.answer

    def push_has_failed(self, push):
        """A hook: the message is lost, or was not answered as it should be as often as it was sent."""

    # === ON THEIR WAY === #

    def _push_time(self):
        seconds = self.clock.now().timestamp()
        return int(seconds * 1000) if self.push_in_milliseconds else int(seconds)

    def _written(self, subject, message):
        body = json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", **self._push_headers(body)}
        return SentPush(self.clock.now(), subject, message, body, headers, self.push_url)

    def _happens(self, what):
        """Whether it happens to this message: `what` is lost, doubled or late."""
        percent = getattr(self, f"pushes_{what}")
        happens = percent > 0 and self._push_chance.random() * 100 < percent
        self.push_mishaps[what] += happens
        return happens

    def _hand_on(self, push):
        if self._happens("late"):
            self._late_pushes.append(push)
            return
        for _ in range(2 if self._happens("doubled") else 1):
            self._send(push)
        late, self._late_pushes = self._late_pushes, []
        for one in late:
            self._send(one)

    def _send(self, push):
        self.sent_pushes.appendleft(push)
        if self._happens("lost"):
            push.answer = LOST
            self.push_has_failed(push)
        else:
            self._deliver(push)

    def _deliver(self, push):
        if self.send_push:
            self._take_answer(push, self.send_push(push))
            return
        self._outbox.put(push)
        if self._postman is None:
            self._postman = threading.Thread(target=self._carry_post, daemon=True)
            self._postman.start()

    def _take_answer(self, push, answer):
        push.answer = answer
        if push.has_arrived:
            return
        if push.repeated < len(self.push_repeats):
            self._push_later(self.push_repeats[push.repeated], partial(self._repeat, push))
        else:
            self.push_has_failed(push)

    def _repeat(self, push):
        push.repeated += 1
        self._deliver(push)

    def _carry_post(self):
        while True:
            push = self._outbox.get()
            answer = post(push)
            with self.lock:
                self._take_answer(push, answer)
