"""How Lazada computes the signature of a call (Lazada doc 108069)."""

import hashlib
import hmac


def sign(secret, path, parameters, body="", skip_empty=False) -> str:
    """The signature in upper-case hex. `path` has no `/rest`; `sign` and files are not among the signed parameters."""
    pairs = sorted((name, value) for name, value in parameters.items() if name != "sign")
    text = path + "".join(name + value for name, value in pairs if value or not skip_empty) + body
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest().upper()


def is_signed(secret, path, parameters, body="") -> bool:
    """Whether `sign` among the parameters fits. The official SDKs differ in whether empty values count: both do."""
    given = parameters.get("sign", "").encode()
    return any(
        hmac.compare_digest(given, sign(secret, path, parameters, body, skip_empty).encode())
        for skip_empty in (False, True)
    )
