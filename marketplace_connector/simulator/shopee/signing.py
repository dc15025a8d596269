"""How Shopee signs: three base strings, one hash."""

import hashlib
import hmac


def sign(partner_key: str, base: str) -> str:
    """The signature of a base string, 64 lower-case hexadecimal digits."""
    return hmac.new(partner_key.encode(), base.encode(), hashlib.sha256).hexdigest()


def public_base(partner_id, path, timestamp) -> str:
    """What is signed for calls that need no token: authorisation links, tokens, look-ups of the partner."""
    return f"{partner_id}{path}{timestamp}"


def shop_base(partner_id, path, timestamp, access_token, shop_id) -> str:
    """What is signed for calls about one shop."""
    return f"{partner_id}{path}{timestamp}{access_token}{shop_id}"


def merchant_base(partner_id, path, timestamp, access_token, merchant_id) -> str:
    """What is signed for calls about one merchant."""
    return f"{partner_id}{path}{timestamp}{access_token}{merchant_id}"
