"""What sellers export from their Seller Center: the SKUs of a shop in workbooks, read by their headers.

A column is known by its header, wherever it stands and in whatever language; what stands between the headers and the
first row with an ID are instructions.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from itertools import chain

from .types import listing_key
from .workbook import FORMULA, Sheet, UnreadableFile, read_workbooks

HEADER_ROWS = 10  # the headers stand within the first rows
KNOWN_HEADERS = 3  # that many tell that a row is the headers
SURE_DIGITS = 15  # what a number in a spreadsheet keeps
_ID = re.compile(r"(\d{5,})(\.0*)?")
_ROUNDED = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_SEPARATORS = (",", ";", "|")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedSku:
    """A SKU of the files. `number` is its row; texts are empty and numbers None where the files do not tell.

    `options` are (name, value) with an empty name where only the values are told; `variation` is how the file writes
    them. `status` is one of LISTING_STATUSES or empty, `site` the country that the file tells, as SG. A row that cannot
    be taken has a `problem`: no_sku (nothing tells which SKU it is), rounded (a spreadsheet program has rounded its
    ID), formula, price, no_name, twice (`twin` is the row that has the same SKU).
    """

    number: int
    item_ref: str = ""
    sku_ref: str = ""
    seller_sku: str = ""
    name: str = ""
    variation: str = ""
    options: tuple[tuple[str, str], ...] = ()
    price: Decimal | None = None
    currency: str = ""
    quantity: int | None = None
    barcode: str = ""
    picture_url: str = ""
    status: str = ""
    raw_status: str = ""
    site: str = ""
    problem: str = ""
    twin: int = 0

    @property
    def listing_key(self):
        """What tells the SKU from all others of its shop; empty where the file does not tell."""
        return listing_key(self.item_ref, self.sku_ref, self.seller_sku) if self.item_ref or self.sku_ref else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedItem:
    """What a file of items tells beside its name: pictures, and the first option with its values."""

    name: str = ""
    picture_url: str = ""
    option_name: str = ""
    option_pictures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """All that the files tell: the SKUs by row, what is told of whole items, and the shop they say they are of."""

    skus: tuple[ExportedSku, ...] = ()
    items: Mapping[str, ExportedItem] = field(default_factory=dict)
    shop_ref: str = ""


@dataclass(slots=True)
class Table:
    """A sheet below its headers: `columns` are the known ones by field, several where a field has several."""

    columns: dict[str, list[int]]
    headers: dict[int, str]
    rows: list[tuple[int, dict[int, str]]]
    above: list[dict[int, str]]  # between headers and the first row with an ID

    def text(self, cells: Mapping[int, str], name: str) -> str:
        """The first text of the field in the row."""
        return next((cells[column] for column in self.columns.get(name, ()) if column in cells), "")


def read_export(contents: Iterable[bytes], read_table: Callable[[Sheet], Export | None]) -> Export:
    """The SKUs of several files of one shop; what a file tells of whole items is put to their SKUs.

    `read_table` reads a sheet, None where it does not know its headers. Raises UnreadableFile.
    """
    known = []
    seen = []
    for sheet in chain.from_iterable(chain.from_iterable(map(read_workbooks, contents))):
        found = read_table(sheet)
        if found is not None:
            known.append(found)
        elif sheet.rows:
            seen.extend(list(sheet.rows[0].cells.values())[:5])
    if not known:
        raise UnreadableFile("unknown", ", ".join(seen[:5]))
    skus = [sku for export in known for sku in export.skus]
    if not skus:
        raise UnreadableFile("no_sku" if any(export.items for export in known) else "no_rows")
    items = {}
    for export in known:
        items |= export.items
    shop_refs = {export.shop_ref for export in known if export.shop_ref}
    if len(shop_refs) > 1:
        raise UnreadableFile("other_shop", ", ".join(sorted(shop_refs)))
    return Export(skus=tuple(_completed(_once(skus), items)), items=items, shop_ref="".join(shop_refs))


# === TABLES === #


def find_table(sheet: Sheet, fields: Mapping[str, str], id_fields: Sequence[str]) -> Table | None:
    """The sheet's table, None where no row has headers that are known.

    `fields` gives the field of a header in the form of `plain`; `id_fields` are those with the platform's IDs.
    """
    for index, row in enumerate(sheet.rows[:HEADER_ROWS]):
        columns = {}
        for column, header in row.cells.items():
            name = fields.get(plain(header))
            if name:
                columns.setdefault(name, []).append(column)
        if len(columns) >= KNOWN_HEADERS and any(name in columns for name in id_fields):
            return _table(sheet.rows[index:], columns, id_fields)
    return None


def _table(rows, columns, id_fields):
    ids = [column for name in id_fields for column in columns.get(name, ())]
    below = [(row.number, row.cells) for row in rows[1:]]
    first = next((i for i, (_n, cells) in enumerate(below) if any(is_id(cells.get(c, "")) for c in ids)), len(below))
    return Table(columns, rows[0].cells, below[first:], [cells for _number, cells in below[:first]])


def plain(header: str) -> str:
    """A header without asterisks, blanks, signs and capital letters."""
    return re.sub(r"[\W_]+", "", header).casefold()


def is_id(text: str) -> bool:
    """Whether the text is one of the platforms' numbers, or what a spreadsheet program has made of one."""
    return bool(_ID.fullmatch(text) or _ROUNDED.fullmatch(text)) or text == FORMULA


def to_id(text: str) -> tuple[str, str]:
    """The number as text and why it cannot be used: rounded, formula, or empty."""
    if text.startswith(FORMULA):
        return "", "formula"
    if found := _ID.fullmatch(text):
        return found[1], ""
    if _ROUNDED.fullmatch(text):
        number = Decimal(text)
        whole = format(number, "f").partition(".")[0]
        exact = number == number.to_integral_value() and len(whole) <= len(number.as_tuple().digits)
        return (whole, "") if exact and len(whole) <= SURE_DIGITS + 1 else ("", "rounded")
    return "", ""


def to_amount(text: str) -> Decimal | None:
    """The amount in the text, with whatever signs between its thousands; None where it is none."""
    number = re.sub(r"[^\d.,-]", "", text).strip(".,")
    marks = [mark for mark in ".," if mark in number]
    if len(marks) == 2:
        thousands = min(marks, key=number.rindex)
        number = number.replace(thousands, "").replace(",", ".")
    elif marks:
        parts = number.split(marks[0])
        grouped = all(len(part) == 3 for part in parts[1:]) and 1 <= len(parts[0]) <= 3 and parts[0] != "0"
        number = "".join(parts) if grouped else ".".join(parts)
    try:
        return round(Decimal(number), 4)
    except InvalidOperation:
        return None


def to_quantity(text: str) -> int | None:
    """Whole pieces, None where the text is no number."""
    try:
        return int(Decimal(text.replace(",", "")))
    except (InvalidOperation, ValueError, OverflowError):
        return None


def to_picture(text: str) -> str:
    """The first address in the text."""
    found = re.search(r"https?://[^\s,;\"']+", text)
    return found[0] if found else ""


# === WHAT A ROW IS MISSING === #


def checked(sku: ExportedSku, price: str = "") -> ExportedSku:
    """The SKU with its price, and with what is wrong with its row."""
    formula = FORMULA in (sku.seller_sku, sku.name, sku.variation, price)
    amount = to_amount(price) if price else None
    if sku.problem:
        return replace(sku, price=amount)
    if not sku.listing_key:
        problem = "no_sku"
    elif formula:
        problem = "formula"
    elif price and (amount is None or amount < 0):
        problem = "price"
    else:
        problem = ""
    return replace(sku, price=amount, problem=problem)


def _once(skus: Iterable[ExportedSku]) -> Iterator[ExportedSku]:
    """A SKU that several files tell of is put together; in one file its second row has a problem."""
    rows = {}
    for position, sku in enumerate(skus):
        first = rows.get(sku.listing_key) if sku.listing_key and not sku.problem else None
        if first is None:
            rows[sku.listing_key or position if not sku.problem else position] = sku
        elif _completes(first, sku):
            rows[sku.listing_key] = _merged(first, sku)
        else:
            rows[position] = replace(sku, problem="twice", twin=first.number)
    return rows.values()


def _completes(first, second):
    """Whether the files are of different kinds: one of them has no prices."""
    return (first.price is None) != (second.price is None)


def _merged(first, second):
    lead, other = (first, second) if first.price is not None else (second, first)
    fills = {name: getattr(other, name) for name in ("name", "variation", "barcode", "picture_url", "seller_sku")}
    return replace(lead, **{name: value for name, value in fills.items() if not getattr(lead, name)})


def _completed(skus, items):
    """The SKUs with the options of their item's variants, and with what is told of the item."""
    by_item = {}
    skus = list(skus)
    for sku in skus:
        by_item.setdefault(sku.item_ref, []).append(sku)
    options = {id(sku): found for group in by_item.values() for sku, found in _options_of(group)}
    for sku in skus:
        item = items.get(sku.item_ref, ExportedItem())
        found = _named(options[id(sku)], item)
        picture = item.option_pictures.get(found[0][1]) if found else None
        name = sku.name or item.name or sku.seller_sku
        yield replace(
            sku,
            name=name,
            options=found,
            picture_url=sku.picture_url or picture or item.picture_url,
            problem=sku.problem or ("" if name else "no_name"),
        )


def _named(options, item):
    """The options with the name of the first one, where the file of items tells it."""
    if options and not options[0][0] and item.option_name and options[0][1] in item.option_pictures:
        return ((item.option_name, options[0][1]), *options[1:])
    return options


def _options_of(skus: Sequence[ExportedSku]) -> Iterator[tuple[ExportedSku, tuple[tuple[str, str], ...]]]:
    """The options of an item's SKUs, from how the file writes them together.

    They are taken apart where all are written alike and parts come again, as S in "Black,S" and "White,S".
    """
    texts = [sku.variation for sku in skus if sku.variation]
    parts = _parts_of(texts)
    for sku in skus:
        if not sku.variation:
            yield sku, ()
        elif parts:
            yield sku, parts[sku.variation]
        else:
            yield sku, (("", sku.variation),)


def _parts_of(texts):
    for separator in _SEPARATORS:
        split = {text: [part.strip() for part in text.split(separator)] for text in texts}
        if not split or len({len(parts) for parts in split.values()}) != 1 or not all(map(all, split.values())):
            continue
        named = {text: [re.fullmatch(r"([^:]+):\s*(.+)", part) for part in parts] for text, parts in split.items()}
        if all(map(all, named.values())):
            pairs = {text: tuple((one[1].strip(), one[2]) for one in parts) for text, parts in named.items()}
            if len({tuple(name for name, _value in options) for options in pairs.values()}) == 1:
                return pairs
        columns = list(zip(*split.values(), strict=True))
        if len(columns) > 1 and any(1 < len(set(column)) < len(column) for column in columns):
            return {text: tuple(("", part) for part in parts) for text, parts in split.items()}
    return {}
