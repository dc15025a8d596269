"""Sentences for what went wrong with a marketplace: what happened, and what to do."""

from ..marketplaces import errors


def explain(env, error):
    """The sentence to show for an error of the client, in the user's language."""
    reason = error.message + (f" [{error.code}]" if error.code else "")
    if isinstance(error, errors.RenewalLost):
        return env._(
            "The access was renewed at the marketplace, but its answer did not arrive or the server stopped before it "
            "was kept, and the marketplace does not repeat it. Press Connect on the account: what happened meanwhile "
            "comes in by itself. It said: %(reason)s",
            reason=reason,
        )
    if isinstance(error, errors.NotAuthorized):
        return env._(
            "The marketplace does not accept our access any more. Check the app key and secret of the account, "
            "then press Connect there. It said: %(reason)s",
            reason=reason,
        )
    if isinstance(error, errors.RateLimited):
        return env._(
            "The marketplace asks us to wait %(seconds)s seconds. The scheduled action goes on after that.",
            seconds=int(error.retry_after),
        )
    if isinstance(error, errors.TransportError | errors.ServerError):
        return env._(
            "The marketplace could not be reached. It is tried again by itself. The reason: %(reason)s", reason=reason
        )
    if isinstance(error, errors.UnexpectedResponse):
        return env._(
            "The marketplace's answer could not be understood at “%(where)s”. Press Retry; if it stays, report it "
            "with this text: %(reason)s",
            where=error.where,
            reason=reason,
        )
    return env._("The marketplace refused: %(reason)s", reason=reason)
