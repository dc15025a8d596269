"""Sentences for what went wrong with a marketplace: what happened, and what to do."""

from datetime import timedelta

from psycopg2.errors import UniqueViolation

from ..marketplaces import errors


def explain(env, error):
    """The sentence to show for an error of the client, in the user's language."""
    told = _explain(env, error)
    return f"{told} {explain_clock(env, error.clock_off)}" if error.clock_off else told


def explain_clock(env, clock_off):
    """What to do about a platform's clock that is `clock_off` (a timedelta) ahead of ours."""
    minutes = abs(round(clock_off.total_seconds() / 60))
    span = env._("%(hours)s h %(minutes)s min", hours=minutes // 60, minutes=minutes % 60)
    if clock_off > timedelta(0):
        return env._("This server's clock is %(span)s behind the marketplace's: set it right.", span=span)
    return env._("This server's clock is %(span)s ahead of the marketplace's: set it right.", span=span)


def _explain(env, error):
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


def first_line(env, error):
    """What users see of an error that nobody foresaw: a line of it, or what it means where that is known."""
    if isinstance(error, UniqueViolation):
        return env._("Another process wrote the same in the same moment. It is tried again by itself.")
    text = str(error.args[0]) if error.args else type(error).__name__
    return text.split("\n")[0][:300]
