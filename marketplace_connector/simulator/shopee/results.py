"""The answers of calls about many orders, where each can fail by itself."""

from .fields import MOST_AT_ONCE
from .gateway import ApiError

ALL_FAILED = {
    "error": "common.batch_api_all_failed",
    "message": "Failed, please check result_list for more details.",
}


def all_or_some(body, function):
    """The result of `function(entry)` for each entry of order_list, or why it failed.

    The call itself fails only if each entry did; some failures are told in `warning` too.
    """
    results, failed = [], []
    for entry in body.parts("order_list", MOST_AT_ONCE):
        names = {"order_sn": entry.text("order_sn")}
        if entry.package_number():
            names["package_number"] = entry.package_number()
        try:
            results.append({**names, **function(entry)})
        except ApiError as error:
            results.append({**names, "fail_error": error.error, "fail_message": error.message})
            failed.append(names)
    answer = {"response": {"result_list": results}}
    if len(failed) == len(results):
        return {**ALL_FAILED, **answer}
    return {**answer, "warning": failed} if failed else answer
