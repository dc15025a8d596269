"""The products' pictures: small real PNG files at addresses of the platform."""

import struct
import zlib
from colorsys import hsv_to_rgb

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

EDGE = 96


def register(app):
    """Serve the pictures of all shops in `app.shops`."""
    path = "/pictures/<int:shop>/<int:number>-<int:picture>.png"
    app.route(path, lambda request, **place: _show(app, **place), ("GET",))


def picture_url(host_url, shop_number, product) -> str:
    """Where the product's picture is; empty for a product without one. `host_url` ends with a slash."""
    return f"{host_url}pictures/{shop_number}/{product.number}-{product.picture}.png" if product.picture else ""


def png(number, picture) -> bytes:
    """A square in two colours, others for each number and picture."""
    stripes = [_colour(number * 0.17 + picture * 0.29, light) for light in (0.55, 0.85)]
    rows = b"".join(b"\0" + b"".join(stripes[(x + y) // (EDGE // 4) % 2] for x in range(EDGE)) for y in range(EDGE))
    header = struct.pack(">IIBBBBB", EDGE, EDGE, 8, 2, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in chunks)


def _show(app, shop, number, picture):
    """The one picture that the product shows now, no earlier one."""
    product = app.shops[shop].shelf.product(number) if shop in app.shops else None
    if product is None or not picture or product.picture != picture:
        raise NotFound
    return Response(png(number, picture), content_type="image/png")


def _colour(hue, light):
    return bytes(round(255 * part) for part in hsv_to_rgb(hue % 1, 0.45, light))


def _chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
