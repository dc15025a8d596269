"""The Lazada Open Platform and its Seller Center, as far as the connector uses them."""

from .app import Lazada
from .state import Line

__all__ = ["Lazada", "Line"]
