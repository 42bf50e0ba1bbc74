"""Packages that are damaged or hostile, and what is said of them."""

import gzip
import io
import struct
import zipfile
from pathlib import Path

import pytest

from metrics.sources import container, package
from metrics.sources.package import Package
from metrics.sources.reading import Unreadable
from tests.metrics.exports import folder, zipped


def refused(path: Path) -> str:
    """The words with which a package is refused, at the latest while reading it."""
    with pytest.raises(Unreadable) as error:
        read_all(path)
    return str(error.value)


def read_all(path: Path) -> list[bytes]:
    with Package(path) as opened:
        return [opened.read(name) for name in opened.names]


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


class TestContents:
    def test_a_file_a_zip_and_a_folder_read_alike(self, tmp_path):
        files = {"a/one.json": b"1", "two.json": b"2"}
        for path in (
            folder(tmp_path / "folder", files),
            zipped(tmp_path / "a.zip", files),
        ):
            with Package(path) as opened:
                assert opened.names == ["a/one.json", "two.json"]
                assert [opened.read(name) for name in opened.names] == [b"1", b"2"]
                assert opened.sizes == {"a/one.json": 1, "two.json": 1}
        with Package(written(tmp_path / "x", b"3"), name="three.csv") as opened:
            assert (opened.names, opened.read("three.csv")) == (["three.csv"], b"3")

    def test_one_top_folder_is_looked_through(self, tmp_path):
        files = {"export 2026/a/one.json": b"1", "export 2026/two.json": b"2"}
        with Package(zipped(tmp_path / "a.zip", files)) as opened:
            assert opened.names == ["a/one.json", "two.json"]
            assert opened.top == "export 2026"
            assert opened.read("a/one.json") == b"1"

    def test_what_desktops_add_is_left_out(self, tmp_path):
        files = {
            "x/one.json": b"1",
            "x/.DS_Store": b"",
            "__MACOSX/x/._one.json": b"",
            "x/._two.json": b"",
        }
        with Package(zipped(tmp_path / "a.zip", files)) as opened:
            assert opened.names == ["one.json"]

    def test_names_of_other_systems_are_decoded(self, tmp_path):
        path = zipped(tmp_path / "a.zip", {"caf\u00e9.json": b"1", "b.json": b""})
        # Take away the mark that says the name is UTF-8, as some packers do.
        mark = struct.pack("<H", 0x800)
        path.write_bytes(path.read_bytes().replace(mark, b"\0\0"))
        with Package(path) as opened:
            assert opened.names == ["b.json", "caf\u00e9.json"]

    def test_backslashes_are_slashes(self, tmp_path):
        path = zipped(tmp_path / "a.zip", {"a/b.json": b"1", "c.json": b"2"})
        path.write_bytes(path.read_bytes().replace(b"a/b.json", b"a\\b.json"))
        with Package(path) as opened:
            assert opened.names == ["a/b.json", "c.json"]

    def test_gzip_is_unpacked(self, tmp_path):
        path = written(
            tmp_path / "a.csv.gz", gzip.compress(b"id") + gzip.compress(b"!")
        )
        with Package(path) as opened:
            assert opened.read("a.csv.gz") == b"id!"


class TestRefused:
    def test_nothing(self, tmp_path):
        assert "empty" in refused(written(tmp_path / "a.csv", b""))
        assert "does not exist" in refused(tmp_path / "nowhere")
        assert "no files" in refused(zipped(tmp_path / "a.zip", {}))

    @pytest.mark.parametrize(
        "name",
        ["../a.json", "x/../../a.json", "/etc/a.json", "C:/a.json", "a\x07.json"],
    )
    def test_names_that_lead_out(self, tmp_path, name):
        assert "name" in refused(zipped(tmp_path / "a.zip", {name: b"1"}))

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    def test_a_name_twice(self, tmp_path):
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.json", b"1")
            archive.writestr("a.json", b"2")
        assert "twice" in refused(path)

    def test_links(self, tmp_path):
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w") as archive:
            link = zipfile.ZipInfo("a.json")
            link.external_attr = 0o120777 << 16
            archive.writestr(link, b"/etc/passwd")
        assert "link" in refused(path)
        root = folder(tmp_path / "folder", {"a.json": b"1"})
        (root / "b.json").symlink_to("/etc/passwd")
        assert "link" in refused(root)

    def test_a_password(self, tmp_path):
        path = zipped(tmp_path / "a.zip", {"a.json": b"1"})
        content = bytearray(path.read_bytes())
        content[content.rindex(b"PK\x01\x02") + 8] |= 1
        assert "password" in refused(written(path, bytes(content)))

    @pytest.mark.parametrize("kept", [0.3, 0.8, 0.99])
    def test_a_zip_cut_off(self, tmp_path, kept):
        path = zipped(tmp_path / "a.zip", {"a.json": b"1" * 999})
        content = path.read_bytes()
        assert "cut off" in refused(written(path, content[: int(len(content) * kept)]))

    def test_data_behind_or_before(self, tmp_path):
        content = zipped(tmp_path / "a.zip", {"a.json": b"1"}).read_bytes()
        assert "behind" in refused(written(tmp_path / "b.zip", content + b"x"))
        before = b"PK\x03\x04" + b"x" * 40 + content
        assert "hide" in refused(written(tmp_path / "c.zip", before))

    def test_parts_that_overlap(self, tmp_path):
        files = {"a.json": b"1" * 500, "b.json": b"2" * 500}
        path = zipped(tmp_path / "a.zip", files)
        content = bytearray(path.read_bytes())
        second = content.rindex(b"PK\x01\x02")
        content[second + 42 : second + 46] = struct.pack("<L", 0)
        assert "overlap" in refused(written(path, bytes(content)))

    def test_a_broken_member(self, tmp_path):
        path = zipped(tmp_path / "a.zip", {"a.json": bytes(range(256)) * 9})
        content = bytearray(path.read_bytes())
        content[60:70] = b"\xff" * 10
        assert "damaged" in refused(written(path, bytes(content)))

    def test_another_name_inside(self, tmp_path):
        path = zipped(tmp_path / "a.zip", {"a.json": b"1"})
        content = path.read_bytes().replace(b"a.json", b"b.json", 1)
        assert "damaged" in refused(written(path, content))

    def test_a_bomb(self, tmp_path):
        path = zipped(tmp_path / "a.zip", {"a.json": b"\0" * (20 << 20)})
        assert "far more" in refused(path)

    def test_false_sizes(self, tmp_path):
        path = zipped(tmp_path / "a.zip", {"a.json": b"1" * 5_000})
        content = bytearray(path.read_bytes())
        entry = content.rindex(b"PK\x01\x02")
        content[entry + 24 : entry + 28] = struct.pack("<L", 10)
        assert "damaged" in refused(written(path, bytes(content)))

    def test_too_many_files(self, tmp_path, monkeypatch):
        monkeypatch.setattr(package, "ENTRIES", 3)
        files = {f"{number}.json": b"1" for number in range(4)}
        assert "more than 3" in refused(zipped(tmp_path / "a.zip", files))
        assert "more than 3" in refused(folder(tmp_path / "folder", files))

    def test_a_giant_directory(self, tmp_path, monkeypatch):
        monkeypatch.setattr(container, "DIRECTORY_BYTES", 100)
        files = {f"{number}.json": b"1" for number in range(4)}
        assert "too many files" in refused(zipped(tmp_path / "a.zip", files))

    def test_a_member_too_large_for_memory(self, tmp_path, monkeypatch):
        monkeypatch.setattr(package, "MEMBER_BYTES", 10)
        assert "larger" in refused(written(tmp_path / "a.json", b"1" * 11))

    def test_an_archive_in_an_archive(self, tmp_path):
        inner = zipped(tmp_path / "a.zip", {"a.json": b"1"}).read_bytes()
        assert "another archive" in refused(
            zipped(tmp_path / "b.zip", {"a.zip": inner})
        )


class TestGzipRefused:
    def test_cut_off(self, tmp_path):
        content = gzip.compress(b"id,type" * 1_000)[:-9]
        assert "damaged" in refused(written(tmp_path / "a.csv.gz", content))

    def test_rubbish_behind(self, tmp_path):
        content = gzip.compress(b"id,type") + b"rubbish"
        assert "damaged" in refused(written(tmp_path / "a.csv.gz", content))

    def test_a_bomb(self, tmp_path):
        packed = io.BytesIO()
        with gzip.GzipFile(fileobj=packed, mode="wb") as stream:
            stream.write(b"\0" * (20 << 20))
        path = written(tmp_path / "a.csv.gz", packed.getvalue())
        assert "far more" in refused(path)
