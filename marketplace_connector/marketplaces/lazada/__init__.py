"""The Lazada client."""

from .client import LazadaClient

__all__ = ["LazadaClient"]
