"""A file of files whose every byte follows from what is in it: a plain zip, opened by any program.

Members stand in a given order, with one fixed date, nothing between or behind them. The last one, the manifest,
says of each other one how long it is and what it hashes to, packed and unpacked, so that one digest, the
manifest's, stands for the whole file: `check` finds any byte that is not what it was, and names the place.
"""

import hashlib
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

EPOCH = (1980, 1, 1, 0, 0, 0)
MANIFEST = "manifest.json"
BLOCK = 1 << 20  # bytes of a member that share a hash of their own
LARGEST = (1 << 31) - 1  # bytes of a member, unpacked: zipfile writes none larger in the plain form
PIECE = 1 << 16


class Sink:
    """A member that is being written: counts and hashes what goes through."""

    def __init__(self, name: str, stream: IO[bytes]) -> None:
        self.name, self.size, self._stream = name, 0, stream
        self._whole, self._block, self._room = hashlib.sha256(), hashlib.sha256(), BLOCK
        self._blocks: list[str] = []

    def write(self, data: bytes) -> None:
        self._stream.write(data)
        self._whole.update(data)
        self.size += len(data)
        while len(data) >= self._room:
            self._block.update(data[: self._room])
            self._blocks.append(self._block.hexdigest())
            data, self._block, self._room = data[self._room :], hashlib.sha256(), BLOCK
        self._block.update(data)
        self._room -= len(data)

    def told(self) -> dict[str, Any]:
        """What the manifest says of it."""
        rest = [self._block.hexdigest()] if self._room < BLOCK else []
        whole = self._whole.hexdigest()
        return {
            "name": self.name,
            "bytes": self.size,
            "sha256": whole,
            "blocks": [*self._blocks, *rest],
        }


class Writer:
    """Members one after the other, then the manifest. Raises LargeZipFile above 4 GiB."""

    def __init__(self, path: Path) -> None:
        self._path, self._members = path, list[Sink]()
        self._zip = ZipFile(path, "w", ZIP_DEFLATED, allowZip64=False, compresslevel=6)

    @contextmanager
    def member(self, name: str) -> Iterator[Sink]:
        with self._zip.open(_info(name, ZIP_DEFLATED), "w") as stream:
            sink = Sink(name, stream)
            yield sink
        self._members.append(sink)

    def close(self) -> None:
        self._zip.close()

    def files(self) -> list[dict[str, Any]]:
        """What the manifest has to say of the members, once all are written."""
        self._zip.close()
        with ZipFile(self._path) as zipped, self._path.open("rb") as stream:
            packed = [_packed(stream, info) for info in zipped.infolist()]
        return [sink.told() | one for sink, one in zip(self._members, packed, strict=True)]

    def seal(self, manifest: bytes) -> None:
        with ZipFile(self._path, "a", ZIP_STORED, allowZip64=False) as zipped:
            zipped.writestr(_info(MANIFEST, ZIP_STORED), manifest)


def _info(name: str, packing: int) -> ZipInfo:
    info = ZipInfo(name, EPOCH)
    info.compress_type, info.create_system, info.external_attr = packing, 3, 0o644 << 16
    return info


def _packed(stream: IO[bytes], info: ZipInfo) -> dict[str, Any]:
    """Length and hash of a member as it lies in the file."""
    stream.seek(_begin(info))
    digest, left = hashlib.sha256(), info.compress_size
    while left > 0 and (piece := stream.read(min(PIECE, left))):
        digest.update(piece)
        left -= len(piece)
    return {"packed": info.compress_size, "packed_sha256": digest.hexdigest()}


def _begin(info: ZipInfo) -> int:
    return info.header_offset + 30 + len(info.filename.encode())


# --- reading ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Container:
    """An open file and what is wrong with it so far, in plain words; nothing: every byte is as it was packed."""

    path: Path
    faults: list[str] = field(default_factory=list)

    def manifest(self) -> bytes:
        """Raises ValueError where the file holds none that can be read."""
        try:
            with ZipFile(self.path) as zipped:
                info = zipped.getinfo(MANIFEST)
                if info.file_size > BLOCK * 16:
                    raise ValueError(f"{MANIFEST}: it is too long for one.")
                return zipped.read(info)
        except (
            BadZipFile,
            KeyError,
            OSError,
            NotImplementedError,
            RuntimeError,
            EOFError,
        ) as error:
            raise ValueError(
                f"{self.path.name}: it is no evidence pack ({_line(error)})."
            ) from error

    def oversized(self, limits: Mapping[str, int]) -> list[str]:
        """What unpacks to more than any of ours, in plain words; read by the list at the end, nothing is unpacked.

        Nothing reads a member further than that list says, so none of them fills memory or a night.
        `limits`: bytes, of members that may not be as large as LARGEST.
        """
        with ZipFile(self.path) as zipped:
            sizes = [(one.filename, one.file_size) for one in zipped.infolist()]
        return [
            f"{name}: it unpacks to {size} bytes, and no pack of ours holds more than {most} there."
            for name, size in sizes
            if size > (most := limits.get(name, LARGEST))
        ]

    def check(self, names: Sequence[str], files: Sequence[dict[str, Any]]) -> None:
        """Hold the file against its manifest, byte for byte; what differs stands in `faults`."""
        with ZipFile(self.path) as zipped, self.path.open("rb") as stream:
            infos = zipped.infolist()
            found = [info.filename for info in infos]
            if found != [*names, MANIFEST]:
                self.faults.append(f"The pack holds {', '.join(found)}, not {', '.join(names)}.")
                return
            self.faults += _frame(stream, infos)
            for info, told in zip(infos[:-1], files, strict=True):
                self.faults += _member(zipped, stream, info, told)

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        with ZipFile(self.path) as zipped, zipped.open(name) as stream:
            yield stream


def _line(error: Exception) -> str:
    return str(error).strip().strip("'") or type(error).__name__


def _frame(stream: IO[bytes], infos: Sequence[ZipInfo]) -> Iterator[str]:
    """Everything in the file that is no content: heads, the list at the end, nothing in between."""
    place, directory = 0, b""
    for info in infos:
        plain = _info(info.filename, ZIP_STORED if info.filename == MANIFEST else ZIP_DEFLATED)
        plain.CRC, plain.compress_size, plain.file_size = (
            info.CRC,
            info.compress_size,
            info.file_size,
        )
        head = plain.FileHeader(zip64=False)
        stream.seek(place)
        if info.header_offset != place or stream.read(len(head)) != head:
            yield f"{info.filename}: its head in the pack is not what was packed."
        directory += _entry(plain, head, place)
        place += len(head) + info.compress_size
    count = len(infos)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), place, 0)
    stream.seek(place)
    if stream.read(len(directory) + len(end) + 1) != directory + end:
        yield "The pack's list of files is not what was packed."


def _entry(info: ZipInfo, head: bytes, place: int) -> bytes:
    """A member's line in the list at the end: what its head says, and where it is."""
    name = info.filename.encode()
    fields = head[4:28]  # from the needed version to the length of the name
    rest = struct.pack("<HHHHLL", 0, 0, 0, 0, info.external_attr, place)
    return b"PK\1\2" + struct.pack("<BB", 20, 3) + fields + rest + name


def _member(
    zipped: ZipFile, stream: IO[bytes], info: ZipInfo, told: dict[str, Any]
) -> Iterator[str]:
    kept = {name: told.get(name) for name in ("packed", "packed_sha256")}
    if _packed(stream, info) == kept and info.file_size == told.get("bytes"):
        return
    sink = Sink(info.filename, _Nothing())  # type: ignore[arg-type]
    try:
        with zipped.open(info) as content:
            while piece := content.read(PIECE):
                sink.write(piece)
    except (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        yield f"{info.filename}: it cannot be read after byte {sink.size} ({_line(error)})."
        return
    yield _named(sink.told(), told)


class _Nothing:
    def write(self, _data: bytes) -> None:
        """Contents are only hashed."""


def _named(now: dict[str, Any], told: dict[str, Any]) -> str:
    """Where a member first differs."""
    if now["sha256"] == told.get("sha256"):
        return f"{now['name']}: it says the same, but is packed in another way."
    pairs = zip(now["blocks"], told.get("blocks", ()), strict=False)
    same = next((place for place, (one, other) in enumerate(pairs) if one != other), None)
    if same is None:
        return f"{now['name']}: it has {now['bytes']} bytes, and {told.get('bytes')} were packed."
    first, last = same * BLOCK + 1, min((same + 1) * BLOCK, now["bytes"])
    return f"{now['name']}: bytes {first} to {last} are not what was packed."
