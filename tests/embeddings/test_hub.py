"""Models other than our own: found locally, prompted rightly, and missed quickly."""

from __future__ import annotations

import http.server
import json
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from embeddings import EncoderError, load_encoder
from embeddings.find import HUB_TIMEOUT_S, find_model
from embeddings.hub import LONG_WORK, Prompts, SentenceTransformerEncoder, choose_prompts


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """The hub client as if it might go online, with an empty cache."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return monkeypatch


@pytest.fixture
def hub_without_models() -> Iterator[str]:
    """A hub on this machine that knows no model at all."""

    class NotFound(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), NotFound)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def test_a_transformer_folder_is_read(tiny_transformer_folder: Path) -> None:
    encoder = load_encoder(str(tiny_transformer_folder))
    assert isinstance(encoder, SentenceTransformerEncoder)
    assert encoder.dimension == 16
    assert encoder.prompts == Prompts()
    assert encoder.identity.startswith("tiny-bert:")


def test_the_batch_size_does_not_change_the_vectors(tiny_transformer_folder: Path) -> None:
    texts = ["党员", "支部会议学习", "member budget", "rules"]
    one = load_encoder(str(tiny_transformer_folder), batch_size=1).encode_passages(texts)
    many = load_encoder(str(tiny_transformer_folder), batch_size=64).encode_passages(texts)
    np.testing.assert_allclose(one, many, atol=1e-5)


def test_long_work_shows_a_progress_bar_on_stderr_when_asked(
    tiny_transformer_folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    load_encoder(str(tiny_transformer_folder), batch_size=2, progress=True).encode_passages(
        ["党员"] * 2 * (LONG_WORK + 1)
    )
    captured = capfd.readouterr()
    assert "9/9" in captured.err
    assert captured.out == ""


def test_the_sentences_of_one_answer_show_no_bar(
    tiny_transformer_folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    encoder = load_encoder(str(tiny_transformer_folder), batch_size=2, progress=True)
    capfd.readouterr()
    encoder.encode_passages(["党员"] * 2 * LONG_WORK)
    assert capfd.readouterr().err == ""


def test_without_progress_nothing_is_printed(
    tiny_transformer_folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    encoder = load_encoder(str(tiny_transformer_folder), batch_size=2)
    capfd.readouterr()
    encoder.encode_passages(["党员"] * 2 * (LONG_WORK + 1))
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("own", "name", "expected"),
    [
        ({"query": "问：", "document": "文："}, "some/model", Prompts("问：", "文：")),
        ({"query": "问：", "passage": "段："}, "intfloat/multilingual-e5-small", Prompts("问：", "段：")),
        ({"query": "", "document": ""}, "intfloat/multilingual-e5-small", Prompts("query: ", "passage: ")),
        ({}, "BAAI/bge-m3", Prompts()),
        ({}, "BAAI/bge-small-zh-v1.5", Prompts("为这个句子生成表示以用于检索相关文章：")),
        ({}, "BAAI/bge-large-zh-v1.5", Prompts("为这个句子生成表示以用于检索相关文章：")),
        (
            {"retrieval.query": "查：", "retrieval.passage": "文："},
            "jinaai/jina-embeddings-v3",
            Prompts("查：", "文："),
        ),
        ({}, "jinaai/jina-embeddings-v2-base-zh", Prompts()),
        ({}, "thenlper/gte-large-zh", Prompts()),
        ({}, "acme/plain-model", Prompts()),
    ],
)
def test_the_models_own_prompts_win_over_those_of_its_family(
    own: dict[str, str], name: str, expected: Prompts
) -> None:
    assert choose_prompts(own, name) == expected


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("Qwen/Qwen3-Embedding-0.6B", "\nQuery:"),
        ("Alibaba-NLP/gte-Qwen2-1.5B-instruct", "\nQuery: "),
        ("intfloat/multilingual-e5-large-instruct", "\nQuery: "),
    ],
)
def test_an_instruct_model_gets_its_instruction_on_questions_alone(name: str, ending: str) -> None:
    prompts = choose_prompts({}, name)
    assert prompts.query.startswith("Instruct: ")
    assert prompts.query.endswith(ending)
    assert prompts.passage == ""


def test_prompts_are_put_before_the_text(tiny_transformer_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_transformer_folder, tmp_path / "tiny-e5-base")
    prompted, plain = load_encoder(str(folder)), load_encoder(str(tiny_transformer_folder))
    np.testing.assert_allclose(
        prompted.encode_queries(["member"]), plain.encode_passages(["query: member"]), atol=1e-5
    )
    np.testing.assert_allclose(
        prompted.encode_passages(["member"]), plain.encode_passages(["passage: member"]), atol=1e-5
    )


def test_a_path_that_does_not_exist_is_not_taken_for_a_hub_id(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="no-such-folder") as caught:
        load_encoder(str(tmp_path / "no-such-folder"))
    assert "bundled" in caught.value.en


@pytest.mark.parametrize("spec", ["", "   "])
def test_an_empty_setting_is_an_error(spec: str) -> None:
    with pytest.raises(EncoderError, match="bundled"):
        load_encoder(spec)


def test_offline_an_absent_model_is_an_error_that_says_so(online: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    online.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(EncoderError, match="HF_HUB_OFFLINE") as caught:
        load_encoder("acme/absent-model")
    assert "acme/absent-model" in caught.value.zh


def test_a_hub_that_cannot_be_reached_is_named_with_what_to_do(online: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    endpoint = f"http://127.0.0.1:{closed_port()}"
    online.setattr(constants, "ENDPOINT", endpoint)
    with pytest.raises(EncoderError, match=endpoint) as caught:
        load_encoder("acme/absent-model")
    assert "HF_ENDPOINT" in caught.value.zh
    assert "\n" not in caught.value.zh


def test_a_hub_that_never_answers_is_given_up_within_seconds(online: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        online.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()
        with pytest.raises(EncoderError, match="HF_ENDPOINT"):
            load_encoder("acme/absent-model")
        assert time.monotonic() - began < HUB_TIMEOUT_S + 2


def test_a_model_that_the_hub_does_not_have_is_said_to_be_missing(
    online: pytest.MonkeyPatch, hub_without_models: str
) -> None:
    from huggingface_hub import constants

    online.setattr(constants, "ENDPOINT", hub_without_models)
    with pytest.raises(EncoderError, match="404"):
        load_encoder("acme/absent-model")


def test_a_cached_download_needs_no_hub(
    online: pytest.MonkeyPatch, tiny_transformer_folder: Path, tmp_path: Path
) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    repository = tmp_path / "cache" / "models--acme--tiny-bert"
    shutil.copytree(tiny_transformer_folder, repository / "snapshots" / commit)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(commit)
    encoder = load_encoder("acme/tiny-bert")
    assert encoder.dimension == 16
    assert encoder.identity.startswith("tiny-bert:")


def test_a_modelscope_download_is_found(
    online: pytest.MonkeyPatch, tiny_transformer_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / ".cache" / "modelscope" / "hub" / "models" / "acme" / "tiny___1"
    shutil.copytree(tiny_transformer_folder, folder)
    assert find_model("acme/tiny.1") == folder


def test_a_folder_without_a_model_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no model here")
    with pytest.raises(EncoderError, match="Cannot load"):
        load_encoder(str(tmp_path))


def test_a_model_that_wants_to_run_its_own_code_is_refused_in_plain_words(
    tiny_transformer_folder: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(tiny_transformer_folder, tmp_path / "own-code")
    config = json.loads((folder / "config.json").read_text())
    config["model_type"] = "own-kind"
    config["auto_map"] = {"AutoConfig": "own.Config", "AutoModel": "own.Model"}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "own.py").write_text("raise SystemExit('ran')")
    with pytest.raises(EncoderError, match="不运行外来代码"):
        load_encoder(str(folder))


def test_half_precision_weights_are_widened_on_a_cpu(tiny_transformer_folder: Path, tmp_path: Path) -> None:
    import torch
    from transformers import AutoModel

    folder = shutil.copytree(tiny_transformer_folder, tmp_path / "tiny-bert")
    AutoModel.from_pretrained(folder).half().save_pretrained(folder)
    encoder = SentenceTransformerEncoder(str(folder))
    if not torch.cuda.is_available():
        assert {p.dtype for p in encoder._model.parameters()} == {torch.float32}
    plain = load_encoder(str(tiny_transformer_folder))
    np.testing.assert_allclose(encoder.encode_queries(["党员"]), plain.encode_queries(["党员"]), atol=1e-2)


def test_damaged_weights_are_an_error(tiny_transformer_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_transformer_folder, tmp_path / "damaged")
    (folder / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(EncoderError, match="无法加载向量模型"):
        load_encoder(str(folder))


def test_the_identity_follows_the_files(tiny_transformer_folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(tiny_transformer_folder, tmp_path / "tiny-bert")
    before = load_encoder(str(copy)).identity
    assert before == load_encoder(str(tiny_transformer_folder)).identity
    weights = copy / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(bytes(data))
    assert load_encoder(str(copy)).identity != before
