"""Downloads, from a hub on this machine."""

import errno
import hashlib
import json
import os
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from core import download
from core.download import DownloadFailed
from core.engines.musicgen.download import downloaded, downloads, style_downloads

FILES = {"config.json": b'{"model_type": "musicgen"}', "model.safetensors": bytes(range(256)) * 20000}
OTHERS = {"state_dict.bin": b"x", "pytorch_model.bin": b"x", "README.md": b"x", "folder/model.safetensors": b"x"}


class Hub(BaseHTTPRequestHandler):
    def do_GET(self):
        files = FILES | OTHERS
        if self.path.startswith("/api/models/facebook/musicgen-small"):
            listed = []
            for name, data in files.items():
                large = {"lfs": {"sha256": hashlib.sha256(data).hexdigest()}} if name == "model.safetensors" else {}
                listed.append({"rfilename": name, "size": len(data)} | large)
            return self.answer(200, json.dumps({"siblings": listed}).encode())
        found = re.fullmatch(r"/facebook/musicgen-small/resolve/main/(.+)", self.path)
        if found is None:
            return self.answer(404, b"")
        data = files[found[1]]
        start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").rstrip("-"))
        self.server.asked.append((found[1], start))
        if self.server.spoiled:
            data = b"\0" * len(data)
        return self.answer(206 if start else 200, data[start:])

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def hub():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    server.asked, server.spoiled = [], False
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def small(hub, tmp_path):
    (found,) = [
        each for each in downloads(tmp_path, f"http://127.0.0.1:{hub.server_port}") if each.name == "musicgen-small"
    ]
    return found


def test_size_and_licence_are_known_before_anything_is_fetched(small, hub):
    assert 2e9 < small.size < 3e9
    assert small.licence == "CC-BY-NC-4.0"
    assert not small.present
    assert hub.asked == []


def test_the_model_and_nothing_else_is_fetched(small):
    seen = []
    assert downloaded(small.folder.parent) is None
    folder = small.fetch(lambda there, total: seen.append((there, total)))
    assert downloaded(folder.parent) == folder
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "complete"} == FILES
    assert small.present
    total = sum(map(len, FILES.values()))
    assert seen == sorted(seen)
    assert seen[-1] == (total, total)


def test_a_download_goes_on_where_it_was_interrupted(small, hub):
    small.folder.mkdir(parents=True)
    (small.folder / "config.json").write_bytes(FILES["config.json"])
    (small.folder / "model.safetensors.part").write_bytes(FILES["model.safetensors"][:1000])
    small.fetch()
    assert hub.asked == [("model.safetensors", 1000)]
    assert (small.folder / "model.safetensors").read_bytes() == FILES["model.safetensors"]


def test_a_file_with_another_content_is_removed(small, hub):
    hub.spoiled = True
    with pytest.raises(DownloadFailed, match=r"model\.safetensors is not what"):
        small.fetch()
    assert not (small.folder / "model.safetensors").exists()
    assert not (small.folder / "model.safetensors.part").exists()
    assert not small.present


def test_a_full_disk_is_noticed_beforehand(small, hub, monkeypatch):
    monkeypatch.setattr(download.shutil, "disk_usage", lambda _: download.shutil._ntuple_diskusage(1, 1, 0))
    with pytest.raises(DownloadFailed, match="are free"):
        small.fetch()
    assert hub.asked == []


def test_a_disk_that_fills_up_on_the_way_is_told_and_what_came_is_kept(small, hub, monkeypatch):
    with monkeypatch.context() as filling:
        filling.setattr(download.Path, "open", opened_on_a_full_disk(download.Path.open))
        with pytest.raises(DownloadFailed, match=r"cannot be written .*No space left.* By hand:") as failed:
            small.fetch()
    assert "저장할 수 없습니다" in failed.value.words.ko
    assert not small.present
    part = small.folder / "model.safetensors.part"
    assert part.read_bytes() == FILES["model.safetensors"][: download.BLOCK]
    small.fetch()
    assert hub.asked[-1] == ("model.safetensors", download.BLOCK)
    assert (small.folder / "model.safetensors").read_bytes() == FILES["model.safetensors"]


def opened_on_a_full_disk(opening):
    """Opens files; one that is downloaded takes a block, and then there is no room."""

    def opened(path, mode="r", *details):
        file = opening(path, mode, *details)
        return Filling(file) if path.suffix == ".part" and mode != "rb" else file

    return opened


class Filling:
    def __init__(self, file):
        self.file = file

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def write(self, block):
        if self.file.tell() + len(block) > download.BLOCK:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self.file.write(block)


def test_a_hub_that_cannot_be_reached_is_told_with_the_way_by_hand(tmp_path):
    away = downloads(tmp_path, "http://127.0.0.1:9")[0]
    with pytest.raises(DownloadFailed, match=r"By hand: download the files of .*musicgen-small into"):
        away.fetch()


def test_the_style_model_comes_with_the_encoders_that_it_leaves_out(tmp_path):
    style, *encoders = style_downloads(tmp_path)
    assert style.wanted("state_dict.bin")
    assert not style.wanted("README.md")
    assert [each.folder.parent for each in encoders] == [style.folder] * 2
    (style.folder).mkdir()
    (style.folder / "complete").touch()
    assert downloaded(tmp_path) == style.folder
