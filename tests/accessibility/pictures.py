"""``make screenshots``: the ten main pages of the demonstration as small PNG files, six of them for the documents.

Chromium writes 24 bits a pixel. Our pages have few colours, so the pictures are written again with a palette of the
256 most used ones, the others by the nearest of these: a third of the size, and the eye sees no difference.
"""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from tests.accessibility.main_pages import opened

ROOT = Path(__file__).resolve().parents[2]
ALL, SHOWN = ROOT / "build/screens", ROOT / "docs/screens"
IN_DOCUMENTS = ("taches", "tache", "parcours", "a-valider", "ateliers", "chiffres")
SIZE: Mapping[str, int] = {"width": 1100, "height": 760}
COLOURS, RARE = 256, 16
MAGIC = b"\x89PNG\r\n\x1a\n"


@click.command(help="Take pictures of the ten main pages of the demonstration.")
@click.option("--docs", is_flag=True, help="Also renew the six of them that README and docs show.")
def main(docs: bool) -> None:
    ALL.mkdir(parents=True, exist_ok=True)
    for name, page in opened():
        page.set_viewport_size({"width": SIZE["width"], "height": SIZE["height"]})
        picture = with_palette(page.screenshot())
        for folder_of in (ALL, SHOWN) if docs and name in IN_DOCUMENTS else (ALL,):
            folder_of.mkdir(exist_ok=True)
            (folder_of / f"{name}.png").write_bytes(picture)
        click.echo(f"{name}.png {len(picture) // 1000} kB")


def with_palette(png: bytes) -> bytes:
    """The same picture with at most 256 colours. ValueError for a PNG that is not 8 bits RGB, as Chromium's are."""
    chunks = list(_chunks(png))
    width, height, depth, kind = struct.unpack(">IIBB", dict(chunks)[b"IHDR"][:10])
    if (depth, kind) != (8, 2):
        raise ValueError("not a picture of 8 bits RGB")
    rows = _rows(zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT")), width, height)
    pixels = [[row[at : at + 3] for at in range(0, len(row), 3)] for row in rows]
    used = Counter(pixel for row in pixels for pixel in row)
    palette = _palette(used)
    number = {colour: place for place, colour in enumerate(palette)}
    number |= {colour: _nearest(colour, palette) for colour in used if colour not in number}
    lines = b"".join(b"\0" + bytes(number[pixel] for pixel in row) for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return b"".join(
        (MAGIC, _chunk(b"IHDR", header), _chunk(b"PLTE", b"".join(palette)),
         _chunk(b"IDAT", zlib.compress(lines, 9)), _chunk(b"IEND", b""))
    )  # fmt: skip


def _palette(used: Counter[bytes]) -> list[bytes]:
    """The most used colours, and some that are like none of these: a small spot of orange stays orange."""
    palette = [colour for colour, _ in used.most_common(COLOURS - RARE)]
    far = {colour: _distance(colour, palette[_nearest(colour, palette)]) for colour in used.keys() - palette}
    while far and len(palette) < COLOURS:
        palette.append(max(far, key=lambda colour: (far[colour], colour)))
        del far[palette[-1]]
        far = {colour: min(known, _distance(colour, palette[-1])) for colour, known in far.items()}
    return palette


def _distance(one: bytes, other: bytes) -> int:
    return sum((mine - its) ** 2 for mine, its in zip(one, other, strict=True))


def _nearest(colour: bytes, palette: list[bytes]) -> int:
    return min(
        range(len(palette)),
        key=lambda place: _distance(colour, palette[place]),
    )


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(MAGIC)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _rows(data: bytes, width: int, height: int) -> Iterator[bytes]:
    """Each row without its filter (PNG 1.2, section 6)."""
    length = width * 3
    above = bytearray(length)
    for number in range(height):
        start = number * (length + 1)
        row = bytearray(data[start + 1 : start + 1 + length])
        _unfilter(data[start], row, above)
        yield bytes(row)
        above = row


def _unfilter(kind: int, row: bytearray, above: bytearray) -> None:
    for at in range(len(row)):
        left = row[at - 3] if at >= 3 else 0
        up, corner = above[at], above[at - 3] if at >= 3 else 0
        if kind == 1:
            row[at] = (row[at] + left) & 255
        elif kind == 2:
            row[at] = (row[at] + up) & 255
        elif kind == 3:
            row[at] = (row[at] + (left + up) // 2) & 255
        elif kind == 4:
            row[at] = (row[at] + _paeth(left, up, corner)) & 255


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda each: abs(guess - each))


if __name__ == "__main__":
    main()
