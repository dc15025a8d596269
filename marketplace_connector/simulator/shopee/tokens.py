"""Codes, access tokens and single-use refresh tokens."""

import secrets
from dataclasses import dataclass

from .gateway import SHOP_BANNED, Refused

CODE_SECONDS = 600
ACCESS_SECONDS = 4 * 3600
REFRESH_SECONDS = 30 * 86400
OVERLAP_SECONDS = 300  # an access token outlives its refresh so long
REPLAY_SECONDS = 4 * 3600
LONGEST_DAYS = 365

Holder = tuple[str, int]  # ("shop_id", 1) or ("merchant_id", 1): whom a chain of tokens serves


@dataclass
class Grant:
    """What a code was given out for."""

    login: Holder  # ("shop_id", 1) or ("main_account_id", 1)
    holders: list[Holder]
    end: int


@dataclass
class Refresh:
    """A refresh token as one shop or merchant sees it."""

    access_token: str
    end: int
    spent_at: int = 0
    successor: tuple[str, str] = ("", "")  # access and refresh token it was spent for


class TokenBook:
    """The authorisations of all shops. Needs `clock`, `shops`, `main_accounts` and `partner_id` beside it."""

    # Whether a spent refresh token brings the pair it was spent for once more, instead of an error.
    replay_spent_refresh_tokens = False
    bad_code_error = ("invalid_code", "The code is expired or used or invalid, please check the code.")
    bad_token_error = ("invalid_acceess_token", "Invalid access_token, please have a check.")

    def __init__(self):
        self.codes: dict[str, Grant] = {}
        self.access_ends: dict[tuple[str, Holder], int] = {}
        self.refreshes: dict[tuple[str, Holder], Refresh] = {}

    # === WHAT SELLERS DO === #

    def authorise(self, shop_id=None, main_account_id=None, days=LONGEST_DAYS) -> str:
        """The seller allows the partner in. Returns the code that the redirect carries."""
        if main_account_id:
            account = self.main_accounts[main_account_id]
            login, shop_ids = ("main_account_id", main_account_id), account.shop_ids
            merchants = [("merchant_id", merchant_id) for merchant_id in account.merchant_ids]
        else:
            login, shop_ids, merchants = ("shop_id", shop_id), (shop_id,), []
        now = self.clock.seconds()
        for authorised in shop_ids:
            self.shops[authorised].auth_time = now
            self.shops[authorised].expire_time = now + min(days, LONGEST_DAYS) * 86400
        code = secrets.token_hex(16)
        holders = [("shop_id", authorised) for authorised in shop_ids] + merchants
        self.codes[code] = Grant(login, holders, now + CODE_SECONDS)
        return code

    def revoke(self, shop):
        """The seller, or Shopee, ends the partner's access to the shop at once."""
        shop.expire_time = 0
        holder = ("shop_id", shop.shop_id)
        self.access_ends = {key: end for key, end in self.access_ends.items() if key[1] != holder}

    def issue_tokens(self, shop) -> tuple[str, str]:
        """An access and a refresh token of the shop, as if its seller had just authorised the partner."""
        pair = self.exchange_code(self.authorise(shop_id=shop.shop_id), ("shop_id", shop.shop_id))
        return pair["access_token"], pair["refresh_token"]

    # === WHAT CALLERS DO === #

    def token_is_good(self, access_token, holder) -> bool:
        """Whether the access token serves the holder now."""
        return self.clock.seconds() < self.access_ends.get((access_token, holder), 0)

    def exchange_code(self, code, login) -> dict:
        """The first pair for a code, with the ids it serves when a main account logged in."""
        grant = self.codes.get(code)
        if not grant or self.clock.seconds() >= grant.end:
            raise Refused(*self.bad_code_error)
        if grant.login != login:
            raise Refused(*WRONG_LOGIN[login[0]])
        del self.codes[code]
        pair = self._new_pair(grant.holders)
        if login[0] == "main_account_id":
            for kind in ("shop_id", "merchant_id"):
                pair[f"{kind}_list"] = [number for name, number in grant.holders if name == kind]
        return pair

    def refresh(self, refresh_token, holder) -> dict:
        """The next pair of the holder's chain; the token is spent by it."""
        now = self.clock.seconds()
        self._check_link(holder)
        refresh = self.refreshes.get((refresh_token, holder))
        if not refresh:
            raise Refused(*WRONG_REFRESH_TOKEN[holder[0]])
        if now >= refresh.end:
            raise Refused("refresh_token_expired", "Your refresh_token expired.")
        if refresh.spent_at:
            if self.replay_spent_refresh_tokens and now - refresh.spent_at < REPLAY_SECONDS:
                return self._pair(*refresh.successor)
            raise Refused("error_auth", "Invalid refresh_token.")
        pair = self._new_pair([holder])
        refresh.spent_at, refresh.successor = now, (pair["access_token"], pair["refresh_token"])
        old = (refresh.access_token, holder)
        self.access_ends[old] = min(self.access_ends.get(old, 0), now + OVERLAP_SECONDS)
        return pair

    def _check_link(self, holder):
        if holder[0] != "shop_id":
            return
        shop = self.shops.get(holder[1])
        if not shop or not shop.expire_time:
            raise Refused("shop_no_linked", "Partner and shop has no linked.")
        if self.clock.seconds() >= shop.expire_time:
            raise Refused("shop_access_expired", "Your access to shop has expired.")
        if shop.status == "BANNED":
            raise Refused(*SHOP_BANNED)

    def _new_pair(self, holders):
        access_token, refresh_token, now = secrets.token_hex(16), secrets.token_hex(16), self.clock.seconds()
        for holder in holders:
            end = now + ACCESS_SECONDS
            if holder[0] == "shop_id":
                end = min(end, self.shops[holder[1]].expire_time)
            self.access_ends[access_token, holder] = end
            self.refreshes[refresh_token, holder] = Refresh(access_token, now + REFRESH_SECONDS)
        return self._pair(access_token, refresh_token)

    def _pair(self, access_token, refresh_token):
        return {"access_token": access_token, "refresh_token": refresh_token, "expire_in": ACCESS_SECONDS}


WRONG_LOGIN = {
    "shop_id": ("invalid_shop_id", "The code or shop_id is wrong, please check the code or the shop_id."),
    "main_account_id": (
        "invalid_main_acount_id",
        "The code or main_accoount_id is wrong, please check the code or the main_account_id.",
    ),
}
WRONG_REFRESH_TOKEN = {
    "shop_id": ("error_shop_refresh_token", "Your refresh token is error ,please check refresh token or shopid."),
    "merchant_id": (
        "error_merchant_refresh_token",
        "Your refresh token is error,please check refresh token or merchant_id.",
    ),
}
