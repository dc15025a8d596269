"""Reads the parameters of calls about orders, strictly, and finds the order and package they name."""

from .gateway import ApiError, WrongParameters
from .hand_over_errors import NO_SUCH_PACKAGE

MOST_AT_ONCE = 50
ORDER_NOT_FOUND = ("error_not_found", "Wrong parameters, detail: the order is not found.")
NEED_PACKAGE = ("logistics.package_number_not_exist", "Please request with package_number for this split order.")


class Fields:
    """A JSON object of a call; what is missing or of another type is refused by its name."""

    def __init__(self, content, name="the request body"):
        if not isinstance(content, dict):
            raise WrongParameters(f"{name} must be an object.")
        self.content = content

    def __contains__(self, name):
        return self.content.get(name) is not None

    def text(self, name, default=None) -> str:
        """The text, which must be there and not empty unless there is a default."""
        value = self._value(name, str, "a string", default)
        if not value and default is None:
            raise WrongParameters(f"{name} is a required field.")
        return value

    def integer(self, name, default=None) -> int:
        """The whole number, which must be there unless there is a default."""
        return self._value(name, int, "an integer", default)

    def flag(self, name, default) -> bool:
        """The truth value."""
        return self._value(name, bool, "a boolean", default)

    def part(self, name) -> "Fields":
        """The object of that name, which must be there; it may be empty."""
        self._value(name, dict, "an object")
        return Fields(self.content[name])

    def parts(self, name, most=None) -> list["Fields"]:
        """The objects of the list, which must be there; `most` is how many there may be."""
        values = self._value(name, list, "a list")
        if not values:
            raise WrongParameters(f"{name} is a required field.")
        if most and len(values) > most:
            raise WrongParameters(f"{name} must have 1 to {most} entries.")
        return [Fields(value, f"each of {name}") for value in values]

    def values(self, name, kind) -> list:
        """The plain values of the list, none if it is not there."""
        values = self._value(name, list, "a list", [])
        if any(type(value) is not kind for value in values):
            raise WrongParameters(f"{name} must be a list of {kind.__name__}.")
        return values

    def _value(self, name, kind, text, default=None):
        value = self.content.get(name)
        if value is None:
            if default is None:
                raise WrongParameters(f"{name} is a required field.")
            return default
        if type(value) is not kind:
            raise WrongParameters(f"{name} must be {text}.")
        return value

    def package_number(self) -> str:
        """The package_number, empty if it was left out; sending it empty is refused."""
        return given_package_number(self.content.get("package_number"))


def given_package_number(value):
    """The value, or an empty text for None; an empty text itself is no package number."""
    if value is None:
        return ""
    if not isinstance(value, str) or not value.strip():
        raise WrongParameters("package_number must not be an empty string.")
    return value


def body_of(call) -> Fields:
    """The parameters of a POST."""
    return Fields(call.body())


def order_of(call, order_sn, unknown=ORDER_NOT_FOUND):
    """The shop's order of that number."""
    if order_sn not in call.shop.orders:
        raise ApiError(*unknown)
    return call.shop.orders[order_sn]


def package_of(order, package_number, needed=NEED_PACKAGE, unknown=NO_SUCH_PACKAGE):
    """The order's package of that number, its only one where none is given."""
    if not package_number:
        if order.split_up:
            raise ApiError(*needed)
        return order.packages[0]
    for package in order.packages:
        if package.package_number == package_number:
            return package
    raise ApiError(*unknown)


def package_of_shop(call, package_number):
    """The shop's order and package of that number."""
    order = call.app.packages.get(package_number)
    if not order or order.shop is not call.shop:
        raise ApiError(*NO_SUCH_PACKAGE)
    return order, package_of(order, package_number)
