"""Refusals to come: what the platform answers for reasons of its own, on order."""

from dataclasses import dataclass

from .packages import WORDS as PACKAGE_WORDS
from .stock_calls import WORDS as STOCK_WORDS

WORDS = PACKAGE_WORDS | STOCK_WORDS


@dataclass
class Refusal:
    path: str
    code: str
    times: int
    whole: bool


class Refusals:
    """The part of the platform that is not in the mood."""

    camel_case_errors = False  # errorCode and errorMsg instead of error_code and error_msg: both occur, contract 3

    def __init__(self):
        self._refusals = []

    def refuse_next(self, path, code, times=1, whole=False):
        """Let the next `times` units or packages of calls to `path` fail with the code; `whole`: the next calls.

        refuse_next("/order/fulfill/pack", "700024"): one unit's lock is not free, the next try is good. A single label
        spoils the whole file, and `/order/reverse/cancel/create` answers with the tip_type error.
        """
        if code not in WORDS:
            raise ValueError(f"unknown code {code}, one of {', '.join(WORDS)} is meant")
        self._refusals.append(Refusal(path, code, times, whole))

    def take_refusal(self, path, whole=False) -> str:
        """The code that the call, or its next unit or package, fails with; empty where it may go on."""
        for refusal in self._refusals:
            if refusal.times > 0 and refusal.path == path and refusal.whole == whole:
                refusal.times -= 1
                return refusal.code
        return ""
