"""What counts as a picture: told by its first bytes, never by its name or by what a sender says it is."""

from __future__ import annotations

#: Bytes; a phone's photo is about 5 MB.
LARGEST = 10 * 1024 * 1024
#: How files begin, and what they are then.
BEGINNINGS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
#: In ISO base media files (ISO/IEC 14496-12) the brand at bytes 8 to 12 says what is inside.
BRANDS = {b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic", b"avif": "image/avif"}


def content_type(content: bytes) -> str | None:
    """Return the media type of a picture, or None of anything else."""
    for beginning, kind in BEGINNINGS.items():
        if content.startswith(beginning):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return BRANDS.get(content[8:12]) if content[4:8] == b"ftyp" else None
