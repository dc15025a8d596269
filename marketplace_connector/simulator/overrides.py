"""Lets a test put anything into an answer that the platform would otherwise compute."""

ABSENT = object()  # as a value: the field is left out


def override(content, changes):
    """The content with the changes made: dicts are merged, `ABSENT` removes, a function gets the value it replaces."""
    result = dict(content)
    for name, change in changes.items():
        if change is ABSENT:
            result.pop(name, None)
        elif callable(change):
            result[name] = change(result.get(name))
        elif isinstance(change, dict) and isinstance(result.get(name), dict):
            result[name] = override(result[name], change)
        else:
            result[name] = change
    return result
