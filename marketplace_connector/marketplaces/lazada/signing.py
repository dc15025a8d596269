"""Lazada's request signature (Lazada doc 108069, "Signature algorithm")."""

import hashlib
import hmac
from collections.abc import Mapping


def sign(secret: str, path: str, params: Mapping[str, str]) -> str:
    """The value of `sign`: upper-case hex.

    `path` is the API path without `/rest`, as `/order/get`; `params` are all parameters of the query and the form
    together, unencoded. A `sign` among them is left out.
    """
    names = sorted(name for name in params if name != "sign")
    text = path + "".join(f"{name}{params[name]}" for name in names)
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest().upper()
