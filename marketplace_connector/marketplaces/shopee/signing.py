"""Shopee's signatures."""

import hashlib
import hmac


def sign(partner_key, partner_id, path, timestamp, access_token="", shop_id=""):
    """The signature of a call, in lower-case hex.

    Public calls are signed without access token and shop, shop calls with both. The key is taken as text, not as the
    bytes its hex digits stand for; parameters and body are not signed (Shopee guide "API calls").
    """
    base = f"{partner_id}{path}{timestamp}{access_token}{shop_id}"
    return hmac.new(partner_key.encode(), base.encode(), hashlib.sha256).hexdigest()
