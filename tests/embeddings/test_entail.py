"""NLI models: their labels are found by name, whatever their order; models without such labels are refused."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from embeddings import EncoderError
from embeddings.entail import CrossEncoderEntailer
from tests.pair_models import save_nli_model

PREMISE = "遇到大雾一律停航。"
PAIRS = [(PREMISE, "大雾天确实停航。"), (PREMISE, "大雾天绝不停航。"), (PREMISE, "船工要穿救生衣。")]
ORDERS = list(itertools.permutations(("contradiction", "entailment", "neutral")))


def relabelled(folder: Path, to: Path, labels: Sequence[str]) -> Path:
    """The same model whose configuration calls its labels otherwise."""
    shutil.copytree(folder, to)
    config = json.loads((to / "config.json").read_text())
    config["id2label"] = {str(number): label for number, label in enumerate(labels)}
    config["label2id"] = {label: number for number, label in enumerate(labels)}
    (to / "config.json").write_text(json.dumps(config))
    return to


@pytest.mark.parametrize("labels", [*ORDERS, ("ENTAILMENT", "Neutral", "Contradiction")], ids=" ".join)
def test_the_labels_are_read_by_name_in_every_order(labels: Sequence[str], tmp_path: Path) -> None:
    found = CrossEncoderEntailer(str(save_nli_model(tmp_path, labels))).read(PAIRS)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, [[1, 0], [0, 1], [0, 0]], atol=0.02)


@pytest.mark.parametrize(
    "labels", [("entailment", "not_entailment"), ("not_entailment", "entailment")], ids=" ".join
)
def test_a_model_of_two_labels_finds_no_contradiction(labels: Sequence[str], tmp_path: Path) -> None:
    found = CrossEncoderEntailer(str(save_nli_model(tmp_path, labels))).read(PAIRS)
    np.testing.assert_allclose(found, [[1, 0], [0, 0], [0, 0]], atol=0.02)


def test_a_label_may_be_written_with_a_hyphen(tmp_path: Path) -> None:
    folder = save_nli_model(tmp_path / "a", ("entailment", "not_entailment"))
    other = relabelled(folder, tmp_path / "b", ("Entailment", "not-entailment"))
    assert CrossEncoderEntailer(str(other)).read(PAIRS)[0, 0] > 0.98


@pytest.mark.parametrize(
    "labels", [("LABEL_0", "LABEL_1", "LABEL_2"), ("entailment", "neutral", "other")], ids=" ".join
)
def test_a_model_that_does_not_name_its_labels_is_refused_before_it_is_loaded(
    labels: Sequence[str], nli_folder: Path, tmp_path: Path
) -> None:
    folder = relabelled(nli_folder, tmp_path / "unnamed", labels)
    (folder / "model.safetensors").unlink()
    with pytest.raises(EncoderError) as caught:
        CrossEncoderEntailer(str(folder))
    assert labels[-1].lower() in caught.value.zh
    assert "id2label" in caught.value.zh
    assert "none" in caught.value.zh
    assert "\n" not in caught.value.zh


@pytest.mark.parametrize(
    "labels", [None, {"entailment": 0, "contradiction": 1}, ["entailment", "contradiction"]]
)
def test_a_configuration_that_numbers_no_labels_is_refused(
    labels: object, nli_folder: Path, tmp_path: Path
) -> None:
    folder = relabelled(nli_folder, tmp_path / "odd", ())
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "id2label": labels}))
    with pytest.raises(EncoderError, match="no NLI model"):
        CrossEncoderEntailer(str(folder))


def test_rerankers_and_embedding_models_are_none(
    cross_encoder_folder: Path, tiny_transformer_folder: Path
) -> None:
    for folder in (cross_encoder_folder, tiny_transformer_folder):
        with pytest.raises(EncoderError, match="no NLI model"):
            CrossEncoderEntailer(str(folder))


def test_weights_of_another_number_of_labels_are_an_error(nli_folder: Path, tmp_path: Path) -> None:
    folder = relabelled(nli_folder, tmp_path / "two", ("entailment", "contradiction"))
    with pytest.raises(EncoderError, match="NLI model"):
        CrossEncoderEntailer(str(folder)).read(PAIRS)


def test_nothing_to_read_is_no_work(nli_folder: Path) -> None:
    assert CrossEncoderEntailer(str(nli_folder)).read([]).shape == (0, 2)


def test_the_batch_size_does_not_change_what_is_found(nli_folder: Path) -> None:
    one, many = (CrossEncoderEntailer(str(nli_folder), batch_size=n).read(PAIRS) for n in (1, 8))
    np.testing.assert_allclose(one, many, atol=1e-5)


def test_it_tells_how_much_it_can_read(nli_folder: Path) -> None:
    entailer = CrossEncoderEntailer(str(nli_folder))
    assert entailer.window == 512
    assert entailer.tokens("确实 not so") == 6, "characters, words and the blanks between them"


def test_the_model_is_read_when_the_first_sentence_comes(nli_folder: Path, repo_root: Path) -> None:
    code = (
        "import sys\nfrom embeddings.entail import CrossEncoderEntailer\n"
        f"CrossEncoderEntailer({str(nli_folder)!r})\nassert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=repo_root, check=True)


def test_the_identity_names_the_model_and_its_files(nli_folder: Path) -> None:
    assert CrossEncoderEntailer(str(nli_folder)).identity.startswith("tiny-nli:")


@pytest.mark.parametrize("spec", ["no-such-folder", "acme/absent-nli"])
def test_a_model_that_is_not_there_is_missed_at_once(spec: str) -> None:
    with pytest.raises(EncoderError, match=spec) as caught:
        CrossEncoderEntailer(spec)
    assert "推断模型" in caught.value.zh
    assert "\n" not in caught.value.zh
