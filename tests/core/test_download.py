"""Published models fetched from a hub on this machine."""

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from core.download import UNSTATED, DownloadFailed
from core.text.full.models import FullModels, text_downloads

FILES = {
    "config.json": b"{}",
    "1_Pooling/config.json": b'{"pooling_mode_cls_token": true}',
    "model.safetensors": bytes(range(256)) * 400,
    "pytorch_model.bin": b"x" * 9,
    "sentencepiece.bpe.model": b"pieces",
    "onnx/model.onnx": b"x" * 999,
    "modeling_own.py": b"raise SystemExit",
}


class Hub(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith("/api/models/somebody/encoder"):
            listed = [
                {"rfilename": name, "size": len(data), "lfs": {"sha256": hashlib.sha256(data).hexdigest()}}
                for name, data in FILES.items()
            ]
            return self.answer(json.dumps({"siblings": listed} | self.server.card).encode())
        name = self.path.removeprefix("/somebody/encoder/resolve/main/")
        return self.answer(FILES[name]) if name in FILES else self.send_error(404)

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def hub():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    server.card = {"cardData": {"license": "apache-2.0"}}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def encoder(hub, tmp_path):
    chosen = FullModels(encoder="somebody/encoder")
    return text_downloads(chosen, tmp_path, f"http://127.0.0.1:{hub.server_port}")[0]


def test_size_and_licence_of_a_model_that_is_not_known_here_come_from_the_hub(encoder, hub):
    assert encoder.size == 0
    found = encoder.looked_up()
    assert found.licence == "apache-2.0"
    assert found.size == sum(
        len(FILES[name]) for name in FILES if "/model" not in name and name[-3:] not in ("bin", ".py")
    )
    hub.card = {}
    assert encoder.looked_up().licence == UNSTATED


def test_what_reading_needs_is_fetched_and_no_pickle_code_or_other_format(encoder):
    folder = encoder.fetch()
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert there == {
        "complete",
        "config.json",
        "1_Pooling/config.json",
        "model.safetensors",
        "sentencepiece.bpe.model",
    }
    assert encoder.present


def test_a_hub_that_does_not_have_it_is_told_with_the_way_by_hand(hub, tmp_path):
    chosen = FullModels(encoder="nobody/nothing")
    missing = text_downloads(chosen, tmp_path, f"http://127.0.0.1:{hub.server_port}")[0]
    with pytest.raises(DownloadFailed, match="By hand"):
        missing.looked_up()
