import io
import struct
import time
import zlib

import pytest
from PIL import Image

from perron.kit.errors import Invalid
from perron.media.images import read_image

PIXELS = 50_000_000


def jpeg(width: int = 300, height: int = 200, **more: object) -> bytes:
    out = io.BytesIO()
    picture = Image.new("RGB", (width, height), (31, 111, 92))
    picture.paste((180, 105, 14), (0, 0, width // 2, height))
    picture.save(out, "JPEG", **more)
    return out.getvalue()


def with_exif() -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x9286], exif[0x0112] = "Camera 4711", "Serial 4711", 6
    exif.get_ifd(0x8825).update({1: "N", 2: (43.0, 36.0, 0.0), 3: "E", 4: (1.0, 26.0, 0.0)})
    return jpeg(exif=exif, comment=b"Serial 4711")


def test_where_and_with_what_a_picture_was_taken_is_gone_from_every_file() -> None:
    made = read_image(with_exif(), max_pixels=PIXELS)
    for still in (made.file, made.small):
        assert b"4711" not in still.data
        with Image.open(io.BytesIO(still.data)) as shown:
            assert not dict(shown.getexif()) and "comment" not in shown.info


def test_a_picture_that_lay_on_its_side_stands_up() -> None:
    made = read_image(with_exif(), max_pixels=PIXELS)
    assert (made.file.width, made.file.height) == (200, 300)


def test_words_in_a_png_are_gone() -> None:
    out = io.BytesIO()
    from PIL.PngImagePlugin import PngInfo

    words = PngInfo()
    words.add_text("Author", "Ada 4711")
    Image.new("RGB", (40, 40)).save(out, "PNG", pnginfo=words)
    assert b"4711" not in read_image(out.getvalue(), max_pixels=PIXELS).file.data


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 50_000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    "data",
    [
        png_that_claims(40_000, 40_000),
        b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + b"\x00\x00\x00;",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<html><script>alert(1)</script></html>",
        b"II*\x00" + b"\0" * 100,
        jpeg()[:200],
        b"",
    ],
    ids=["bomb", "gif bomb", "svg", "html", "tiff", "cut off", "empty"],
)
def test_what_is_no_picture_or_would_burst_is_refused_quickly(data: bytes) -> None:
    began = time.process_time()
    with pytest.raises(Invalid):
        read_image(data, max_pixels=PIXELS)
    assert time.process_time() - began < 2


def test_a_picture_has_a_small_one_and_a_blur_to_wait_with() -> None:
    made = read_image(jpeg(2000, 1500), max_pixels=PIXELS)
    assert made.small.width * made.small.height <= 230_400
    assert 6 <= len(made.blurhash) <= 40
    assert made.meta["original"]["aspect"] == pytest.approx(4 / 3, abs=0.01)
