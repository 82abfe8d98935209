"""Cross-encoders: found like embedding models, read when they are needed, told from models that are none."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from embeddings import EncoderError
from embeddings.rerank import CrossEncoderReranker

PASSAGES = ["开航前检查救生衣。", "遇到大雾一律停航。", "停停停停"]


def test_passages_get_probabilities_in_their_own_order(cross_encoder_folder: Path) -> None:
    scores = CrossEncoderReranker(str(cross_encoder_folder)).scores("大雾天怎么办？", PASSAGES)
    assert scores.dtype == np.float32
    assert scores.shape == (3,)
    assert scores[0] < scores[1] < scores[2]
    assert 0 <= scores.min() <= scores.max() <= 1, "the configuration of this model asks for logits"


def test_the_batch_size_does_not_change_the_scores(cross_encoder_folder: Path) -> None:
    one = CrossEncoderReranker(str(cross_encoder_folder), batch_size=1).scores("问", PASSAGES)
    many = CrossEncoderReranker(str(cross_encoder_folder), batch_size=8).scores("问", PASSAGES)
    np.testing.assert_allclose(one, many, atol=1e-5)


def test_nothing_to_score_is_no_work(cross_encoder_folder: Path) -> None:
    assert CrossEncoderReranker(str(cross_encoder_folder)).scores("问", []).shape == (0,)


def test_the_identity_names_the_model_and_its_files(cross_encoder_folder: Path) -> None:
    assert CrossEncoderReranker(str(cross_encoder_folder)).identity.startswith("tiny-reranker:")


def test_the_model_is_read_when_the_first_question_comes(cross_encoder_folder: Path, repo_root: Path) -> None:
    code = (
        "import sys\nfrom embeddings.rerank import CrossEncoderReranker\n"
        f"CrossEncoderReranker({str(cross_encoder_folder)!r})\nassert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=repo_root, check=True)


def test_an_embedding_model_is_no_reranker(tiny_transformer_folder: Path) -> None:
    with pytest.raises(EncoderError, match="BertModel") as caught:
        CrossEncoderReranker(str(tiny_transformer_folder))
    assert "交叉编码器" in caught.value.zh


def test_a_generative_embedding_model_is_no_reranker(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"architectures": ["Qwen3ForCausalLM"]}))
    modules = [{"idx": 1, "type": "sentence_transformers.models.Pooling"}]
    (tmp_path / "modules.json").write_text(json.dumps(modules))
    with pytest.raises(EncoderError, match="no reranker"):
        CrossEncoderReranker(str(tmp_path))


def test_a_classifier_of_several_labels_is_no_reranker(cross_encoder_folder: Path, tmp_path: Path) -> None:
    from transformers import BertConfig, BertForSequenceClassification

    folder = shutil.copytree(cross_encoder_folder, tmp_path / "nli")
    config = BertConfig.from_pretrained(folder, num_labels=3)
    BertForSequenceClassification(config).save_pretrained(folder)
    with pytest.raises(EncoderError, match="3 labels"):
        CrossEncoderReranker(str(folder)).scores("问", ["答"])


def test_weights_that_cannot_be_read_are_an_error(cross_encoder_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(cross_encoder_folder, tmp_path / "damaged")
    (folder / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(EncoderError, match="重排模型"):
        CrossEncoderReranker(str(folder)).scores("问", ["答"])


@pytest.mark.parametrize("spec", ["no-such-folder", "acme/absent-reranker"])
def test_a_reranker_that_is_not_there_is_missed_at_once(spec: str) -> None:
    with pytest.raises(EncoderError, match=spec) as caught:
        CrossEncoderReranker(spec)
    assert "none" in caught.value.zh
    assert "\n" not in caught.value.zh
