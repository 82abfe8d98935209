"""The reader of static models, and the model that ships."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from embeddings import EncoderError, fold, load_encoder
from embeddings.load import BUNDLED_FOLDER
from embeddings.static import StaticEncoder

QUESTIONS = {
    "怎样发展一名新党员？": "吸收一个人入党，要经过申请、考察、支部大会讨论和上级批准几个步骤。",
    "食堂几点开饭？": "单位餐厅的午餐从十一点半开始供应，晚餐从五点半开始。",
    "How do I apply for annual leave?": "职工请年休假，应提前一周填写请假单，由部门负责人批准。",
    "雨季怎样防汛？": "强降雨期间，各村要安排专人巡查河堤和水库，发现险情立即上报。",
}
MIXED = ["三会一课制度", "Hello, World! 2024", "㎡ ﬁne ①②", "Größe и Размер", "☃☃", "", "一" * 3000]


@pytest.fixture(scope="module")
def bundled() -> StaticEncoder:
    return StaticEncoder(BUNDLED_FOLDER)


def test_the_model_that_ships_is_small_enough_to_ship() -> None:
    size = sum(path.stat().st_size for path in BUNDLED_FOLDER.rglob("*") if path.is_file())
    assert size <= 30_000_000


def test_it_answers_questions_across_wording_and_language(bundled: StaticEncoder) -> None:
    similarity = bundled.encode_queries(list(QUESTIONS)) @ bundled.encode_passages(list(QUESTIONS.values())).T
    assert similarity.argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_traditional_full_width_and_capital_letters_make_no_difference(bundled: StaticEncoder) -> None:
    plain = bundled.encode_queries(["党支部书记怎样落实abc制度12条"])
    other = bundled.encode_queries(["黨支部書記怎樣落實ＡＢＣ制度１２條"])
    np.testing.assert_array_equal(plain, other)


def test_a_text_of_unknown_symbols_gives_a_zero_row(bundled: StaticEncoder) -> None:
    np.testing.assert_array_equal(bundled.encode_passages(["☃☃ ……！"]), 0.0)


@pytest.mark.parametrize("name", ["bundled", "tiny"])
def test_vectors_equal_those_of_sentence_transformers(name: str, tiny_static_folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    folder = BUNDLED_FOLDER if name == "bundled" else tiny_static_folder
    texts = [*MIXED, *QUESTIONS, *QUESTIONS.values()] * 3
    theirs = SentenceTransformer(str(folder), device="cpu").encode([fold(text) for text in texts])
    np.testing.assert_allclose(StaticEncoder(folder).encode_passages(texts), theirs, atol=2e-6)


def test_float_and_half_tables_are_read_too(tiny_static_folder: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    expected = StaticEncoder(tiny_static_folder).encode_passages(["党员学习", "meeting"])
    stored = load_file(tiny_static_folder / "model.safetensors")
    table = stored["embeddings"] * stored["weights"][:, None]
    for dtype, tolerance in ((np.float32, 1e-6), (np.float16, 2e-3)):
        folder = shutil.copytree(tiny_static_folder, tmp_path / np.dtype(dtype).name)
        save_file({"embedding.weight": table.astype(dtype)}, folder / "model.safetensors")
        vectors = StaticEncoder(folder).encode_passages(["党员学习", "meeting"])
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(vectors, expected, atol=tolerance)


def test_the_identity_follows_the_content(tiny_static_folder: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    copy = shutil.copytree(tiny_static_folder, tmp_path / "copy")
    assert StaticEncoder(copy).identity == StaticEncoder(tiny_static_folder).identity
    stored = load_file(copy / "model.safetensors")
    stored["weights"][1] *= 2
    save_file(stored, copy / "model.safetensors")
    assert StaticEncoder(copy).identity != StaticEncoder(tiny_static_folder).identity


def test_the_bundled_model_needs_no_torch() -> None:
    program = (
        "import sys; from embeddings import load_encoder; load_encoder().encode_passages(['党员', 'x'] * 40);"
        "print(sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("missing", ["model.safetensors", "tokenizer.json"])
def test_an_incomplete_folder_is_named(tiny_static_folder: Path, tmp_path: Path, missing: str) -> None:
    folder = shutil.copytree(tiny_static_folder, tmp_path / "copy")
    (folder / missing).unlink()
    with pytest.raises(EncoderError, match=missing) as caught:
        StaticEncoder(folder)
    assert "请" in caught.value.zh


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_a_damaged_file_is_an_encoder_error(tiny_static_folder: Path, tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(tiny_static_folder, tmp_path / "copy")
    (folder / name).write_bytes((folder / name).read_bytes()[:100])
    with pytest.raises(EncoderError, match="damaged"):
        StaticEncoder(folder)


def test_the_default_is_the_bundled_model(bundled: StaticEncoder) -> None:
    assert load_encoder().identity == bundled.identity


def test_the_table_lies_where_the_file_lies(bundled: StaticEncoder) -> None:
    """Rows are read in place; they are those that the safetensors library reads."""
    from safetensors.numpy import load_file

    from embeddings.load import BUNDLED_FOLDER

    saved = load_file(BUNDLED_FOLDER / "model.safetensors")
    tokens = np.array([3, 70, len(saved["weights"]) - 1])
    rows = saved["embeddings"][tokens].astype(np.float32) * saved["weights"][tokens][:, None]
    np.testing.assert_array_equal(bundled.vectors(tokens), rows)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"short",
        (1 << 60).to_bytes(8, "little") + b"{}",
        (2).to_bytes(8, "little") + b"{}",
        (66).to_bytes(8, "little") + b'{"embeddings":{"dtype":"I8","shape":[9,9],"data_offsets":[0,81]}} ',
        (66).to_bytes(8, "little")
        + b'{"embeddings":{"dtype":"I8","shape":[9,9],"data_offsets":[0,80]}} '
        + b"." * 80,
    ],
)
def test_weights_that_are_no_safetensors_are_an_error(
    content: bytes, tiny_static_folder: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(tiny_static_folder, tmp_path / "damaged")
    (folder / "model.safetensors").write_bytes(content)
    with pytest.raises(EncoderError, match="已损坏"):
        StaticEncoder(folder)
